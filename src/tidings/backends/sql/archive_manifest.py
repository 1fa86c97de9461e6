"""Which files of the archive count, over SQL."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, func, null, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_archive import archive_files as files
from tidings.records import ArchiveFile

_ANNOUNCE = text(
    "INSERT INTO archive_files (environment_id, day, name, rows, bytes, first_at, last_at, doomed_at)"
    " VALUES (:environment_id, :day, :name, 0, 0, 0, 0, :doomed_at)"
    " ON CONFLICT (environment_id, day, name) DO UPDATE SET doomed_at = excluded.doomed_at"
    " WHERE archive_files.doomed_at IS NOT NULL"
)
_KEEP = text(
    "UPDATE archive_files SET rows = :rows, bytes = :bytes, first_at = :first_at, last_at = :last_at, doomed_at = NULL"
    " WHERE environment_id = :environment_id AND day = :day AND name = :name AND doomed_at IS NOT NULL"
)
_DOOM = text(
    "UPDATE archive_files SET doomed_at = :doomed_at"
    " WHERE environment_id = :environment_id AND day = :day AND name = :name AND doomed_at IS NULL"
)
_FORGET = text(
    "DELETE FROM archive_files"
    " WHERE environment_id = :environment_id AND day = :day AND name = :name AND doomed_at IS NOT NULL"
)


class NotKept(Exception):
    """A file no longer stands as it must: whatever belongs to it must not be written either."""


class SqlArchiveManifest:
    """The list of the archive's files, in the state database beside the archive's offsets."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def announce(self, files: Sequence[ArchiveFile], *, doomed_at: int) -> None:
        """Note that these are about to be written."""
        async with self._database.write() as connection:
            for file in files:
                await connection.execute(_ANNOUNCE, {**_key(file), "doomed_at": doomed_at})

    async def living(self, environment_id: int, days: range) -> list[ArchiveFile]:
        """List the files of these days that count, oldest first."""
        within = (files.c.environment_id == environment_id, files.c.day >= days.start, files.c.day < days.stop)
        found = select(files).where(*within, files.c.doomed_at == null())
        async with self._database.read() as connection:
            rows = await connection.execute(found.order_by(files.c.day, files.c.first_at, files.c.name))
            return [_of(row) for row in rows]

    async def environments(self) -> dict[int, range]:
        """Tell which environments have files that count, and their days."""
        spans = select(files.c.environment_id, func.min(files.c.day), func.max(files.c.day))
        spans = spans.where(files.c.doomed_at == null()).group_by(files.c.environment_id)
        async with self._database.read() as connection:
            return {row[0]: range(row[1], row[2] + 1) for row in await connection.execute(spans)}

    async def replace(self, old: Sequence[ArchiveFile], new: Sequence[ArchiveFile], *, doomed_at: int) -> bool:
        """Let `new` count instead of `old`."""
        try:
            async with self._database.write() as connection:
                await _doom(connection, old, doomed_at)
                await keep(connection, new)
        except NotKept:
            return False
        return True

    async def retire(self, *, before_day: int, doomed_at: int) -> int:
        """Let files of days before this one no longer count."""
        old = (files.c.day < before_day, files.c.doomed_at == null())
        async with self._database.read() as connection:
            if (
                await connection.scalar(select(files.c.day).where(*old).limit(1)) is None
            ):  # an idle server writes nothing
                return 0
        async with self._database.write() as connection:
            return (await connection.execute(update(files).where(*old).values(doomed_at=doomed_at))).rowcount

    async def doomed(self, *, before: int, limit: int) -> list[ArchiveFile]:
        """List files whose time is up."""
        found = select(files).where(files.c.doomed_at != null(), files.c.doomed_at <= before)
        async with self._database.read() as connection:
            rows = await connection.execute(found.order_by(files.c.doomed_at).limit(limit))
            return [_of(row) for row in rows]

    async def forget(self, files: Sequence[ArchiveFile]) -> None:
        """Strike doomed files off."""
        async with self._database.write() as connection:
            for file in files:
                await connection.execute(_FORGET, _key(file))


async def keep(connection: AsyncConnection, kept: Sequence[ArchiveFile]) -> None:
    """Let announced files count. Raises `NotKept` when one is no longer announced."""
    for file in kept:
        if (await connection.execute(_KEEP, msgspec.structs.asdict(file))).rowcount != 1:
            raise NotKept


async def _doom(connection: AsyncConnection, old: Sequence[ArchiveFile], doomed_at: int) -> None:
    for file in old:
        if (await connection.execute(_DOOM, {**_key(file), "doomed_at": doomed_at})).rowcount != 1:
            raise NotKept


def _key(file: ArchiveFile) -> dict[str, Any]:
    return {"environment_id": file.environment_id, "day": file.day, "name": file.name}


def _of(row: Row[Any]) -> ArchiveFile:
    return ArchiveFile(
        environment_id=row.environment_id,
        day=row.day,
        name=row.name,
        rows=row.rows,
        bytes=row.bytes,
        first_at=row.first_at,
        last_at=row.last_at,
    )
