"""The outbox: messages kept here instead of being handed to a provider."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from tidings.ports.page import Page


class OutboxItem(msgspec.Struct, frozen=True, kw_only=True):
    """One message in the outbox."""

    environment_id: int
    message_id: str
    channel: str
    recipient: str
    content: dict[str, Any]
    at: int


class OutboxStore(Protocol):
    """What would have been sent. Keeping the same message and channel twice keeps the first."""

    async def keep(self, items: Sequence[OutboxItem]) -> None:
        """Keep these."""
        ...

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[OutboxItem]:
        """List, newest first."""
        ...

    async def get(self, environment_id: int, message_id: str) -> list[OutboxItem]:
        """Read what was kept of one message, by channel; empty when nothing was."""
        ...
