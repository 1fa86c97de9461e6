"""The inbound transaction in SQLite's own words: each statement takes a batch, and each call is one hop to its thread.

Rows go in as long lists of VALUES rather than one by one: SQLite then works through a hundred rows without taking
Python's lock in between, and a busy event loop beside it cannot slow it down. Look-ups join from such a list by CROSS
JOIN or EXISTS, which pins the order: left to itself the planner may turn a join around and read a whole table.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql import tables, tables_lists
from tidings.backends.sql.counts import ADDING, activity_rows, adding, count_rows, made_of
from tidings.backends.sql.expansion_rows import expansion_row
from tidings.backends.sql.rows import entry_rows, event_row, message_row, owner_of, tag_rows
from tidings.backends.sql.tables_changes import message_tags
from tidings.backends.sql.tables_ledger import activity, call_counts, message_counts
from tidings.effects import Effects, Sighting

T = TypeVar("T")
Key = tuple[int, str]

_ROWS_MAX = 128  # rows in one statement: 128 times 23 columns stay far below SQLite's 32 766 parameters
_KEEP_FIRST = "ON CONFLICT DO NOTHING"

OFFSET = "SELECT position FROM offsets WHERE reader = ? AND partition = ?"
MOVE_OFFSET = "UPDATE offsets SET position = ? WHERE reader = ? AND partition = ? AND position = ?"
FIRST_OFFSET = f"INSERT INTO offsets (position, reader, partition) VALUES (?, ?, ?) {_KEEP_FIRST}"


def seen_statement(rows: int) -> str:
    """Find which of so many (environment, user key, digest) were seen on the days from ? to ?."""
    return (
        f"WITH asked (environment_id, user_key, digest) AS ({values('(?, ?, ?)', rows)}), "
        "days (day) AS (SELECT ? UNION ALL SELECT day + 1 FROM days WHERE day < ?) "
        "SELECT asked.environment_id, asked.user_key, asked.digest FROM asked CROSS JOIN days "
        "CROSS JOIN seen ON seen.environment_id = asked.environment_id AND seen.day = days.day "
        "AND seen.user_key = asked.user_key AND seen.digest = asked.digest"
    )


def profiles_statement(rows: int) -> str:
    """Read the profiles of so many (environment, user key)."""
    return (
        f"WITH asked (environment_id, user_key) AS ({values('(?, ?)', rows)}) "
        "SELECT profiles.environment_id, profiles.user_key, profiles.data FROM asked CROSS JOIN profiles "
        "ON profiles.environment_id = asked.environment_id AND profiles.user_key = asked.user_key"
    )


def due_statement(rows: int) -> str:
    """Put so many (environment, user key, message id, due at) into the queue, unless the message had its turn."""
    return (
        f"WITH fresh (environment_id, user_key, message_id, due_at) AS ({values('(?, ?, ?, ?)', rows)}) "
        "INSERT INTO due (environment_id, user_key, message_id, due_at) SELECT * FROM fresh WHERE NOT EXISTS "
        "(SELECT 1 FROM messages m WHERE m.environment_id = fresh.environment_id AND m.id = fresh.message_id) "
        + _KEEP_FIRST
    )


async def already_seen(
    connection: AsyncConnection, sightings: Sequence[Sighting], days: tuple[int, int]
) -> set[Sighting]:
    """Find those that were seen on one of these days, both ends included."""
    rows = sorted({(sighting.environment_id, sighting.user_key, sighting.digest) for sighting in sightings})

    def work(raw: sqlite3.Connection) -> set[Sighting]:
        found = (raw.execute(seen_statement(len(part)), [*chain(*part), *days]) for part in parts(rows))
        return {Sighting(*row) for row in chain.from_iterable(found)}

    return await on_thread(connection, work)


async def profiles(connection: AsyncConnection, keys: Sequence[Key]) -> dict[Key, bytes]:
    """Read profiles."""
    rows = sorted(set(keys))

    def work(raw: sqlite3.Connection) -> dict[Key, bytes]:
        found = (raw.execute(profiles_statement(len(part)), [*chain(*part)]) for part in parts(rows))
        return {(environment_id, user_key): data for environment_id, user_key, data in chain.from_iterable(found)}

    return await on_thread(connection, work)


async def take_requests(connection: AsyncConnection, rows: Sequence[tuple[int, str, int]]) -> set[Key]:
    """Note requests to send, and tell which were new."""
    table = tables_lists.taken_requests
    clause = f"{_KEEP_FIRST} RETURNING environment_id, id"

    def work(raw: sqlite3.Connection) -> set[Key]:
        found = (raw.execute(insert_statement(table, len(part), clause), [*chain(*part)]) for part in parts(rows))
        return {(environment_id, request_id) for environment_id, request_id in chain.from_iterable(found)}

    return await on_thread(connection, work)


async def apply(
    connection: AsyncConnection,
    effects: Effects,
    *,
    place: tuple[str, int],
    after: int,
    through: int,
    day: int,
    absent: AbstractSet[Key],  # noqa: ARG001 one writes at a time: whoever had no profile still has none
) -> bool:
    """Move the offset of `place` (reader, partition) and write the effects; False, and nothing, when it had moved."""

    def work(raw: sqlite3.Connection) -> bool:
        if not _move(raw, place, after, through):
            return False
        _write(raw, effects, day)
        _count(raw, effects, place[1])
        return True

    return await on_thread(connection, work)


def _move(raw: sqlite3.Connection, place: tuple[str, int], after: int, through: int) -> bool:
    moved = raw.execute(MOVE_OFFSET, (through, *place, after)).rowcount == 1
    return moved or (after == 0 and raw.execute(FIRST_OFFSET, (through, *place)).rowcount == 1)


def _write(raw: sqlite3.Connection, effects: Effects, day: int) -> None:
    # Sorted, so that neighbours in a table are written while their page is at hand.
    seen = sorted((item.environment_id, day, item.user_key, item.digest) for item in effects.seen)
    insert_many(raw, tables.seen, seen)
    writes = sorted(effects.profiles, key=lambda write: (write.environment_id, write.user_key))
    rows = [(write.environment_id, write.user_key, write.data, write.at, write.at) for write in writes]
    insert_many(
        raw, tables.profiles, rows, "ON CONFLICT DO UPDATE SET data = excluded.data, updated = excluded.updated"
    )
    insert_many(raw, tables.inbound_events, [event_row(event) for event in effects.events])
    due = [(message.environment_id, owner_of(message), message.id, message.enqueued) for message in effects.messages]
    for part in parts(due):
        raw.execute(due_statement(len(part)), [*chain(*part)])
    insert_many(raw, tables.messages, [message_row(message) for message in effects.messages])
    insert_many(raw, message_tags, tag_rows(effects.messages))
    insert_many(raw, tables.data_log, entry_rows(effects))
    insert_many(raw, tables_lists.expansions, [expansion_row(expansion) for expansion in effects.expansions])


def _count(raw: sqlite3.Connection, effects: Effects, partition: int) -> None:
    insert_many(raw, call_counts, count_rows(effects.tallies, partition), adding(call_counts))
    made, noted = made_of(effects.messages)
    insert_many(raw, message_counts, count_rows(made, partition), adding(message_counts))
    insert_many(raw, activity, activity_rows([*effects.activity, *noted], partition), ADDING)


def insert_many(
    raw: sqlite3.Connection, table: Table, rows: Sequence[tuple[Any, ...]], clause: str = _KEEP_FIRST
) -> None:
    """Insert whole rows."""
    for part in parts(rows):
        raw.execute(insert_statement(table, len(part), clause), [*chain(*part)])


def insert_statement(table: Table, rows: int, clause: str = _KEEP_FIRST) -> str:
    """Insert so many rows of all columns."""
    row = f"({', '.join('?' for _ in table.columns)})"
    return f"INSERT INTO {table.name} ({', '.join(table.columns.keys())}) {values(row, rows)} {clause}"


def values(row: str, rows: int) -> str:
    """List so many rows of placeholders."""
    return "VALUES " + ", ".join([row] * rows)


def parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut into powers of two, so that a handful of prepared statements serves every batch."""
    start, size = 0, _ROWS_MAX
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        yield rows[start : start + size]
        start += size


async def on_thread(connection: AsyncConnection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run all of it on the connection's own thread: one hop, where each statement by itself would be one."""
    driver: Any = (await connection.get_raw_connection()).driver_connection  # a `OneHopConnection`
    result: T = await driver.run(work)
    return result
