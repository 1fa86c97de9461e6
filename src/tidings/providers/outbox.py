"""The outbox: keeps what would have been sent, to be looked at."""

from typing import ClassVar

import msgspec

from tidings.channels import Dispatch
from tidings.errors import TidingsError
from tidings.messages import Outcome, RetryLater, Sent
from tidings.ports import OutboxItem, OutboxStore
from tidings.providers.base import Check, Provider
from tidings.together import Together

_AT_ONCE_MAX = 100  # rendered emails in one transaction: some megabytes at most


class Outbox(Provider):
    """Serves every channel, needs no settings, and sends nothing to anyone.

    Keeping twice keeps the first, so it never has to answer that it does not know.
    """

    key: ClassVar[str] = "outbox"
    channel: ClassVar[str] = "any"
    name: ClassVar[str] = "Outbox"
    description: ClassVar[str] = "Keeps messages here instead of sending them."

    def __init__(self, store: OutboxStore) -> None:
        self._store = store
        self._items = Together(store.keep, at_once_max=_AT_ONCE_MAX)

    @classmethod
    def repeatable_s(cls) -> float:
        """Keeping twice keeps the first."""
        return 24 * 3600

    async def send(self, dispatch: Dispatch) -> Outcome:
        """Keep one message."""
        item = OutboxItem(
            environment_id=dispatch.environment_id,
            message_id=dispatch.message_id,
            channel=dispatch.channel,
            recipient=dispatch.content.to,
            content=msgspec.to_builtins(dispatch.content),
            at=dispatch.at,
        )
        try:
            await self._items.add(item)
        except TidingsError:
            return RetryLater("the outbox cannot keep it now")
        return Sent(dispatch.message_id, "kept in the outbox")

    async def check(self) -> Check:
        """Look whether it can be reached."""
        try:
            await self._store.page(0, limit=1, cursor=None)
        except TidingsError:
            return Check(ok=False, detail="the outbox cannot be reached now: look at the database")
        return Check(ok=True, detail="messages are kept in the outbox and sent to nobody")

    async def close(self) -> None:
        """Hold nothing."""
