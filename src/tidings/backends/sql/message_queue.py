"""The due queue, over SQL.

A claim is a row of `due` whose time is when the claim expires, so one index answers both "what is due" and "what did
a dead worker hold". An attempt's number is its fence: of two workers who believe that they hold a message, the first
to record attempt number n makes it, and the other is told.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql import queue_statements as sql
from tidings.backends.sql.bulk import write_all
from tidings.backends.sql.counts import COUNT, Stand, count_parameters, moved_of
from tidings.backends.sql.database import Database
from tidings.backends.sql.queue_statements import Key, key_parameters, row_parameters, settle_parameters
from tidings.backends.sql.rows import attempt_of, attempt_row, entry_row, message_of, outcome_bytes, pack
from tidings.backends.sql.settled import Queued, attempt_is_open, late_answer, stands
from tidings.backends.sql.tables import attempts, data_log, outputs
from tidings.data_logs import Entry
from tidings.effects import AttemptStart, Claim, Settlement
from tidings.errors import Conflict
from tidings.messages import Attempt, Outcome, Status

Outcomes = dict[tuple[Key, int], Outcome | None]
"""By message and number of the attempt."""


class SqlMessageQueue:
    """Messages by due time; every write is durable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, *, worker: str, now: int, until: int, limit: int) -> list[Claim]:
        """Claim what is due, oldest first."""
        next_due_at = await self.next_due_at()
        if next_due_at is None or next_due_at > now:  # most looks find nothing: no need to keep others from writing
            return []
        async with self._database.write() as connection:
            keys = [(row[0], row[1]) for row in await connection.execute(sql.DUE, {"now": now, "count": limit})]
            if not keys:
                return []
            holder = {"holder": worker, "until": until}
            await write_all(connection, [(sql.TAKE, [{**key_parameters(key), **holder} for key in keys])])
            found = {(row[0], row[1]): message_of(row) for row in await connection.execute(sql.messages_of(keys))}
            tried = await _attempts(connection, keys)
        return [Claim(message=found[key], attempts=tuple(tried.get(key, ())), until=until) for key in keys]

    async def next_due_at(self) -> int | None:
        """Tell when to look again."""
        async with self._database.read() as connection:
            next_due_at: int | None = await connection.scalar(sql.NEXT_DUE)
            return next_due_at

    async def start(self, starts: Sequence[AttemptStart]) -> None:
        """Record attempts before they are made."""
        if not starts:
            return
        keys = {_key(start.attempt) for start in starts}
        contents = [
            (*_key(start.attempt), start.output.channel, pack(start.output.content)) for start in starts if start.output
        ]
        work = [
            (sql.BEGIN, row_parameters(attempts, (attempt_row(start.attempt) for start in starts))),
            (sql.LOG, row_parameters(data_log, (entry_row(entry) for start in starts for entry in start.entries))),
            (sql.KEEP_OUTPUT, row_parameters(outputs, contents)),
        ]
        async with self._database.write() as connection:
            if await connection.scalar(sql.waiting_of(sorted(keys))) != len(keys):
                raise Conflict("one of these messages is no longer in the queue: nothing was recorded")
            try:
                await write_all(connection, work)
            except IntegrityError as error:
                raise Conflict("another worker has made one of these attempts: nothing was recorded") from error

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record outcomes."""
        if not settlements:
            return
        keys = sorted({_key(settlement) for settlement in settlements})
        async with self._database.write() as connection:
            states = await connection.execute(sql.states_of(keys))
            before = {(row[0], row[1]): Queued(Status(row[2]), bool(row[3]), row[4] or "", row[5]) for row in states}
            queued = dict(before)
            tried = await _attempts(connection, keys)
            kept, entries = _what_stands(queued, _outcomes(tried), settlements)
            moved = moved_of((_stand(key, before[key]), _stand(key, queued[key])) for key in before)
            due_at = {_key(settlement): settlement.due_at for settlement in kept}
            await write_all(
                connection,
                [
                    (sql.CLOSE, _closed(tried, settlements)),
                    (sql.SETTLE, [settle_parameters(settlement) for settlement in kept]),
                    (sql.FINISH, [key_parameters(key) for key, at in due_at.items() if at is None]),
                    (sql.AGAIN, [{**key_parameters(key), "at": at} for key, at in due_at.items() if at is not None]),
                    (sql.LOG, row_parameters(data_log, map(entry_row, entries))),
                    (COUNT, count_parameters(moved)),
                ],
            )

    async def release(self, worker: str) -> int:
        """Give back what this worker has not begun to attempt."""
        async with self._database.write() as connection:
            return (await connection.execute(sql.RELEASE, {"holder": worker})).rowcount

    async def overdue(self, *, now: int, before: int, limit: int) -> list[Key]:
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


def _what_stands(
    queued: dict[Key, Queued], outcomes: Outcomes, settlements: Sequence[Settlement]
) -> tuple[list[Settlement], list[Entry]]:
    """Pick the settlements that count, in order, and the lines that they add. Keeps `queued` up to date."""
    kept: list[Settlement] = []
    entries: list[Entry] = []
    for settlement in settlements:
        before = queued.get(_key(settlement))
        place = (_key(settlement), settlement.attempt or 0)
        if place in outcomes and settlement.outcome is not None:
            if not attempt_is_open(outcomes[place], settlement.outcome):
                continue  # this attempt's answer is known, and what follows from it was done
            outcomes[place] = settlement.outcome
        if before is None or not stands(before, settlement):
            continue
        queued[_key(settlement)] = Queued(
            settlement.status, settlement.outcome_unknown, settlement.reason or "", before.enqueued
        )
        kept.append(settlement)
        entries += late_answer(settlement.entries) if before.is_final else settlement.entries
    return kept, entries


def _outcomes(tried: dict[Key, list[Attempt]]) -> Outcomes:
    return {(key, attempt.number): attempt.outcome for key, made in tried.items() for attempt in made}


def _stand(key: Key, queued: Queued) -> Stand:
    return key[0], queued.enqueued, queued.status, queued.reason, queued.outcome_unknown


def _closed(tried: dict[Key, list[Attempt]], settlements: Sequence[Settlement]) -> list[dict[str, Any]]:
    """Name the attempts to close, each with its first answer."""
    outcomes = _outcomes(tried)
    closed = []
    for settlement in settlements:
        place = (_key(settlement), settlement.attempt or 0)
        if place in outcomes and attempt_is_open(outcomes[place], settlement.outcome):
            outcomes[place] = settlement.outcome
            answer = {"n": settlement.attempt, "at": settlement.at, "what": outcome_bytes(settlement.outcome)}
            closed.append({**key_parameters(place[0]), **answer})
    return closed


async def _attempts(connection: AsyncConnection, keys: Sequence[Key]) -> dict[Key, list[Attempt]]:
    found: dict[Key, list[Attempt]] = {}
    for row in await connection.execute(sql.attempts_of(keys)):
        found.setdefault((row[0], row[1]), []).append(attempt_of(row))
    return found


def _key(item: Attempt | Settlement) -> Key:
    return item.environment_id, item.message_id
