"""What providers tell of messages sent before."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tidings.messages import Receipt
from tidings.suppressions import Texted


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What one account, or we ourselves, tell of messages of an environment."""

    environment_id: int
    channel: str
    provider: str
    receipts: Sequence[Receipt]
    config_id: str = ""
    """The account; empty for ourselves."""
    texted: Sequence[Texted] = ()
    """Who answered STOP or START to a number of the account."""


class ReceiptLog(Protocol):
    """Puts receipts into the histories of messages and moves their statuses on.

    The same fact told again (channel, provider and `Receipt.id`) changes nothing. Facts of messages that are not the
    environment's are left out. A message's status moves on only (SENT, DELIVERED, OPENED, CLICKED); UNDELIVERABLE
    replaces SENT, when nobody else took the message. A message that is still under way keeps its status and its place
    in the queue: the facts are in its history. One whose outcome was unknown is known to be sent when a receipt says
    so. Each message keeps `RECEIPTS_MAX` facts at most.

    An email that came back for good or was complained of, and a number whose owner is said to want nothing, are put on
    the suppression list. Who texts STOP is put there as `unsubscribe`; who texts START is taken off, unless somebody
    here, or a regulation, put them there. What either changes is in the audit log, without the number.
    """

    async def record(self, environment_id: int, receipts: Sequence[Receipt], *, channel: str, provider: str) -> int:
        """Record facts and return how many were new. Durable when it returns."""
        ...

    async def record_all(self, facts: Sequence[Facts]) -> int:
        """Record what several accounts told, in one transaction; return how many were new. Durable when it returns."""
        ...
