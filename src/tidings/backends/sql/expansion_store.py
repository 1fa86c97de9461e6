"""Requests to many, over SQL.

A slice is one transaction: who comes next is read, their messages are written and the cursor moves. Its row is locked
meanwhile, so two workers never make the same slice; and a power cut takes messages and cursor together.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from sqlalchemy import Table, and_, bindparam, null, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql import audience_store, belonging, list_store
from tidings.backends.sql.bulk import insert_rows, write_all
from tidings.backends.sql.bulk_store import users_of
from tidings.backends.sql.chunks import any_of, chunks
from tidings.backends.sql.counts import made_work
from tidings.backends.sql.database import Database
from tidings.backends.sql.due_queues import FULL
from tidings.backends.sql.expansion_rows import expansion_of, expansion_row
from tidings.backends.sql.rows import message_row, owner_of, tag_rows
from tidings.backends.sql.tables import due, messages
from tidings.backends.sql.tables_changes import message_tags
from tidings.backends.sql.tables_digests import digests
from tidings.backends.sql.tables_lists import expansions
from tidings.backends.sql.tables_preferences import preferences
from tidings.bulk_jobs import BulkUser
from tidings.errors import NotFound
from tidings.lists import Pattern, Subscription
from tidings.messages import Message, tags_of, tenant_in
from tidings.preferences import Round
from tidings.recipients import Cursor, Expansion
from tidings.records import user_key

_NEXT = (
    select(expansions)
    .where(expansions.c.finished == null(), expansions.c.priority == bindparam("urgency"))
    .order_by(expansions.c.turn)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ANY = select(expansions.c.id).where(expansions.c.finished == null(), expansions.c.priority.in_((0, 1))).limit(1)
_this = and_(expansions.c.environment_id == bindparam("e"), expansions.c.id == bindparam("r"))
_ONE = select(expansions).where(_this)
_MOVE = (
    update(expansions)
    .where(_this)
    .values(
        cursor=bindparam("place"),
        made=expansions.c.made + bindparam("more"),
        turn=bindparam("now"),
        finished=bindparam("end"),
    )
)
_CANCEL = (
    update(expansions).where(_this, expansions.c.finished == null()).values(finished=bindparam("now"), canceled=True)
)


class SqlExpansionStore:
    """Requests to many in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def transaction(self, *, now: int) -> AsyncIterator["SqlExpansionTransaction"]:
        """Begin. It need not be durable when it ends: messages and cursor are lost, and made again, together.

        They may get other ids then, if the list has changed meanwhile. Nobody has heard of the first: an attempt is
        recorded durably before it is made, and with it all that was written before.
        """
        async with self._database.write(replayable=True) as connection:
            yield SqlExpansionTransaction(connection, now=now)

    async def add(self, expansion: Expansion) -> bool:
        """Put one in line; who looks every minute finds it there, and writes nothing."""
        key = {"e": expansion.environment_id, "r": expansion.id}
        async with self._database.read() as connection:
            if (await connection.execute(_ONE, key)).first() is not None:
                return False
        async with self._database.write() as connection:
            row = dict(zip(expansions.columns.keys(), expansion_row(expansion), strict=True))
            return (await connection.execute(insert(expansions).values(row).on_conflict_do_nothing())).rowcount == 1

    async def get(self, environment_id: int, request_id: str) -> Expansion:
        """Read one."""
        async with self._database.read() as connection:
            return await _one(connection, environment_id, request_id)

    async def bodies(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], bytes]:
        """Read what messages share."""
        query = select(expansions.c.environment_id, expansions.c.id, expansions.c.body)
        found: dict[tuple[int, str], bytes] = {}
        async with self._database.read() as connection:
            for part in chunks(keys):
                rows = await connection.execute(
                    query.where(any_of((expansions.c.environment_id, expansions.c.id), part))
                )
                found |= {(row[0], row[1]): row[2] for row in rows}
        return found

    async def cancel(self, environment_id: int, request_id: str, *, now: int) -> bool:
        """Stop it where it stands."""
        key = {"e": environment_id, "r": request_id}
        async with self._database.write() as connection:
            await _one(connection, environment_id, request_id)
            return (await connection.execute(_CANCEL, {**key, "now": now})).rowcount == 1


class _Told(msgspec.Struct, frozen=True):
    """The digest that a request makes, where it does."""

    round: Round


class _Shared(msgspec.Struct, frozen=True):
    """What messages of a request share, and are found by."""

    context: Any = None
    metadata: Any = None
    digest: _Told | None = None


_shared = msgspec.json.Decoder(_Shared)


