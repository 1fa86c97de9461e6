"""The counts that the ledger compares."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tidings.ledger import Period, Tally


class LedgerReading(Protocol):
    """One snapshot: everything that is read from it was true at the same moment."""

    async def counted_from(self) -> int:
        """Tell the first hour that was counted from its beginning: before it, counts say nothing."""
        ...

    async def kept_from(self) -> tuple[int, int]:
        """Tell the first hours from which on every event and every message has its row: older ones were forgotten."""
        ...

    async def span(self, environment_id: int) -> Period | None:
        """Tell from which hour to which there are counts, events or messages; None when there is nothing."""
        ...

    async def offsets(self) -> dict[int, int]:
        """Tell how far each partition had been applied."""
        ...

    async def calls(self, environment_id: int, period: Period) -> Sequence[Tally]:
        """Read what the inbound step counted, by hour."""
        ...

    async def messages(self, environment_id: int, period: Period) -> Sequence[Tally]:
        """Read what both steps counted of messages, by the hour of their enqueueing."""
        ...

    async def unsettled(self, environment_id: int, period: Period, *, limit: int) -> Sequence[Tally]:
        """Count the messages that have not ended, by hour and status, up to so many."""
        ...

    async def logged(self, environment_id: int, period: Period) -> Sequence[Tally]:
        """Count the rows of the log of calls, every one, by hour, status and reason. Takes its time."""
        ...

    async def kept(self, environment_id: int, period: Period) -> Sequence[Tally]:
        """Count the rows of messages, every one, by hour, status and reason. Takes its time."""
        ...


class LedgerStore(Protocol):
    """Reads the counts, and counts again."""

    def open(self) -> AbstractAsyncContextManager[LedgerReading]:
        """Take a snapshot."""
        ...
