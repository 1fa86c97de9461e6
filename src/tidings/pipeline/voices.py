"""What messages are said with, as it is stored: their brands, and the translations of their environments."""

from collections.abc import Mapping, Sequence

import msgspec

from tidings.messages import Message
from tidings.pipeline.catalogues import Catalogues
from tidings.pipeline.memory import Memory
from tidings.pipeline.speaking import Voice, brand_key, channel_brand_keys, channel_brands
from tidings.pipeline.tenancy import Standing
from tidings.ports import BrandStore, TranslationStore
from tidings.tenants import NOBODY


class Voices:
    """Reads voices of many messages at once."""

    def __init__(self, brands: BrandStore, translations: TranslationStore) -> None:
        self._brands = brands
        self._catalogues = Catalogues(translations)

    async def of(
        self, messages: Sequence[Message], standing: Mapping[str, Standing], memory: Memory
    ) -> dict[str, Voice]:
        """Find the brands of a batch, and the translations of its environments, by message id."""
        keys = {
            message.id: brand_key(message, standing[message.id].version, standing[message.id].lineage)
            for message in messages
        }
        by_channel = {message.id: channel_brand_keys(message) for message in messages}
        defaults = {(message.environment_id, "") for message in messages}
        brands = await memory.ask(
            self._brands.find,
            sorted({*keys.values(), *defaults, *(key for each in by_channel.values() for key in each.values())}),
        )
        catalogues = await memory.ask(self._catalogues.read, sorted({environment_id for environment_id, _ in defaults}))
        plain = {
            key: Voice(
                brand=brands.get(key) or brands.get((key[0], "")),
                fallback=brands.get((key[0], "")),
                catalogue=catalogues.get(key[0]),
            )
            for key in keys.values()
        }
        voices = {}
        for message in messages:
            voice, lineage = plain[keys[message.id]], standing[message.id].lineage
            if message.options or lineage is not NOBODY:
                own = {name: brands[key] for name, key in by_channel[message.id].items() if key in brands}
                voice = msgspec.structs.replace(voice, by_channel=own | channel_brands(message), lineage=lineage)
            voices[message.id] = voice
        return voices