class SqlExpansionTransaction:
    """One slice."""

    def __init__(self, connection: AsyncConnection, *, now: int) -> None:
        self._connection = connection
        self._now = now

    async def next(self, *, ahead_max: int) -> Expansion | None:
        """Take what has waited longest."""
        row = (await self._connection.execute(_NEXT, {"urgency": 0})).first()
        if row is None:
            full = (await self._connection.execute(FULL, {"bound": ahead_max})).all()
            of = tuple_(expansions.c.environment_id, expansions.c.lane)
            query = _NEXT.where(of.not_in([tuple(each) for each in full])) if full else _NEXT
            row = (await self._connection.execute(query, {"urgency": 1})).first()
        return None if row is None else expansion_of(row)

    async def is_any(self) -> bool:
        """Look for one."""
        return await self._connection.scalar(_ANY) is not None

    async def subscribers(
        self, environment_id: int, list_id: str, *, after: str, limit: int
    ) -> list[Subscription] | None:
        """Read who is on a list, with the list's preferences where the subscription has none."""
        try:
            of = await list_store.standing(self._connection, environment_id, list_id)
        except NotFound:
            return None
        found = await list_store.members(self._connection, environment_id, list_id, after=after, limit=limit)
        if of.preferences is None:
            return found
        return [
            each if each.preferences is not None else msgspec.structs.replace(each, preferences=of.preferences)
            for each in found
        ]

    async def job_users(self, environment_id: int, job_id: str, *, after: int, limit: int) -> list[BulkUser]:
        """Read the users of a bulk job."""
        return await users_of(self._connection, environment_id, job_id, after=after, limit=limit)

    async def audience_members(self, environment_id: int, audience_id: str, *, after: str, limit: int) -> list[str]:
        """Read who is in an audience."""
        found = await audience_store.members_of(self._connection, environment_id, audience_id, after=after, limit=limit)
        return [each.user_id for each in found]

    async def schedules(self, environment_id: int, topic_id: str, user_ids: Sequence[str]) -> dict[str, str]:
        """Read what was chosen in nobody's name."""
        query = select(preferences.c.user_id, preferences.c.digest_schedule_id).where(
            preferences.c.environment_id == environment_id,
            preferences.c.topic_id == topic_id,
            preferences.c.tenant_id == "",
        )
        found: dict[str, str] = {}
        for part in chunks(user_ids):
            rows = await self._connection.execute(query.where(preferences.c.user_id.in_(part)))
            found |= {row[0]: row[1] for row in rows if row[1]}
        return found

    async def told_in_a_tenants_name(self, environment_id: int, round_: Round, user_ids: Sequence[str]) -> set[str]:
        """Ask by user; a digest's id begins with its moment."""
        query = select(digests.c.user_key).where(
            digests.c.environment_id == environment_id,
            digests.c.topic_id == round_.topic_id,
            digests.c.schedule_id == round_.schedule_id,
            digests.c.tenant_id != "",
            digests.c.message_id.startswith(round_.moment),
        )
        found: set[str] = set()
        for part in chunks(user_ids):
            keys = [user_key(each, None) for each in part]
            found |= {key[2:] for key in await self._connection.scalars(query.where(digests.c.user_key.in_(keys)))}
        return found

    async def tenant_members(self, environment_id: int, tenant_id: str, *, after: str, limit: int) -> list[str]:
        """Read who belongs to a tenant."""
        return await belonging.members(self._connection, environment_id, tenant_id, after=after, limit=limit)

    async def next_tenant(self, environment_id: int, above: str, *, after: str) -> tuple[str, bool] | None:
        """Look for the next tenant at or below one."""
        return await belonging.next_below(self._connection, environment_id, above, after=after)

    async def belonging(self, environment_id: int, user_ids: Sequence[str], tenant_ids: Sequence[str]) -> set[str]:
        """Tell which belong to all."""
        return await belonging.of_all(self._connection, environment_id, user_ids, tenant_ids)

    async def next_list(self, environment_id: int, pattern: str, *, after: str) -> str | None:
        """Find the next list that a pattern names."""
        parsed = Pattern.parse(pattern, path="message.to.list_pattern")
        found = await list_store.named(self._connection, environment_id, parsed, after=after, limit=1)
        return found[0].id if found else None

    async def write(
        self, expansion: Expansion, made: Sequence[Message], *, cursor: Cursor, done: bool, unique: bool
    ) -> int:
        """Write what is new and move the cursor."""
        fresh = list(made)
        if not unique:
            standing = await self._standing(expansion.environment_id, [message.id for message in made])
            fresh = [message for message in made if message.id not in standing]
        await insert_rows(self._connection, _rows(expansion, fresh))
        moved = {
            "e": expansion.environment_id,
            "r": expansion.id,
            "place": msgspec.json.encode(cursor),
            "more": len(fresh),
            "now": self._now,
            "end": self._now if done else None,
        }
        await self._connection.execute(_MOVE, moved)
        await write_all(self._connection, made_work(fresh))
        return len(fresh)

    async def _standing(self, environment_id: int, ids: Sequence[str]) -> set[str]:
        """Find which exist already: somebody on two lists gets one message."""
        found: set[str] = set()
        query = select(messages.c.id).where(messages.c.environment_id == environment_id)
        for part in chunks(ids):
            rows = await self._connection.scalars(query.where(messages.c.id.in_(part)))
            found |= set(rows)
        return found


def _rows(expansion: Expansion, fresh: list[Message]) -> list[tuple[Table, Sequence[tuple[Any, ...]]]]:
    """Lay out what is written; neighbours in every index are claimed and sent together."""
    fresh.sort(key=lambda message: message.id)
    shared = _shared.decode(expansion.body)
    tenant_id = tenant_in(shared.context)
    tail = (None, expansion.priority, expansion.lane)
    rows: list[tuple[Table, Sequence[tuple[Any, ...]]]] = [
        (messages, [message_row(message, tenant_id=tenant_id) for message in fresh]),
        (message_tags, tag_rows(fresh, tags_of({"metadata": shared.metadata}))),
        (due, [(each.environment_id, owner_of(each), each.id, each.enqueued, *tail) for each in fresh]),
    ]
    if shared.digest is not None:  # what comes of the same moment goes into them
        round_ = shared.digest.round
        of = (round_.topic_id, "", round_.schedule_id)
        listed = [(each.environment_id, each.id, owner_of(each), *of, each.enqueued) for each in fresh]
        rows.append((digests, sorted(listed)))
    return rows


async def _one(connection: AsyncConnection, environment_id: int, request_id: str) -> Expansion:
    row = (await connection.execute(_ONE, {"e": environment_id, "r": request_id})).first()
    if row is None:
        raise NotFound("there is no request to many of this id in this environment")
    return expansion_of(row)
