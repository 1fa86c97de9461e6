"""One transaction in which people are held against audiences, over SQL.

The audiences' rows are locked first, and profiles are read after that. So two workers never judge one user by two
states of a profile: whoever comes second reads the newer one, and has the last word.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import and_, bindparam, delete, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.audiences import Audience, Changes, Member, Person
from tidings.audiences.judging import Key
from tidings.backends.sql import audience_news
from tidings.backends.sql.audience_queue import AFTER_KNOWN, KNOWN
from tidings.backends.sql.audience_rows import audience_of, member_of, member_row
from tidings.backends.sql.bulk import write_all
from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.counts import NOTE, activity_parameters, members_activity
from tidings.backends.sql.listing import later
from tidings.backends.sql.tables import profiles
from tidings.backends.sql.tables_audiences import audience_members as members
from tidings.backends.sql.tables_audiences import audience_queue, audiences
from tidings.backends.sql.tables_identity import tenant_members
from tidings.ports.audience_store import Changed

_put = insert(members)
_PUT = _put.on_conflict_do_update(
    index_elements=members.primary_key.columns,
    set_={name: _put.excluded[name] for name in ("version", "reason")},
)
_OUT = delete(members).where(
    members.c.environment_id == bindparam("e"),
    members.c.audience_id == bindparam("a"),
    members.c.user_id == bindparam("u"),
)
_TAKE = delete(audience_queue).where(
    audience_queue.c.environment_id == bindparam("e"),
    audience_queue.c.user_key == bindparam("u"),
    audience_queue.c.stamp == bindparam("s"),
)
_PLACE = (audience_queue.c.environment_id, audience_queue.c.user_key)
_NEXT = (
    select(audiences)
    .where(
        or_(audiences.c.cursor != null(), audiences.c.again_at != null()),
        or_(audiences.c.cursor != null(), audiences.c.again_at <= bindparam("now")),
    )
    .order_by(audiences.c.turn)
    .limit(1)
    .with_for_update(skip_locked=True)
)


class SqlAudienceTransaction:
    """People held against audiences."""

    def __init__(self, connection: AsyncConnection, *, now: int) -> None:
        self._connection = connection
        self._now = now

    async def take_changed(self, *, after: tuple[int, str], limit: int) -> Changed | None:
        """Take users of one environment off the queue."""
        query = select(audience_queue).where(later(_PLACE, after)).order_by(*audience_queue.primary_key.columns)
        rows = (await self._connection.execute(query.limit(limit).with_for_update(skip_locked=True))).all()
        if not rows:
            return None
        environment_id = rows[0].environment_id
        mine = [row for row in rows if row.environment_id == environment_id]
        taken = [{"e": environment_id, "u": row.user_key, "s": row.stamp} for row in mine]
        await write_all(self._connection, [(_TAKE, taken)])
        return Changed(environment_id, list(dict.fromkeys(row.user_key for row in mine)))

    async def audiences(self, environment_id: int) -> list[Audience]:
        """Read and lock an environment's audiences, in one order, so that nobody waits in a circle."""
        query = select(audiences).where(audiences.c.environment_id == environment_id).order_by(audiences.c.id)
        return [audience_of(row) for row in await self._connection.execute(query.with_for_update())]

    async def next(self) -> Audience | None:
        """Take what has waited longest."""
        row = (await self._connection.execute(_NEXT, {"now": self._now})).first()
        if row is None:
            return None
        audience = audience_of(row)
        if audience.cursor is None:  # all profiles were looked at once, and it is time for the second look
            return msgspec.structs.replace(audience, cursor="", again_at=None, looked=0)
        return audience

    async def people(self, environment_id: int, user_keys: Sequence[str], *, with_tenants: bool) -> list[Person]:
        """Read these users."""
        found: dict[str, bytes] = {}
        query = select(profiles.c.user_key, profiles.c.data).where(profiles.c.environment_id == environment_id)
        for keys in chunks(user_keys):
            rows = await self._connection.execute(query.where(profiles.c.user_key.in_(keys)))
            found |= {row.user_key: row.data for row in rows}
        return await self._people(environment_id, {key: found.get(key) for key in user_keys}, with_tenants=with_tenants)

    async def people_after(self, environment_id: int, user_key: str, *, limit: int, with_tenants: bool) -> list[Person]:
        """Read known users by key."""
        query = (
            select(profiles.c.user_key, profiles.c.data)
            .where(
                profiles.c.environment_id == environment_id,
                profiles.c.user_key > max(user_key, KNOWN),
                profiles.c.user_key < AFTER_KNOWN,
            )
            .order_by(profiles.c.user_key)
            .limit(limit)
        )
        found = {row.user_key: row.data for row in await self._connection.execute(query)}
        return await self._people(environment_id, found, with_tenants=with_tenants)

    async def members(
        self, environment_id: int, audience_ids: Sequence[str], user_ids: Sequence[str]
    ) -> dict[Key, Member]:
        """Tell who is in which."""
        found: dict[Key, Member] = {}
        query = select(members).where(members.c.environment_id == environment_id)
        if len(audience_ids) == 1:
            query = query.where(members.c.audience_id == audience_ids[0])
        for ids in chunks(user_ids) if audience_ids else ():
            rows = await self._connection.execute(query.where(members.c.user_id.in_(ids)))
            found |= {(row.audience_id, row.user_id): member_of(row) for row in rows}
        return found

    async def write(self, environment_id: int, changes: Changes) -> None:
        """Write what becomes of memberships."""
        put = [member_row(environment_id, each) for each in (*changes.matched, *changes.stayed)]
        out = [{"e": environment_id, "a": each.audience_id, "u": each.user_id} for each in changes.unmatched]
        noted = activity_parameters(members_activity(environment_id, changes, self._now))
        await write_all(self._connection, [(_PUT, put), (_OUT, out), (NOTE, noted)])
        await audience_news.tell(self._connection, environment_id, changes, now=self._now)

    async def move(self, audience: Audience, *, cursor: str | None, looked: int) -> None:
        """Move the cursor; the others have their turn first."""
        values = {"cursor": cursor, "again_at": audience.again_at, "looked": looked, "turn": self._now}
        one = and_(audiences.c.environment_id == audience.environment_id, audiences.c.id == audience.id)
        await self._connection.execute(update(audiences).where(one).values(**values))
        if cursor is None:
            await audience_news.tell_calculated(self._connection, audience, looked=looked, now=self._now)

    async def _people(
        self, environment_id: int, found: Mapping[str, bytes | None], *, with_tenants: bool
    ) -> list[Person]:
        tenants: dict[str, set[str]] = defaultdict(set)
        query = select(tenant_members.c.user_key, tenant_members.c.tenant_id)
        query = query.where(tenant_members.c.environment_id == environment_id)
        for keys in chunks(list(found)) if with_tenants else ():
            for row in await self._connection.execute(query.where(tenant_members.c.user_key.in_(keys))):
                tenants[row.user_key].add(row.tenant_id)
        return [
            Person(
                key.removeprefix(KNOWN),
                None if data is None else msgspec.json.decode(data),
                frozenset(tenants.get(key, ())),
            )
            for key, data in found.items()
        ]
