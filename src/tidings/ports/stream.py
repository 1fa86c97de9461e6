"""The durable, ordered stream of accepted requests."""

from collections.abc import Sequence
from typing import Protocol

from tidings.records import Append, Entry


class Stream(Protocol):
    """Accepted requests, kept until every reader has had them.

    `append` returns when all of it is durable (fsync, or the cluster's acknowledgement), and only then; what one
    call appends is kept whole or not at all. Concurrent calls share one durable write. Within a partition, entries
    are read in the order of their offsets, and an entry that a reader has passed never appears behind it. Raises
    `Unavailable` when storage is full, locked, read-only or away, or when more is waiting than the bound allows:
    then nothing of the call was kept.
    """

    @property
    def partitions(self) -> int:
        """How many partitions there are; fixed when the stream is made."""
        ...

    @property
    def trouble(self) -> str:
        """Say why appends have been refused lately, naming the setting; empty when the last one was kept."""
        ...

    async def append(self, appends: Sequence[Append]) -> None:
        """Keep all appends of one request, durably."""
        ...

    async def read(self, partition: int, after: int, *, count_max: int) -> list[Entry]:
        """Read the entries that follow offset `after` (0: from the start), oldest first.

        Stops before the entry that would bring the records to more than `count_max`, but returns one at least.
        """
        ...

    async def last_offset(self, partition: int) -> int:
        """Tell the offset of the newest entry of a partition, 0 when nothing was ever appended."""
        ...

    async def waiting(self, partition: int, after: int) -> int:
        """Count the entries that follow offset `after`; beyond a million it may say a million."""
        ...

    async def trim(self, partition: int, through: int) -> int:
        """Forget entries up to and including offset `through`; return how many. Offsets are never reused."""
        ...

    async def close(self) -> None:
        """Finish what was appended, then let go. Safe to call twice."""
        ...
