"""What providers tell of messages sent before."""

from collections.abc import Sequence
from typing import Protocol

from tidings.messages import Receipt


class ReceiptLog(Protocol):
    """Puts receipts into the histories of messages and moves their statuses on.

    The same fact told again (channel, provider and `Receipt.id`) changes nothing. Facts of messages that are not the
    environment's are left out. A message's status moves on only (SENT, DELIVERED, OPENED, CLICKED); UNDELIVERABLE
    replaces SENT, when nobody else took the message. A message that is still under way keeps its status and its place
    in the queue: the facts are in its history. One whose outcome was unknown is known to be sent when a receipt says
    so. Each message keeps `RECEIPTS_MAX` facts at most.
    """

    async def record(self, environment_id: int, receipts: Sequence[Receipt], *, channel: str, provider: str) -> int:
        """Record facts and return how many were new. Durable when it returns."""
        ...
