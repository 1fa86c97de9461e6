"""Audiences, over SQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from sqlalchemy import and_, delete, exists, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.audiences import AUDIENCES_MAX, Audience, Change, Member, changed
from tidings.backends.sql import audience_news
from tidings.backends.sql.audience_rows import audience_of, audience_row, member_of
from tidings.backends.sql.audience_transaction import SqlAudienceTransaction
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables_audiences import audience_members as members
from tidings.backends.sql.tables_audiences import audience_queue, audiences
from tidings.errors import InvalidInput, NotFound
from tidings.ports import Page

SETTLE_MS = 120_000
"""Longer than any transaction lasts. One that was under way when the first audience was made queued nobody."""


class SqlAudienceStore:
    """Audiences in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def transaction(self, *, now: int) -> AsyncIterator[SqlAudienceTransaction]:
        """Begin. It need not be durable when it ends: queue, cursor and members are lost, and made again, together."""
        async with self._database.write(replayable=True) as connection:
            yield SqlAudienceTransaction(connection, now=now)

    async def is_waiting(self, *, now: int) -> bool:
        """Look without holding anybody up."""
        at_work = or_(audiences.c.cursor != null(), audiences.c.again_at <= now)
        some = or_(audiences.c.cursor != null(), audiences.c.again_at != null())
        query = select(or_(exists(select(audience_queue.c.stamp)), exists(select(audiences.c.id).where(some, at_work))))
        async with self._database.read() as connection:
            return bool(await connection.scalar(query))

    async def put(self, environment_id: int, audience_id: str, change: Change, *, now: int) -> Audience:
        """Create or change."""
        of = (environment_id, audience_id)
        async with self._database.write() as connection:
            while True:
                row = (await connection.execute(select(audiences).where(_is(*of)).with_for_update())).first()
                before = None if row is None else audience_of(row)
                after = changed(before, change, of=of, now=now)
                if before is None or after.filter != before.filter:
                    after = await self._settling(connection, after, now)
                if before is not None:
                    await connection.execute(update(audiences).where(_is(*of)).values(**audience_row(after)))
                    await audience_news.tell_updated(connection, after)
                    return after
                if await _made(connection, after):
                    await audience_news.tell_updated(connection, after)
                    return after  # else somebody made it meanwhile: there was no row yet that could have been locked

    async def get(self, environment_id: int, audience_id: str) -> Audience:
        """Read one."""
        async with self._database.read() as connection:
            return await standing(connection, environment_id, audience_id)

    async def delete(self, environment_id: int, audience_id: str) -> None:
        """Delete, with its members."""
        its = and_(members.c.environment_id == environment_id, members.c.audience_id == audience_id)
        async with self._database.write() as connection:
            await bump(connection, "destinations")
            if not (await connection.execute(delete(audiences).where(_is(environment_id, audience_id)))).rowcount:
                raise _unknown(audience_id)
            await connection.execute(delete(members).where(its))

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Audience]:
        """List by id."""
        place = decode(cursor, str)
        query = select(audiences).where(
            audiences.c.environment_id == environment_id, audiences.c.id > (str(place[0]) if place else "")
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(audiences.c.id).limit(limit + 1))).all()
        return Page([audience_of(row) for row in rows[:limit]], encode(rows[limit - 1].id) if rows[limit:] else None)

    async def members(self, environment_id: int, audience_id: str, *, limit: int, cursor: str | None) -> Page[Member]:
        """List who is in it."""
        place = decode(cursor, str)
        async with self._database.read() as connection:
            await standing(connection, environment_id, audience_id)
            after = str(place[0]) if place else ""
            found = await members_of(connection, environment_id, audience_id, after=after, limit=limit + 1)
        return Page(found[:limit], encode(found[limit - 1].user_id) if len(found) > limit else None)

    async def of_user(self, environment_id: int, user_id: str) -> list[tuple[Audience, Member]]:
        """List the audiences that a user is in."""
        same = and_(audiences.c.environment_id == members.c.environment_id, audiences.c.id == members.c.audience_id)
        found = (
            select(audiences, members.c.version.label("seen"), members.c.added_at, members.c.reason)
            .select_from(members.join(audiences, same))
            .where(members.c.environment_id == environment_id, members.c.user_id == user_id)
            .order_by(members.c.audience_id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(found)).all()
        return [
            (
                audience_of(row),
                Member(audience_id=row.id, user_id=user_id, version=row.seen, added_at=row.added_at, reason=row.reason),
            )
            for row in rows
        ]

    async def _settling(self, connection: AsyncConnection, audience: Audience, now: int) -> Audience:
        """Have profiles looked at once more, where transactions may be under way that know of no audience here.

        SQLite lets one write at a time, and that one knows all that came before it.
        """
        if self._database.dialect == "sqlite" or audience.cursor is None:
            return audience
        settled = select(audiences.c.id).where(
            audiences.c.environment_id == audience.environment_id, audiences.c.created < now - SETTLE_MS
        )
        is_settled = await connection.scalar(settled.limit(1)) is not None
        return msgspec.structs.replace(audience, again_at=None if is_settled else now + SETTLE_MS)


async def standing(connection: AsyncConnection, environment_id: int, audience_id: str) -> Audience:
    """Read an audience. Raises `NotFound`."""
    row = (await connection.execute(select(audiences).where(_is(environment_id, audience_id)))).first()
    if row is None:
        raise _unknown(audience_id)
    return audience_of(row)


async def members_of(
    connection: AsyncConnection, environment_id: int, audience_id: str, *, after: str, limit: int
) -> list[Member]:
    """Read who is in it, by user id, after that one."""
    query = select(members).where(
        members.c.environment_id == environment_id, members.c.audience_id == audience_id, members.c.user_id > after
    )
    rows = await connection.execute(query.order_by(members.c.user_id).limit(limit))
    return [member_of(row) for row in rows]


async def _made(connection: AsyncConnection, audience: Audience) -> bool:
    await bump(connection, "destinations")  # first: who makes one at the same time waits here, and is counted
    count = select(func.count()).select_from(audiences).where(audiences.c.environment_id == audience.environment_id)
    if (await connection.scalar(count) or 0) >= AUDIENCES_MAX:
        raise InvalidInput(f"an environment has {AUDIENCES_MAX} audiences at most: delete one", path="audience_id")
    made = insert(audiences).values(**audience_row(audience)).on_conflict_do_nothing()
    return (await connection.execute(made)).rowcount == 1


def _is(environment_id: int, audience_id: str) -> Any:
    return and_(audiences.c.environment_id == environment_id, audiences.c.id == audience_id)


def _unknown(audience_id: str) -> NotFound:
    return NotFound(f"there is no audience {audience_id!r} in this environment: PUT /audiences/{{id}} makes one")
