"""The follower behind the archive, and what keeps its files few."""

import asyncio
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import structlog

from tidings.clock import Clock
from tidings.effects import FollowerEffects
from tidings.pipeline.redacting import redacted
from tidings.pipeline.rest import rest
from tidings.ports import ArchiveManifest, CallArchive, FollowerStore, InstallationStore, SourceStore
from tidings.records import DAY_MS, ArchiveFile, Seen

log = structlog.get_logger()

ROWS_MAX = 5_000
"""Calls in a file when it is first written: they are held in memory meanwhile."""
FULL_ROWS = 100_000
"""A file of so many calls is not merged any more, so that merging needs some 200 MB at most."""
FULL_BYTES = 16 * 1024 * 1024
"""Nor one of so many bytes: calls can be large, and are five to ten times as large without compression."""
EVERY_MS = 60_000
"""How often a file is begun when little comes in: readers of the archive see calls about so late."""
TODAY_FILES_MAX = 32
"""Small files of a day that is not over; beyond that they are merged."""
MERGED_AT_ONCE = 64
GRACE_MS = 600_000
"""How long a file that was merged into another stays for those who are reading it."""
ANNOUNCED_MS = 3_600_000
"""Whoever needs longer than this to write a file has died."""
_TIDY_EVERY_MS = 600_000
_REMOVED_AT_ONCE = 500
_TIDY = "archive-tidy"


class Archiving:
    """`Step` that writes calls to the archive, as their sources let them be kept.

    The name of a file says which part of the stream it holds, and it counts only with the offset: so each call is in
    the archive once, whoever dies and whenever.
    """

    reader = "archive"

    def __init__(self, *, archive: CallArchive, manifest: ArchiveManifest, sources: SourceStore, clock: Clock) -> None:
        self._archive = archive
        self._manifest = manifest
        self._sources = sources
        self._clock = clock

    async def take(self, batch: Sequence[Seen]) -> FollowerEffects:
        """Write the files of a batch. Raises `Unavailable` when the archive is."""
        parts: dict[tuple[int, int], list[Seen]] = {}
        for call in await redacted(batch, self._sources):
            parts.setdefault((call.environment_id, call.record.received_at // DAY_MS), []).append(call)
        planned = [(_file(key, calls), calls) for key, calls in sorted(parts.items())]
        if planned:
            doomed_at = self._clock.now_ms() + ANNOUNCED_MS
            await self._manifest.announce([file for file, _ in planned], doomed_at=doomed_at)
        return FollowerEffects(archived=[await self._archive.write(file, calls) for file, calls in planned])


def _file(key: tuple[int, int], calls: Sequence[Seen]) -> ArchiveFile:
    """Name a file for the places of its calls. Offsets of another stream may be the same, at another time."""
    first, last = calls[0], calls[-1]
    name = f"{first.record.received_at:013d}-{first.position:016x}-{last.position:016x}-{len(calls)}"
    return ArchiveFile(environment_id=key[0], day=key[1], name=name)


class ArchiveTidying:
    """Merges small files, lets go of old days, and removes what no longer counts. One worker at a time does it."""

    def __init__(
        self,
        *,
        archive: CallArchive,
        manifest: ArchiveManifest,
        leases: FollowerStore,
        itself: InstallationStore,
        clock: Clock,
        holder: str,
        days_kept: int = 0,
    ) -> None:
        """`days_kept`: 0 keeps calls for ever."""
        self._archive = archive
        self._manifest = manifest
        self._leases = leases
        self._itself = itself
        self._holder = holder
        self._clock = clock
        self._days_kept = days_kept

    async def round(self, stop: asyncio.Event) -> None:
        """Tidy once, and rest."""
        await self.run_once()
        await rest(stop, _TIDY_EVERY_MS / 1000)

    async def run_once(self) -> None:
        """Tidy, unless another worker does. Raises `Unavailable` when the archive or the database is.

        A held installation may be a copy, whose files are still another's: it removes nothing.
        """
        now = self._clock.now_ms()
        if await self._itself.hold() is not None:
            return
        if not await self._leases.hold(_TIDY, self._holder, now=now, until=now + 2 * _TIDY_EVERY_MS):
            return
        today = now // DAY_MS
        if self._days_kept:
            await self._manifest.retire(before_day=today - self._days_kept, doomed_at=now)
        for environment_id, days in (await self._manifest.environments()).items():
            await self._merge(environment_id, days, today, now=now)
        while doomed := await self._manifest.doomed(before=now, limit=_REMOVED_AT_ONCE):
            for file in doomed:
                await self._archive.remove(file)
            await self._manifest.forget(doomed)

    async def _merge(self, environment_id: int, days: range, today: int, *, now: int) -> None:
        small: dict[int, list[ArchiveFile]] = {}
        for file in await self._manifest.living(environment_id, days):
            if file.rows < FULL_ROWS and file.bytes < FULL_BYTES:
                small.setdefault(file.day, []).append(file)
        for day, files in small.items():
            if len(files) > (TODAY_FILES_MAX if day >= today else 1):
                for group in _groups(files):
                    await self._replace(group, now=now)

    async def _replace(self, group: Sequence[ArchiveFile], *, now: int) -> None:
        digest = blake2b("\n".join(sorted(file.name for file in group)).encode(), digest_size=12).hexdigest()
        into = ArchiveFile(environment_id=group[0].environment_id, day=group[0].day, name=f"merged-{digest}")
        await self._manifest.announce([into], doomed_at=now + ANNOUNCED_MS)
        merged = await self._archive.merge(into, group)
        if await self._manifest.replace(group, [merged], doomed_at=now + GRACE_MS):
            log.info("archive.merged", environment_id=into.environment_id, files=len(group), rows=merged.rows)


def _groups(files: Iterable[ArchiveFile]) -> list[list[ArchiveFile]]:
    """Put files together up to what one file should hold; a file that would stand alone is left alone."""
    groups: list[list[ArchiveFile]] = []
    rows = size = 0
    for file in files:
        fits = rows + file.rows <= FULL_ROWS and size + file.bytes <= FULL_BYTES
        if not groups or not fits or len(groups[-1]) >= MERGED_AT_ONCE:
            groups.append([])
            rows = size = 0
        groups[-1].append(file)
        rows, size = rows + file.rows, size + file.bytes
    return [group for group in groups if len(group) > 1]
