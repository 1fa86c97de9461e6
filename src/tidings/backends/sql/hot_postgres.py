"""The inbound transaction in PostgreSQL's own words: each statement takes a batch, as one array for each column.

Every row is found by the environment and the user key (ADR 0013). The connections that run these statements make
plans of nested loops over indexes alone: left to itself the planner may read a whole table to save a few searches,
and nothing here ever looks for more than a batch.
"""

from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

from asyncpg.exceptions import UniqueViolationError
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, SmallInteger, Table
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql import tables
from tidings.backends.sql.counts import ADDING, activity_rows, adding, count_rows, made_of
from tidings.backends.sql.expansion_rows import expansion_row
from tidings.backends.sql.insertion import KEEP_FIRST, replacing
from tidings.backends.sql.rows import entry_rows, event_row, message_row, tag_rows
from tidings.backends.sql.spread import is_spread, lock_each
from tidings.backends.sql.tables_changes import message_tags
from tidings.backends.sql.tables_ledger import activity, call_counts, message_counts
from tidings.backends.sql.tables_lists import expansions, taken_requests
from tidings.effects import Effects, ProfileWrite, Sighting
from tidings.errors import Unavailable

T = TypeVar("T")
Key = tuple[int, str]

COPIED_MIN = 100
"""Fewer rows are inserted: a copy takes some more ways to the server and back."""

_ARRAYS: tuple[tuple[type[Any], str], ...] = (
    (SmallInteger, "smallint"),
    (BigInteger, "bigint"),
    (Integer, "integer"),
    (Boolean, "boolean"),
    (LargeBinary, "bytea"),
)  # the narrower first: they are kinds of Integer too


def kind_of(column: Column[Any]) -> str:
    """Give the word for what a column holds."""
    return next((word for kind, word in _ARRAYS if isinstance(column.type, kind)), "text")


def arrays(table: Table) -> str:
    """Name a table's columns as parameters, each an array."""
    return ", ".join(f"${number}::{kind_of(column)}[]" for number, column in enumerate(table.columns, 1))


@lru_cache(maxsize=64)
def insertion(table: Table, clause: str = KEEP_FIRST) -> str:
    """Insert whole rows, given column by column."""
    named = (column.name for column in table.columns)
    names = ", ".join(f'"{name}"' if name in RESERVED_WORDS else name for name in named)
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays(table)}) {clause}"


OFFSET = "SELECT position FROM offsets WHERE reader = $1 AND partition = $2"
MOVE_OFFSET = "UPDATE offsets SET position = $1 WHERE reader = $2 AND partition = $3 AND position = $4"
FIRST_OFFSET = f"INSERT INTO offsets (position, reader, partition) VALUES ($1, $2, $3) {KEEP_FIRST}"
CALLS = insertion(call_counts, adding(call_counts))
MADE = insertion(message_counts, adding(message_counts))
NOTED = insertion(activity, ADDING)

ALREADY_SEEN = """
SELECT asked.environment_id, asked.user_key, asked.digest
FROM unnest($1::integer[], $2::text[], $3::bytea[]) AS asked (environment_id, user_key, digest)
JOIN seen ON seen.environment_id = asked.environment_id AND seen.user_key = asked.user_key
AND seen.day BETWEEN $4 AND $5 AND seen.digest = asked.digest
"""
LOCKED_PROFILES = """
SELECT profiles.environment_id, profiles.user_key, profiles.data
FROM unnest($1::integer[], $2::text[]) WITH ORDINALITY AS asked (environment_id, user_key, place)
JOIN profiles ON profiles.environment_id = asked.environment_id AND profiles.user_key = asked.user_key
ORDER BY asked.place
"""
PROFILES = f"{LOCKED_PROFILES} FOR UPDATE OF profiles"
LOCK_PROFILE = "SELECT FROM profiles WHERE environment_id = $1 AND user_key = $2 FOR UPDATE"
"""Where rows lie on several servers: each is locked by itself, and all are read afterwards by `LOCKED_PROFILES`."""
NEW_PROFILES = insertion(tables.profiles)
PROFILES_AS_THEY_STAND = insertion(tables.profiles, replacing(tables.profiles, "data", "updated"))
MESSAGES = f"""
WITH fresh AS ({insertion(tables.messages)} RETURNING environment_id, user_key, id, enqueued)
INSERT INTO due (environment_id, user_key, message_id, due_at)
SELECT environment_id, user_key, id, enqueued FROM fresh {KEEP_FIRST}
"""
TAGS = insertion(message_tags)
ENTRIES = insertion(tables.data_log)
EXPANSIONS = insertion(expansions)
TAKE_REQUESTS = f"{insertion(taken_requests)} RETURNING environment_id, id"

HOT = (
    ALREADY_SEEN,
    PROFILES,
    LOCK_PROFILE,
    LOCKED_PROFILES,
    insertion(tables.seen),
    NEW_PROFILES,
    PROFILES_AS_THEY_STAND,
    insertion(tables.inbound_events),
    MESSAGES,
    ENTRIES,
)
"""What touches the tables that grow with the users."""


