"""The transaction of a replay, over SQL: the inbound step's own, with a look at what the log says already."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from sqlalchemy import select, text

from tidings.backends.sql.arrangements import Arrangements
from tidings.backends.sql.bulk import by_key, read_many
from tidings.backends.sql.chunks import any_of, chunks
from tidings.backends.sql.database import Database
from tidings.backends.sql.inbound_store import EventMapCache, SqlInboundTransaction
from tidings.backends.sql.tables import inbound_events, messages, profiles
from tidings.effects import Effects
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ledger import summed
from tidings.ports.replay_store import EventKey, Stand

_PLACE = ("replay", -2)
"""Its own rows among offsets and counts: no partition has such a number, so no worker waits for it there."""
_CHUNK = 200  # keys in a statement

_EVENT_KEY = tuple(inbound_events.primary_key.columns)
_EVENTS = by_key(
    inbound_events,
    *(column.name for column in _EVENT_KEY),
    reads=(*_EVENT_KEY, inbound_events.c.status, inbound_events.c.reason),
)
_MESSAGES = by_key(messages, "environment_id", "user_key", "id", reads=(messages.c.environment_id, messages.c.id))
_RESTATE = text(
    "UPDATE inbound_events SET status = :status, reason = :reason, detail = :detail WHERE environment_id = :env"
    " AND user_key = :user AND received_at = :at AND position = :position AND status = :old"
)


class SqlReplayStore:
    """Opens transactions of replays."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._caches = (EventMapCache(), Arrangements())

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["SqlReplayTransaction"]:
        """Begin."""
        async with self._database.write(replayable=True) as connection:
            yield SqlReplayTransaction(connection, place=_PLACE, caches=self._caches)


class SqlReplayTransaction(SqlInboundTransaction):
    """Some calls of the past."""

    async def stands(self, keys: Sequence[EventKey]) -> Mapping[EventKey, Stand]:
        """Look them up in the log, by their key."""
        found: dict[EventKey, Stand] = {}
        for part in chunks(keys, _CHUNK):
            for row in await read_many(self.connection, _EVENTS, part):
                found[row[0], row[1], row[2], row[3]] = (EventStatus(row[4]), row[5])
        return found

    async def existing_messages(self, keys: Sequence[tuple[int, str, str]]) -> set[tuple[int, str]]:
        """Look these messages up by their key."""
        found: set[tuple[int, str]] = set()
        for part in chunks(keys, _CHUNK):
            found |= {(row[0], row[1]) for row in await read_many(self.connection, _MESSAGES, part)}
        return found

    async def written(self, keys: Sequence[tuple[int, str]]) -> Mapping[tuple[int, str], int]:
        """Read the profiles' times."""
        found: dict[tuple[int, str], int] = {}
        key = (profiles.c.environment_id, profiles.c.user_key)
        for part in chunks(keys, _CHUNK):
            times = select(*key, profiles.c.updated).where(any_of(key, part))
            found |= {(row[0], row[1]): row[2] for row in await self.connection.execute(times)}
        return found

    async def redo(self, effects: Effects, changed: Sequence[tuple[InboundEvent, Stand]]) -> bool:
        """Write everything; the counts go from what the log said to what it says."""
        moves = [
            (event.environment_id, event.received_at, str(status), reason, count)
            for event, before in changed
            for status, reason, count in ((*before, -1), (event.status, event.reason, 1))
        ]
        effects = msgspec.structs.replace(effects, tallies=[*effects.tallies, *summed(moves)])
        after = await self.offset()
        if not await self.apply(effects, after=after, through=after + 1, received_at=0):
            return False
        for event, before in changed:
            if (await self.connection.execute(_RESTATE, _values(event, before))).rowcount != 1:
                return False
        return True


def _values(event: InboundEvent, before: Stand) -> dict[str, Any]:
    return {
        "status": str(event.status),
        "reason": event.reason,
        "detail": event.detail,
        "env": event.environment_id,
        "user": event.user_key,
        "at": event.received_at,
        "position": event.position,
        "old": str(before[0]),
    }
