"""Taking messages out of the due queue for a worker."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql import queue_statements as sql
from tidings.backends.sql.bulk import read_many, read_raw, write_all, write_raw
from tidings.backends.sql.queue_statements import Key
from tidings.backends.sql.revision import OF_ALL, OF_ALL_WORDS
from tidings.backends.sql.rows import Row


class Taken(NamedTuple):
    """What was taken."""

    keys: list[Key]
    """In the order to work on."""
    messages: Sequence[Row] = ()
    attempts: Sequence[Row] = ()
    as_of: int = 0
    """The revision of all settings, read after it was found what is due: what was made later is taken later."""


async def taken(connection: AsyncConnection, *, worker: str, now: int, until: int, limit: int) -> Taken:
    """Take what is due, the urgent first; what went to a list gets what is left, and a tenth whatever is urgent."""

    async def find(urgency: int, count: int) -> list[Key]:
        rows = await connection.execute(sql.DUE, _looking(urgency, now, count)) if count else ()
        return [(row[0], row[1], row[2]) for row in rows]

    urgent = await find(0, limit)
    keys = _together(urgent, await find(sql.BULK, _left(urgent, limit)), limit)
    if not keys:
        return Taken([])
    await write_all(connection, [(sql.TAKE, [(*key, worker, until) for key in sorted(keys)])])
    as_of = int(await connection.scalar(OF_ALL) or 0)
    messages = await read_many(connection, sql.MESSAGES, keys)
    return Taken(keys, messages, await read_many(connection, sql.ATTEMPTS, keys), as_of)


def taken_raw(raw: sqlite3.Connection, *, worker: str, now: int, until: int, limit: int) -> Taken:
    """Take it on SQLite's own thread."""

    def find(urgency: int, count: int) -> list[Key]:
        return list(raw.execute(sql.DUE_WORDS, _looking(urgency, now, count))) if count else []

    urgent = find(0, limit)
    keys = _together(urgent, find(sql.BULK, _left(urgent, limit)), limit)
    if not keys:
        return Taken([])
    write_raw(raw, [(sql.TAKE, [(*key, worker, until) for key in sorted(keys)])])
    (as_of,) = raw.execute(OF_ALL_WORDS).fetchone()
    return Taken(keys, read_raw(raw, sql.MESSAGES, keys), read_raw(raw, sql.ATTEMPTS, keys), as_of or 0)


def _looking(urgency: int, now: int, count: int) -> dict[str, int]:
    return {"urgency": urgency, "now": now, "count": count}


def _left(urgent: Sequence[Key], limit: int) -> int:
    return max(limit - len(urgent), limit // 10)


def _together(urgent: Sequence[Key], bulk: Sequence[Key], limit: int) -> list[Key]:
    return [*urgent[: limit - len(bulk)], *bulk]
