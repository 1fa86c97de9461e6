"""Where accepted calls are kept for good: files that other tools read too."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Protocol

from tidings.records import ArchiveFile, CallFilter, Seen


class CallArchive(Protocol):
    """Writes and reads the files; which of them count, the manifest says.

    What is written is durable when the call ends. Raises `Unavailable` when the folder or store is away or full, and
    when a file that is asked for is not there.
    """

    async def write(self, file: ArchiveFile, calls: Sequence[Seen]) -> ArchiveFile:
        """Write a file with these calls, in the order of their places; return it with what is known of it then.

        A file of that name is replaced, as a whole.
        """
        ...

    async def merge(
        self, into: ArchiveFile, files: Sequence[ArchiveFile], *, without: Collection[str] = ()
    ) -> ArchiveFile:
        """Write a file with all calls of these, but for those of the user keys `without`; the old ones stay.

        Holds them in memory: the caller bounds them. A file that would be empty is not written: it has 0 rows.
        """
        ...

    async def count(self, file: ArchiveFile, user_keys: Collection[str]) -> int:
        """Count the calls of these users in a file."""
        ...

    async def remove(self, file: ArchiveFile) -> None:
        """Remove a file. One that is not there is no fault."""
        ...

    def read(
        self, environment_id: int, files: Sequence[ArchiveFile], where: CallFilter, *, count_max: int
    ) -> AsyncIterator[list[Seen]]:
        """Read calls in the order of their arrival, `count_max` at a time. All files are of one environment."""
        ...

    async def export(self, files: Sequence[ArchiveFile], where: CallFilter, target: str) -> int:
        """Copy calls, in order, to a file of this machine: `.parquet`, `.csv` or `.jsonl`; return how many.

        Raises `InvalidInput` for another ending.
        """
        ...

    async def count_calls(self, files: Sequence[ArchiveFile], where: CallFilter, *, timeout_s: float) -> int:
        """Count the calls that a filter wants. Raises `Unavailable` when it takes longer."""
        ...

    async def query(
        self, files: Sequence[ArchiveFile], sql: str, *, rows_max: int
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Ask in SQL, of the table `calls`; return the columns' names and the first rows.

        Nothing but that table can be reached. Raises `InvalidInput` with the engine's own sentence.
        """
        ...
