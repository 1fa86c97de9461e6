"""Taking messages out of the due queue for a worker: from each who waits, in turn."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql import due_queues as queues
from tidings.backends.sql import queue_statements as sql
from tidings.backends.sql.bulk import read_all_raw, read_many, write_all, write_raw
from tidings.backends.sql.queue_statements import Key
from tidings.backends.sql.revision import OF_ALL, OF_ALL_WORDS
from tidings.backends.sql.rows import Row
from tidings.sending import Queue, share_out


class Turn(NamedTuple):
    """Whose turn it is."""

    number: int = 0
    after: int = 0
    """The environment behind which to look: 0, unless there are more than are looked at in one claim."""

    def following(self, looked: Sequence[Queue]) -> "Turn":
        """Go on to the next, behind those that were looked at when there may be more."""
        last = [_last(looked, priority) for priority in (0, 1)]
        return Turn(self.number + 1, min((each for each in last if each), default=0))


def _last(looked: Sequence[Queue], priority: int) -> int:
    found = {queue.environment_id for queue in looked if queue.priority == priority}
    return max(found) if len(found) >= queues.ENVIRONMENTS_MAX else 0


class Taken(NamedTuple):
    """What was taken."""

    keys: list[Key]
    """In the order to work on."""
    turn: Turn
    """Whose turn it is then."""
    messages: Sequence[Row] = ()
    attempts: Sequence[Row] = ()
    as_of: int = 0
    """The revision of all settings, read after it was found what is due: what was made later is taken later."""


async def taken(connection: AsyncConnection, *, worker: str, now: int, until: int, limit: int, turn: Turn) -> Taken:
    """Take what is due."""
    looked = _queues(await connection.execute(queues.LOOK, _looking(now, limit, turn)))
    if not looked and turn.after:
        turn = Turn(turn.number)
        looked = _queues(await connection.execute(queues.LOOK, _looking(now, limit, turn)))
    following, shares = turn.following(looked), share_out(looked, limit, turn=turn.number)
    if not shares:
        return Taken([], following)
    found = await connection.execute(queues.DUE, {"now": now, **_asked(shares)})
    if not (keys := [(row[0], row[1], row[2]) for row in found]):
        return Taken([], following)
    await write_all(connection, [(sql.TAKE, [(*key, worker, until) for key in sorted(keys)])])
    as_of = int(await connection.scalar(OF_ALL) or 0)
    messages = await read_many(connection, sql.MESSAGES, keys)
    return Taken(keys, following, messages, await read_many(connection, sql.ATTEMPTS, keys), as_of)


def taken_raw(raw: sqlite3.Connection, *, worker: str, now: int, until: int, limit: int, turn: Turn) -> Taken:
    """Take it with SQLite's own connection."""
    looked = _queues(raw.execute(queues.LOOK_WORDS, _looking(now, limit, turn)))
    if not looked and turn.after:
        turn = Turn(turn.number)
        looked = _queues(raw.execute(queues.LOOK_WORDS, _looking(now, limit, turn)))
    following, shares = turn.following(looked), share_out(looked, limit, turn=turn.number)
    keys: list[Key] = []
    for queue, count in shares:
        keys += raw.execute(queues.DUE_WORDS, (queue.priority, queue.environment_id, queue.lane, now, count))
    if not keys:
        return Taken([], following)
    write_raw(raw, [(sql.TAKE, [(*key, worker, until) for key in sorted(keys)])])
    (as_of,) = raw.execute(OF_ALL_WORDS).fetchone()
    messages, attempts = read_all_raw(raw, [sql.MESSAGES, sql.ATTEMPTS], keys)
    return Taken(keys, following, messages, attempts, as_of or 0)


def _looking(now: int, limit: int, turn: Turn) -> dict[str, int]:
    return {"now": now, "count": limit, "after": turn.after, "most": queues.ENVIRONMENTS_MAX}


def _queues(rows: Iterable[Any]) -> list[Queue]:
    return [Queue(*row) for row in rows]


def _asked(shares: Sequence[tuple[Queue, int]]) -> dict[str, list[Any]]:
    return {
        "priorities": [queue.priority for queue, _ in shares],
        "environment_ids": [queue.environment_id for queue, _ in shares],
        "lanes": [queue.lane for queue, _ in shares],
        "counts": [count for _, count in shares],
    }