async def already_seen(
    connection: AsyncConnection, sightings: Sequence[Sighting], days: tuple[int, int]
) -> set[Sighting]:
    """Find those that were seen on one of these days, both ends included."""
    rows = sorted({(sighting.environment_id, sighting.user_key, sighting.digest) for sighting in sightings})
    found = await _on_driver(connection, lambda raw: raw.fetch(ALREADY_SEEN, *_columns(rows), *days))
    return {Sighting(*row) for row in found}


async def profiles(connection: AsyncConnection, keys: Sequence[Key]) -> dict[Key, bytes]:
    """Read profiles, and keep everybody else from changing them. In order: so nobody meets crosswise."""
    rows = sorted(set(keys))
    apart = await is_spread(connection)

    async def work(raw: Any) -> Any:
        if apart:
            await lock_each(raw, LOCK_PROFILE, rows)
        return await raw.fetch(LOCKED_PROFILES if apart else PROFILES, *_columns(rows))

    found = await _on_driver(connection, work)
    return {(environment_id, user_key): data for environment_id, user_key, data in found}


async def take_requests(connection: AsyncConnection, rows: Sequence[tuple[int, str, int]]) -> set[Key]:
    """Note requests to send, and tell which were new; waits for whoever notes the same."""
    found = await _on_driver(connection, lambda raw: raw.fetch(TAKE_REQUESTS, *_columns(rows)))
    return {(environment_id, request_id) for environment_id, request_id in found}


async def apply(
    connection: AsyncConnection,
    effects: Effects,
    *,
    place: tuple[str, int],
    after: int,
    through: int,
    day: int,
    absent: AbstractSet[Key],
) -> bool:
    """Move the offset of `place` (reader, partition) and write the effects; False, and nothing, when it had moved.

    `absent` are users who had no profile when it was asked for. There was no row to lock: when one stands there now,
    this raises `Unavailable`, and all of it is to be done again.
    """

    async def work(raw: Any) -> bool:
        if not await _move(raw, place, after, through):
            return False
        await _write(raw, effects, day, absent, place[1])
        return True

    return await _on_driver(connection, work)


async def _move(raw: Any, place: tuple[str, int], after: int, through: int) -> bool:
    if await _changed(raw, MOVE_OFFSET, through, *place, after):
        return True
    return after == 0 and await _changed(raw, FIRST_OFFSET, through, *place) == 1


async def _write(raw: Any, effects: Effects, day: int, absent: AbstractSet[Key], partition: int) -> None:
    seen = sorted((item.environment_id, day, item.user_key, item.digest) for item in effects.seen)
    await _copy(raw, [(tables.seen, seen), (tables.inbound_events, [event_row(event) for event in effects.events])])
    writes = {(write.environment_id, write.user_key): _profile_row(write) for write in effects.profiles}
    new = [row for key, row in sorted(writes.items()) if key in absent]
    if await _insert(raw, NEW_PROFILES, new) != len(new):
        raise Unavailable("a profile was made by somebody else meanwhile: apply the batch again")
    await _insert(raw, PROFILES_AS_THEY_STAND, [row for key, row in sorted(writes.items()) if key not in absent])
    await _insert(raw, MESSAGES, [message_row(message) for message in effects.messages])
    await _insert(raw, TAGS, tag_rows(effects.messages))
    await _insert(raw, ENTRIES, entry_rows(effects))
    await _insert(raw, EXPANSIONS, [expansion_row(expansion) for expansion in effects.expansions])
    await _insert(raw, CALLS, count_rows(effects.tallies, partition))
    made, noted = made_of(effects.messages)
    await _insert(raw, MADE, count_rows(made, partition))
    await _insert(raw, NOTED, activity_rows([*effects.activity, *noted], partition))


def _profile_row(write: ProfileWrite) -> tuple[Any, ...]:
    return (write.environment_id, write.user_key, write.data, write.at, write.at)


async def _copy(raw: Any, work: Sequence[tuple[Table, Sequence[tuple[Any, ...]]]]) -> None:
    """Add rows that are new as good as ever; many of them by COPY, which takes half as long as inserting them.

    COPY knows no conflicts: when one of the rows is there already, all are inserted, each unless it is.
    """
    if any(len(rows) >= COPIED_MIN for _, rows in work):
        with suppress(UniqueViolationError):
            async with raw.transaction():  # a savepoint
                for table, rows in work:
                    await raw.copy_records_to_table(table.name, records=rows, columns=table.columns.keys())
            return
    for table, rows in work:
        await _insert(raw, insertion(table), rows)


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert whole rows; one whose key exists is left as it stands."""
    await _on_driver(connection, lambda raw: _insert(raw, insertion(table), rows))


async def _insert(raw: Any, statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    return await _changed(raw, statement, *_columns(rows)) if rows else 0


async def _changed(raw: Any, statement: str, *parameters: object) -> int:
    status: str = await raw.execute(statement, *parameters)
    return int(status.rpartition(" ")[2])


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))


async def _on_driver(connection: AsyncConnection, work: Callable[[Any], Awaitable[T]]) -> T:
    """Speak to the driver itself, inside the transaction that SQLAlchemy has begun."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    return await work(driver)
