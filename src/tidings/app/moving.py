"""Moving an embedded installation into PostgreSQL: everything it knows, counted and compared at the end."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

import msgspec
from sqlalchemy import Table

from tidings.app.installation import open_database
from tidings.backends.postgres.move_target import MoveTarget
from tidings.backends.sql.migrate import HEAD, migrate
from tidings.backends.sql.move_source import Batch, MoveSource
from tidings.backends.sql.moving import TABLES, Sum
from tidings.backends.sql.partitions import EVENTS, SEEN, Partitioned
from tidings.backends.sql.schema import metadata
from tidings.backends.sqlite.alone import alone
from tidings.clock import Clock, iso
from tidings.config import Config
from tidings.errors import ConfigurationError, Conflict

_PARTITIONS_MAX = 600
"""Of one table: eleven years of weeks. What is older lies in the default partition."""
_DAY_MS = 86_400_000
_SPANS = ((SEEN, "day", _DAY_MS), (EVENTS, "received_at", 1))

Progress = Callable[[int, int], None]


class Moved(msgspec.Struct, frozen=True):
    """What a move came to."""

    rows: dict[str, int]
    """By table; each was read back from the target and found to be the same."""
    carried_before: int
    """How many of them an earlier try had carried."""


async def move(source: Path, config: Config, *, clock: Clock, progress: Progress) -> Moved:
    """Copy the installation in the folder `source` into the empty database that `config` names.

    Both end held: the old one for good, the new one until it is released. When it is broken off, the same again goes
    on where it was. Raises `Conflict` when the installation is in use or has work left, when the database holds
    anything else, or when what arrived is not what was sent; `ConfigurationError` and `Unavailable` as opening does.
    """
    if not (source / "state.db").exists():
        raise ConfigurationError(f"there is no installation in {source}: name it with --from")
    if not config.database_url:
        raise ConfigurationError("name the database to move to with --to postgresql://…")
    with alone(source / "state.db", source / "stream.db") as opened:
        origin = MoveSource(opened.state)
        _check(origin, MoveSource(opened.stream).last_offset())
        await _migrate(config)
        target = MoveTarget(config.database_url, setting="--to")
        try:
            return await _carry(origin, target, source, clock=clock, progress=progress)
        finally:
            await target.close()


async def _migrate(config: Config) -> None:
    database = open_database(config)
    try:
        await migrate(database)
    finally:
        await database.close()


def _check(origin: MoveSource, last: int) -> None:
    revision = origin.revision()
    if revision != HEAD:
        raise Conflict(f"its tables are of revision {revision}, and this tidings has {HEAD}: run tidings migrate first")
    behind = origin.behind(last)
    if behind:
        raise Conflict(
            f"calls that were accepted are not worked through yet ({', '.join(behind)}): start `tidings worker` alone "
            "on it, so that nothing comes in, stop it after a moment, and move then"
        )


async def _carry(origin: MoveSource, target: MoveTarget, source: Path, *, clock: Clock, progress: Progress) -> Moved:
    now, itself = clock.now_ms(), origin.itself()
    standing = await target.begin(itself["id"], TABLES)
    origin.hold("it was moved to PostgreSQL", now=now)
    counts = {table.name: origin.count(table) for table in TABLES}
    total = 2 * sum(counts.values())  # carried, then compared
    done = before = sum(rows for _, rows in standing.values())
    for partitioned, column, unit_ms in _SPANS:
        await _make_partitions(origin, target, partitioned, column, unit_ms)
    sums: dict[str, Sum] = {}
    for table in TABLES:
        last, rows = standing.get(table.name, (None, 0))
        sums[table.name] = origin.total(table, rows=rows)  # what an earlier try has carried
        async with aclosing(_batches(origin, table, last)) as batches:
            async for batch in batches:
                rows, done = rows + len(batch.rows), done + len(batch.rows)
                await target.write(table, batch.rows, last=batch.last, done=rows)
                sums[table.name] = sums[table.name].joined(batch.sum)
                progress(done, total)
    for table in TABLES:
        expected = sums[table.name]
        if await target.summed(table) != expected:
            raise Conflict(
                f"{table.name} is not the same on both sides: was the installation used since an earlier try? "
                "Drop the database, make it anew, and move again"
            )
        done += expected.rows
        progress(done, total)
    own = {
        "counted_from": itself["counted_from"],
        "home": "",
        "held_at": now,
        "held_because": f"moved from {source} on {iso(now)}",
    }
    await target.finish(TABLES, own, origin.began())
    return Moved(rows=counts, carried_before=before)


async def _batches(origin: MoveSource, table: Table, last: bytes | None) -> AsyncGenerator[Batch]:
    """Read what follows a place; while one batch is written, the next is read."""
    ahead = asyncio.create_task(asyncio.to_thread(origin.batch, table, last))
    try:
        while batch := await ahead:
            ahead = asyncio.create_task(asyncio.to_thread(origin.batch, table, batch.last))
            yield batch
    finally:
        await asyncio.wait((ahead,))  # its thread has the file in hand


async def _make_partitions(
    origin: MoveSource, target: MoveTarget, partitioned: Partitioned, column: str, unit_ms: int
) -> None:
    span = origin.span(metadata.tables[partitioned.name], column)
    if span is not None:
        low, high = (partitioned.number(end * unit_ms) for end in span)
        await target.partition(partitioned, range(max(low, high - _PARTITIONS_MAX), high + 1))
