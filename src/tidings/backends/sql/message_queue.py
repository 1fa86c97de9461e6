"""The due queue, over SQL.

A claim is a row of `due` whose time is when the claim expires, so one index answers both "what is due" and "what did
a dead worker hold". An attempt's number is its fence: of two workers who believe that they hold a message, the first
to record attempt number n makes it, and the other is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from tidings.backends.sql import queue_statements as sql
from tidings.backends.sql.bulk import Work, read_all, read_many, write_all
from tidings.backends.sql.claiming import taken
from tidings.backends.sql.counts import (
    COUNT,
    NOTE,
    Stand,
    activity_parameters,
    count_parameters,
    moved_of,
    settled_activity,
)
from tidings.backends.sql.database import Database
from tidings.backends.sql.gathering import gather
from tidings.backends.sql.owners import Id, Owners
from tidings.backends.sql.queue_statements import Key, settle_parameters
from tidings.backends.sql.rows import Row, attempt_of, attempt_row, entry_row, message_of, outcome_bytes, pack
from tidings.backends.sql.settled import Outcomes, Queued, attempt_is_open, not_taken_back, what_stands
from tidings.backends.sql.status_news import TELL, news_parameters
from tidings.effects import AttemptStart, Claim, Settlement
from tidings.errors import Conflict
from tidings.messages import Attempt, Outcome, Status

_NOBODY: Key = (0, "", "")
_TOLD_BY_RECEIPTS = frozenset({Status.DELIVERED, Status.OPENED, Status.CLICKED})


class SqlMessageQueue:
    """Messages by due time; every write is durable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owners = Owners()
        self._has_more = False

    async def claim(self, *, worker: str, now: int, until: int, limit: int) -> list[Claim]:
        """Claim what is due, oldest first."""
        if not self._has_more:  # most looks find nothing: no need to keep others from writing
            next_due_at = await self.next_due_at()
            if next_due_at is None or next_due_at > now:
                return []
        async with self._database.write() as connection:
            it = await taken(connection, worker=worker, now=now, until=until, limit=limit)
        self._has_more = len(it.keys) == limit
        self._owners.note(it.keys)
        found = {(row[0], row[2], row[1]): message_of(row) for row in it.messages}
        tried = _by_message(it.attempts)
        return [
            Claim(message=found[key], attempts=tuple(tried.get(key, ())), until=until, as_of=it.as_of)
            for key in it.keys
        ]

    async def next_due_at(self) -> int | None:
        """Tell when to look again."""
        async with self._database.read() as connection:
            next_due_at: int | None = await connection.scalar(sql.NEXT_DUE)
            return next_due_at

    async def start(self, starts: Sequence[AttemptStart]) -> None:
        """Record attempts before they are made."""
        if not starts:
            return
        async with self._database.write() as connection:
            keys = await self._owners.keys(connection, [_id(start.attempt) for start in starts])
            waiting = await read_many(connection, sql.WAITING, sorted(keys.values())) if keys else []
            if len(waiting) != len({_id(start.attempt) for start in starts}):
                raise Conflict("one of these messages is no longer in the queue: nothing was recorded")
            try:
                await write_all(connection, _begun(starts, {at: key[1] for at, key in keys.items()}))
            except IntegrityError as error:
                raise Conflict("another worker has made one of these attempts: nothing was recorded") from error

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record outcomes."""
        if not settlements:
            return
        async with self._database.write() as connection:
            keys = await self._owners.keys(connection, [_id(settlement) for settlement in settlements])
            if not keys:
                return
            # Whoever decided not to try sees to it that nobody begins an attempt from here on.
            queue = [sql.WAITING] if any(each.tried is not None for each in settlements) else []
            states, *_, made = await read_all(connection, [sql.STATES, *queue, sql.ATTEMPTS], sorted(keys.values()))
            before = {(row[0], row[2]): Queued(Status(row[3]), bool(row[4]), row[5] or "", row[6]) for row in states}
            queued = dict(before)
            tried = _by_message(made)
            if any(each.status is Status.CANCELED for each in settlements):
                settlements = [
                    not_taken_back(each, tried.get(keys.get(_id(each), _NOBODY), ())) for each in settlements
                ]
            kept, entries = what_stands(queued, _outcomes(tried), settlements)
            moved = moved_of((_stand(at, before[at]), _stand(at, queued[at])) for at in before)
            await gather(connection, [each.gathered for each in kept if each.gathered is not None])
            due_at = {keys[_id(settlement)]: settlement.due_at for settlement in kept}
            rows = [entry_row(entry, keys[entry.environment_id, entry.message_id][1]) for entry in entries]
            answered = _answered(keys, tried, settlements)
            await write_all(
                connection,
                [
                    (sql.CLOSE, [_closed(key, made.number, said, at) for key, made, said, at in answered]),
                    (sql.SETTLE, _moved(keys, kept)),
                    (sql.FINISH, [key for key, at in due_at.items() if at is None]),
                    (sql.AGAIN, [(*key, at) for key, at in due_at.items() if at is not None]),
                    (sql.LOG, rows),
                    (COUNT, count_parameters(moved)),
                    (NOTE, activity_parameters(settled_activity(kept, [each[1:] for each in answered]))),
                    (TELL, _news(keys, before, kept) if any(row[7] for row in states) else []),
                ],
            )
        self._owners.forget(keys)

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


def _begun(starts: Sequence[AttemptStart], owners: Mapping[Id, str]) -> Work:
    """List the rows with which attempts begin."""
    begun, lines = [], []
    for start in starts:
        owner = owners[_id(start.attempt)]
        begun.append(attempt_row(start.attempt, owner))
        lines += [entry_row(entry, owner) for entry in start.entries]
    return [(sql.BEGIN, begun), (sql.LOG, lines), (sql.KEEP_OUTPUT, _contents(starts, owners))]


def _contents(starts: Sequence[AttemptStart], owners: Mapping[Id, str]) -> Iterator[tuple[Any, ...]]:
    """Pack what was rendered, row by row as it is written."""
    for start in starts:
        if start.output:
            at = _id(start.attempt)
            yield at[0], owners[at], at[1], start.output.channel, pack(start.output.content)


def _news(keys: Mapping[Id, Key], before: Mapping[Id, Queued], kept: Sequence[Settlement]) -> list[dict[str, Any]]:
    """Name the statuses that messages came to now, and had not before; what receipts brought was told with them."""
    new = (each for each in kept if each.status not in {before[_id(each)].status, *_TOLD_BY_RECEIPTS})
    return news_parameters((keys[_id(each)], each.status, each.at) for each in new)


def _outcomes(tried: dict[Key, list[Attempt]]) -> Outcomes:
    return {((key[0], key[2]), attempt.number): attempt.outcome for key, made in tried.items() for attempt in made}


def _stand(at: Id, queued: Queued) -> Stand:
    return at[0], queued.enqueued, queued.status, queued.reason, queued.outcome_unknown


def _answered(
    keys: Mapping[Id, Key], tried: dict[Key, list[Attempt]], settlements: Sequence[Settlement]
) -> list[tuple[Key, Attempt, Outcome, int]]:
    """Pick the attempts to close, each once, with the answer that counts and when it came."""
    made = {((key[0], key[2]), each.number): each for key, attempts in tried.items() for each in attempts}
    outcomes = _outcomes(tried)
    answered: dict[tuple[Id, int], tuple[Key, Attempt, Outcome, int]] = {}
    for settlement in settlements:
        if (key := keys.get(_id(settlement))) is None or settlement.outcome is None:
            continue
        place = (_id(settlement), settlement.attempt or 0)
        if place in outcomes and attempt_is_open(outcomes[place], settlement.outcome):
            outcomes[place] = settlement.outcome
            answered[place] = (key, made[place], settlement.outcome, settlement.at)
    return list(answered.values())


def _closed(key: Key, number: int, outcome: Outcome, at: int) -> tuple[Any, ...]:
    return (*key, number, at, outcome_bytes(outcome))


def _moved(keys: Mapping[Id, Key], kept: Sequence[Settlement]) -> list[tuple[Any, ...]]:
    """Say where each message stands at last: the later of two settlements holds, as far as it says anything."""
    moved: dict[Key, tuple[Any, ...]] = {}
    for settlement in kept:
        key = keys[_id(settlement)]
        row, before = settle_parameters(key, settlement), moved.get(key)
        moved[key] = row if before is None else sql.over(row, before)
    return list(moved.values())


def _by_message(rows: Sequence[Row]) -> dict[Key, list[Attempt]]:
    found: dict[Key, list[Attempt]] = {}
    for row in rows:
        found.setdefault((row[0], row[1], row[2]), []).append(attempt_of(row))
    return found


def _id(item: Attempt | Settlement) -> Id:
    return item.environment_id, item.message_id
