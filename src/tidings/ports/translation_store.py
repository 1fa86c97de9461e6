"""Translations."""

from collections.abc import Sequence
from typing import Protocol

from tidings.translations import Messages


class TranslationStore(Protocol):
    """Catalogues of messages, by domain and locale."""

    async def put(self, messages: Messages) -> None:
        """Keep a catalogue, in place of what stood there. Raises `TooLarge` past 200 locales of an environment."""
        ...

    async def get(self, environment_id: int, domain: str, locale: str) -> Messages:
        """Read one. Raises `NotFound`."""
        ...

    async def stamps(self, environment_ids: Sequence[int]) -> dict[tuple[int, str, str], int]:
        """Tell when each was written (ms), by environment, domain and locale: to know what to read again."""
        ...

    async def all(self, environment_ids: Sequence[int]) -> list[Messages]:
        """Read all of these environments, ordered by environment, domain and locale."""
        ...
