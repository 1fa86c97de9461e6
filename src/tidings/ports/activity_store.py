"""What happened when, to show it."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tidings.ledger import Activity


class Waiting(msgspec.Struct, frozen=True):
    """What of an environment waits to be sent."""

    count: int
    """Messages in the queue, as many as were looked at."""
    is_all: bool
    """False when there may be more: then `count` is a lower bound."""
    oldest_due: int | None
    """When the one that has waited longest was due (ms); None when none of those that were looked at is."""


class ActivityStore(Protocol):
    """Counts that the steps keep as they work; nothing is counted here."""

    async def read(self, environment_id: int, *, span: int, first: int, end: int, step: int) -> Sequence[Activity]:
        """Read counts of this span, from the minute `first` up to and without `end`, added up over `step` minutes.

        For hours, what became of calls and how many messages were made come from the ledger's counts.
        """
        ...

    async def waiting(self, environment_id: int, *, now: int, limit: int) -> Waiting:
        """Look at the queue; at `limit` rows of it at most."""
        ...
