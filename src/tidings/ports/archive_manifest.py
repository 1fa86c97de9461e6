"""Which files of the archive count."""

from collections.abc import Sequence
from typing import Protocol

from tidings.records import ArchiveFile


class ArchiveManifest(Protocol):
    """The list of the archive's files.

    A file is announced before it is written, as doomed: it counts only when it is kept, in the transaction that
    belongs to it, such as the one that moves the archive's offset. What nobody kept is removed when its time is up. So
    no file is forgotten, none that others wrote is touched, and each call is in exactly one file that counts.
    """

    async def announce(self, files: Sequence[ArchiveFile], *, doomed_at: int) -> None:
        """Note that these are about to be written. Again: their time is set anew; those that are kept stay kept."""
        ...

    async def living(self, environment_id: int, days: range) -> list[ArchiveFile]:
        """List the files of these days that count, oldest first."""
        ...

    async def environments(self) -> dict[int, range]:
        """Tell which environments have files that count, and the days from the first to the last."""
        ...

    async def replace(self, old: Sequence[ArchiveFile], new: Sequence[ArchiveFile], *, doomed_at: int) -> bool:
        """Let `new`, which were announced, count instead of `old`, at once; the old are removed at `doomed_at`.

        False, and nothing changed, when one of the old no longer counts, or one of the new is no longer announced.
        """
        ...

    async def retire(self, *, before_day: int, doomed_at: int) -> int:
        """Let files of days before this one no longer count; return how many."""
        ...

    async def doomed(self, *, before: int, limit: int) -> list[ArchiveFile]:
        """List files whose time is up."""
        ...

    async def forget(self, files: Sequence[ArchiveFile]) -> None:
        """Strike doomed files off, once they are gone."""
        ...
