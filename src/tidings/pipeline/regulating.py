"""Regulations carried out: users deleted from every table and from the archive, pass after pass, until nothing is left.

What is under way elsewhere (a batch being applied, a message being sent, a file being written) cannot be seen while it
is. So a regulation is finished when a pass found nothing, and the one before was long enough ago.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from hashlib import blake2b

import structlog

from tidings.clock import Clock
from tidings.errors import Unavailable
from tidings.forwarding import erasures_of
from tidings.pipeline.archiving import ANNOUNCED_MS
from tidings.pipeline.rest import rest
from tidings.ports import (
    ArchiveManifest,
    CallArchive,
    DestinationStore,
    Erasure,
    FollowerStore,
    Moment,
    RegulationStore,
)
from tidings.records import ArchiveFile
from tidings.regulations import Regulation, Subjects, forwards, suppresses

log = structlog.get_logger()

SETTLE_MS = 120_000
"""Between two passes: longer than any batch, attempt or file takes; a worker may hold a message for a minute."""
_LOOK_S = 5.0
_AT_ONCE = 20
_LEASE_MS = 600_000
_NAME = "regulations"
ARCHIVE = "archive"
"""What calls of the archive are counted as, among the tables."""


class Shelf:
    """The archive, where one is kept, and the list of its files."""

    def __init__(self, *, archive: CallArchive | None, manifest: ArchiveManifest) -> None:
        self._archive = archive
        self._manifest = manifest

    async def erase(self, environment_id: int, subjects: Subjects, *, now: int) -> AsyncIterator[int]:
        """Write files anew without these users; tell of each how many calls went.

        Raises `Unavailable` when there are files and no archive is kept any more, or when it is away.
        """
        days = (await self._manifest.environments()).get(environment_id)
        replaced = [file for file in await self._replaced(now) if file.environment_id == environment_id]
        if days is None and not replaced:
            return
        if self._archive is None:
            raise Unavailable(
                "there are calls in an archive, and no `archive` is set: name it, so that it can be cleaned"
            )
        for file in await self._manifest.living(environment_id, days) if days else []:
            if await self._archive.count(file, subjects.user_keys):
                yield await self._write_anew(self._archive, file, subjects, now)
        for file in replaced:  # merged into others a moment ago, and kept for who was reading them
            await self._archive.remove(file)
            await self._manifest.forget([file])

    async def _replaced(self, now: int) -> list[ArchiveFile]:
        """Find files that no longer count; those that were announced and are being written have no rows yet."""
        return [file for file in await self._manifest.doomed(before=now + ANNOUNCED_MS, limit=10_000) if file.rows]

    async def _write_anew(self, archive: CallArchive, file: ArchiveFile, subjects: Subjects, now: int) -> int:
        digest = blake2b("\n".join([file.name, *sorted(subjects.user_keys)]).encode(), digest_size=12).hexdigest()
        into = ArchiveFile(environment_id=file.environment_id, day=file.day, name=f"without-{digest}")
        await self._manifest.announce([into], doomed_at=now + ANNOUNCED_MS)
        written = await archive.merge(into, [file], without=subjects.user_keys)
        kept: Sequence[ArchiveFile] = [written] if written.rows else []
        if not await self._manifest.replace([file], kept, doomed_at=now):
            return 0  # it was merged meanwhile: the next pass finds it there
        await archive.remove(file)
        await self._manifest.forget([file])
        return file.rows - written.rows


class Regulating:
    """Carries out what is to be deleted. One worker at a time does it."""

    def __init__(
        self,
        *,
        regulations: RegulationStore,
        erasure: Erasure,
        shelf: Shelf,
        destinations: DestinationStore,
        leases: FollowerStore,
        clock: Clock,
        holder: str,
    ) -> None:
        self._regulations = regulations
        self._erasure = erasure
        self._shelf = shelf
        self._destinations = destinations
        self._leases = leases
        self._clock = clock
        self._holder = holder

    async def round(self, stop: asyncio.Event) -> None:
        """Do what is due, and rest."""
        await self.run_once()
        await rest(stop, _LOOK_S)

    async def run_once(self) -> int:
        """Make a pass for each regulation that is due; return how many. Raises `Unavailable` when the database is."""
        now = self._clock.now_ms()
        due = await self._regulations.due(now=now, limit=_AT_ONCE)
        if not due or not await self._leases.hold(_NAME, self._holder, now=now, until=now + _LEASE_MS):
            return 0
        for regulation in due:
            try:
                await self._pass(regulation)
            except Unavailable as error:
                log.warning("regulation.held_up", regulation=regulation.id, error=str(error))
                await self._hold_up(regulation, str(error))
            except Exception:  # one that fails keeps no other from being done
                log.exception("regulation.failed", regulation=regulation.id)
                await self._hold_up(regulation, "tidings failed on it; its log says why")
        return len(due)

    async def _hold_up(self, regulation: Regulation, error: str) -> None:
        await self._regulations.hold_up(regulation, error, due_at=self._clock.now_ms() + SETTLE_MS)

    async def _hand_on(self, regulation: Regulation, now: int) -> None:
        """Tell outside destinations, when whatever of these users is under way to them has arrived."""
        destinations = await self._destinations.all(regulation.environment_id)
        told, queued = erasures_of(regulation, destinations, now=now, due_at=now + SETTLE_MS)
        await self._regulations.hand_on(regulation, told, queued)

    async def _pass(self, regulation: Regulation) -> None:
        now = self._clock.now_ms()
        subjects = await self._regulations.subjects(regulation)
        moment = Moment(now=now, settled_before=now - SETTLE_MS // 2, came_before=regulation.created + SETTLE_MS)
        done = await self._erasure.erase(regulation, subjects, moment=moment)
        if forwards(regulation.type) and regulation.outside is None:
            await self._hand_on(regulation, now)
        calls = 0
        async for gone in self._shelf.erase(regulation.environment_id, subjects, now=now):
            await self._regulations.note(regulation, {ARCHIVE: gone})
            calls += gone
        nothing_left = not done.rows and not calls and not done.waiting
        # Whose calls are still taken may always have something: what was there when they asked is gone by then.
        is_done = regulation.passes > 0 and (nothing_left or not suppresses(regulation.type))
        await self._regulations.progress(regulation, due_at=now + SETTLE_MS, finished=now if is_done else None)
        erased = calls + sum(done.rows.values())
        log.info("regulation.passed", regulation=regulation.id, rows=erased, finished=is_done)
