"""The due queue, over SQL.

A claim is a row of `due` whose time is when the claim expires, so one index answers both "what is due" and "what did
a dead worker hold". `due` is many queues in one table: who is served when is said in `sending.fair`. An attempt's
number is its fence: of two workers who believe that they hold a message, the first to record attempt number n makes it,
and the other is told.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.exc import IntegrityError

from tidings.backends.sql import due_queues
from tidings.backends.sql import queue_statements as sql
from tidings.backends.sql.bulk import (
    Laid,
    Work,
    laid_out,
    read_all,
    read_all_raw,
    read_many,
    read_raw,
    write_all,
    write_laid,
    write_raw,
)
from tidings.backends.sql.claiming import Turn, taken, taken_raw
from tidings.backends.sql.database import Database
from tidings.backends.sql.gathering import gather
from tidings.backends.sql.owners import Id, Owners
from tidings.backends.sql.queue_statements import Key
from tidings.backends.sql.rows import Row, attempt_row, entry_row, message_of, pack
from tidings.backends.sql.settling import by_message, questions, settled_by
from tidings.effects import AttemptStart, Claim, Settlement
from tidings.errors import Conflict
from tidings.messages import Attempt


class SqlMessageQueue:
    """Messages by due time. Every write is durable but claims on SQLite: whoever dies with the machine has none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owners = Owners()
        self._turn = Turn()

    async def claim(self, *, worker: str, now: int, until: int, limit: int) -> list[Claim]:
        """Claim what is due, a fair share of each queue."""
        turn = self._turn
        if self._database.dialect == "sqlite":
            it = await self._database.at_once(
                lambda raw: taken_raw(raw, worker=worker, now=now, until=until, limit=limit, turn=turn), replayable=True
            )
        else:
            async with self._database.write() as connection:
                it = await taken(connection, worker=worker, now=now, until=until, limit=limit, turn=turn)
        self._turn = it.turn
        self._owners.note(it.keys)
        found = {(row[0], row[2], row[1]): message_of(row) for row in it.messages}
        tried = by_message(it.attempts)
        return [
            Claim(message=found[key], attempts=tuple(tried.get(key, ())), until=until, as_of=it.as_of)
            for key in it.keys
        ]

    async def next_due_at(self) -> int | None:
        """Tell when to look again."""
        next_due_at: int | None
        if self._database.dialect == "sqlite":
            (next_due_at,) = await self._database.look(_next_due, here=True)
            return next_due_at
        async with self._database.read() as connection:
            next_due_at = await connection.scalar(due_queues.NEXT_DUE)
            return next_due_at

    async def start(self, starts: Sequence[AttemptStart]) -> None:
        """Record attempts before they are made."""
        ids = [_id(start.attempt) for start in starts]
        if not starts:
            return
        try:
            if (at_hand := self._at_hand(ids)) is not None:
                work = laid_out(_begun(starts, at_hand))  # before anybody has to wait for it
                await self._database.at_once(partial(_start_raw, work=work, keys=at_hand, starts=starts))
                return
            async with self._database.write() as connection:
                keys = await self._owners.keys(connection, ids)
                _check_waiting(await read_many(connection, sql.WAITING, sorted(keys.values())) if keys else [], starts)
                await write_all(connection, _begun(starts, keys))
        except (IntegrityError, sqlite3.IntegrityError) as error:
            raise Conflict("another worker has made one of these attempts: nothing was recorded") from error

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record outcomes."""
        ids = [_id(settlement) for settlement in settlements]
        if not settlements:
            return
        if (at_hand := self._at_hand(ids)) is not None and not any(each.gathered for each in settlements):
            await self._database.at_once(partial(_settle_raw, keys=at_hand, settlements=settlements))
        else:
            async with self._database.write() as connection:
                keys = await self._owners.keys(connection, ids)
                if not keys:
                    return
                answers = await read_all(connection, questions(settlements), sorted(keys.values()))
                settled = settled_by(keys, settlements, answers)
                await gather(connection, settled.gathered)
                await write_all(connection, settled.work)
        self._owners.forget(ids)

    def _at_hand(self, ids: Sequence[Id]) -> dict[Id, Key] | None:
        """Give the keys of these messages where all of it can be done at once: on SQLite, of what was claimed here."""
        return self._owners.noted(ids) if self._database.dialect == "sqlite" else None

    async def release(self, worker: str) -> int:
        """Give back what this worker has not begun to attempt."""
        async with self._database.write() as connection:
            return (await connection.execute(sql.RELEASE, {"holder": worker})).rowcount

    async def overdue(self, *, now: int, before: int, limit: int) -> list[Id]:
        """Name what is overdue."""
        async with self._database.read() as connection:
            rows = await connection.execute(sql.OVERDUE, {"now": now, "before": before, "count": limit})
            return [(row[0], row[1]) for row in rows]

    async def count_overdue(self, *, now: int, before: int) -> int:
        """Count what is overdue."""
        async with self._database.read() as connection:
            return await connection.scalar(sql.COUNT_OVERDUE, {"now": now, "before": before}) or 0

    async def depth(self) -> int:
        """Count what waits, up to the bound."""
        async with self._database.read() as connection:
            return await connection.scalar(sql.DEPTH) or 0


def _next_due(raw: sqlite3.Connection) -> tuple[int | None]:
    found: tuple[int | None] = raw.execute(due_queues.NEXT_DUE_WORDS).fetchone()
    return found


def _check_waiting(waiting: Sequence[Row], starts: Sequence[AttemptStart]) -> None:
    if len(waiting) != len({_id(start.attempt) for start in starts}):
        raise Conflict("one of these messages is no longer in the queue: nothing was recorded")


def _start_raw(raw: sqlite3.Connection, work: Laid, keys: Mapping[Id, Key], starts: Sequence[AttemptStart]) -> None:
    _check_waiting(read_raw(raw, sql.WAITING, sorted(keys.values())), starts)
    write_laid(raw, work)


def _settle_raw(raw: sqlite3.Connection, keys: Mapping[Id, Key], settlements: Sequence[Settlement]) -> None:
    answers = read_all_raw(raw, questions(settlements), sorted(keys.values()))
    write_raw(raw, settled_by(keys, settlements, answers).work)


def _begun(starts: Sequence[AttemptStart], keys: Mapping[Id, Key]) -> Work:
    """List the rows with which attempts begin."""
    begun, lines = [], []
    for start in starts:
        owner = keys[_id(start.attempt)][1]
        begun.append(attempt_row(start.attempt, owner))
        lines += [entry_row(entry, owner) for entry in start.entries]
    return [(sql.BEGIN, begun), (sql.LOG, lines), (sql.KEEP_OUTPUT, _contents(starts, keys))]


def _contents(starts: Sequence[AttemptStart], keys: Mapping[Id, Key]) -> Iterator[tuple[Any, ...]]:
    """Pack what was rendered, row by row as it is laid out."""
    for start in starts:
        if start.output:
            key = keys[_id(start.attempt)]
            yield *key, start.output.channel, pack(start.output.content)


def _id(item: Attempt | Settlement) -> Id:
    return item.environment_id, item.message_id
