"""Translations as the outbound step reads them: parsed once, until they change."""

from collections.abc import Sequence

from tidings.errors import InvalidInput
from tidings.ports import TranslationStore
from tidings.translations import Catalogue, Messages, read_po


class Catalogues:
    """Keeps what it parsed, by the time it was written."""

    def __init__(self, store: TranslationStore) -> None:
        self._store = store
        self._parsed: dict[tuple[int, str, str], tuple[int, dict[str, str]]] = {}

    async def read(self, environment_ids: Sequence[int]) -> dict[int, Catalogue]:
        """Read the catalogues of these environments; those without any are left out."""
        stamps = await self._store.stamps(environment_ids)
        stale = [key for key, updated in stamps.items() if self._parsed.get(key, (0, {}))[0] != updated]
        if stale:
            for messages in await self._store.all(sorted({key[0] for key in stale})):
                self._keep(messages)
        languages: dict[int, dict[str, dict[str, str]]] = {}
        for key in stamps:
            if key in self._parsed:
                languages.setdefault(key[0], {})[key[2]] = self._parsed[key][1]
        return {environment_id: Catalogue(languages=found) for environment_id, found in languages.items()}

    def _keep(self, messages: Messages) -> None:
        try:
            words = read_po(messages.text)
        except InvalidInput:  # checked when it was saved; an older version may have checked less
            words = {}
        self._parsed[messages.environment_id, messages.domain, messages.locale] = (messages.updated, words)
