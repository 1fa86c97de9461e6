"""Lists, over SQL."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, delete, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import write_all
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_lists import list_subscriptions as subscriptions
from tidings.backends.sql.tables_lists import lists
from tidings.errors import NotFound
from tidings.lists import Pattern, SubscriberList, Subscription
from tidings.ports import Page

_LOOK_AT = 500
"""Lists looked at in one statement while those that a pattern names are sought."""

_put = insert(lists)
_PUT = _put.on_conflict_do_update(
    index_elements=lists.primary_key.columns,
    set_={name: _put.excluded[name] for name in ("name", "preferences", "updated")} | {"deleted": null()},
)
_MAKE = _put.on_conflict_do_update(
    index_elements=lists.primary_key.columns, set_={"deleted": null()}, where=lists.c.deleted != null()
)
_add = insert(subscriptions)
_ADD = _add.on_conflict_do_nothing()
_OVERWRITE = _add.on_conflict_do_update(
    index_elements=subscriptions.primary_key.columns, set_={"preferences": _add.excluded.preferences}
)


class SqlListStore:
    """Lists and subscriptions in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, wanted: SubscriberList) -> None:
        """Create or replace."""
        async with self._database.write() as connection:
            await connection.execute(_PUT, _row(wanted))

    async def get(self, environment_id: int, list_id: str) -> SubscriberList:
        """Read one."""
        async with self._database.read() as connection:
            return await standing(connection, environment_id, list_id)

    async def delete(self, environment_id: int, list_id: str, *, now: int) -> None:
        """Delete; the subscribers stay for a restore."""
        async with self._database.write() as connection:
            await standing(connection, environment_id, list_id)
            await connection.execute(update(lists).where(_is(environment_id, list_id)).values(deleted=now))

    async def restore(self, environment_id: int, list_id: str, *, now: int) -> None:
        """Bring it back."""
        restored = update(lists).where(_is(environment_id, list_id)).values(deleted=None, updated=now)
        async with self._database.write() as connection:
            if (await connection.execute(restored)).rowcount == 0:
                raise _unknown(list_id)

    async def page(
        self, environment_id: int, pattern: Pattern | None, *, limit: int, cursor: str | None
    ) -> Page[SubscriberList]:
        """List by id."""
        place = decode(cursor, str)
        after = str(place[0]) if place else ""
        async with self._database.read() as connection:
            found = await named(connection, environment_id, pattern, after=after, limit=limit + 1)
        return Page(found[:limit], encode(found[limit - 1].id) if len(found) > limit else None)

    async def subscribe(self, environment_id: int, wanted: Sequence[Subscription], *, replace: bool, now: int) -> None:
        """Subscribe, and make the lists that are missing."""
        names = dict.fromkeys(subscription.list_id for subscription in wanted)
        made = [
            _row(SubscriberList(environment_id=environment_id, id=name, name=name, created=now, updated=now))
            for name in names
        ]
        rows = [
            {
                "environment_id": environment_id,
                "list_id": subscription.list_id,
                "user_id": subscription.user_id,
                "preferences": _json(subscription.preferences),
                "created": now,
            }
            for subscription in wanted
        ]
        async with self._database.write() as connection:
            await write_all(connection, [(_MAKE, made), (_OVERWRITE if replace else _ADD, rows)])

    async def unsubscribe(self, environment_id: int, list_id: str, user_id: str) -> None:
        """Take one user off."""
        one = delete(subscriptions).where(_on(environment_id, list_id), subscriptions.c.user_id == user_id)
        async with self._database.write() as connection:
            await standing(connection, environment_id, list_id)
            if (await connection.execute(one)).rowcount == 0:
                raise NotFound("this user is not on the list")

    async def unsubscribe_all(self, environment_id: int, user_id: str) -> int:
        """Take a user off every list."""
        everywhere = delete(subscriptions).where(
            subscriptions.c.environment_id == environment_id, subscriptions.c.user_id == user_id
        )
        async with self._database.write() as connection:
            return (await connection.execute(everywhere)).rowcount

    async def subscribers(
        self, environment_id: int, list_id: str, *, limit: int, cursor: str | None
    ) -> Page[Subscription]:
        """List who is on it."""
        place = decode(cursor, str)
        async with self._database.read() as connection:
            await standing(connection, environment_id, list_id)
            after = str(place[0]) if place else ""
            found = await members(connection, environment_id, list_id, after=after, limit=limit + 1)
        return Page(found[:limit], encode(found[limit - 1].user_id) if len(found) > limit else None)

    async def of_user(
        self, environment_id: int, user_id: str, *, limit: int, cursor: str | None
    ) -> Page[tuple[SubscriberList, Subscription]]:
        """List where a user is."""
        place = decode(cursor, str)
        joined = and_(lists.c.environment_id == subscriptions.c.environment_id, lists.c.id == subscriptions.c.list_id)
        query = (
            select(*lists.columns, subscriptions.c.preferences.label("own"), subscriptions.c.created.label("since"))
            .select_from(subscriptions.join(lists, joined))
            .where(
                subscriptions.c.environment_id == environment_id,
                subscriptions.c.user_id == user_id,
                subscriptions.c.list_id > (str(place[0]) if place else ""),
                lists.c.deleted == null(),
            )
            .order_by(subscriptions.c.list_id)
            .limit(limit + 1)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        items = [(_list(row), _subscription(row.id, user_id, row.own, row.since)) for row in rows[:limit]]
        return Page(items, encode(items[-1][0].id) if len(rows) > limit else None)


async def standing(connection: AsyncConnection, environment_id: int, list_id: str) -> SubscriberList:
    """Read a list that is not deleted. Raises `NotFound`."""
    row = (await connection.execute(select(lists).where(_is(environment_id, list_id)))).first()
    if row is None or row.deleted is not None:
        raise _unknown(list_id)
    return _list(row)


async def named(
    connection: AsyncConnection, environment_id: int, pattern: Pattern | None, *, after: str, limit: int
) -> list[SubscriberList]:
    """Find the lists that a pattern names, by id, after that one. Walks no further than the pattern's first words."""
    prefix = pattern.prefix if pattern else ""
    found: list[SubscriberList] = []
    while len(found) < limit:
        query = select(lists).where(lists.c.environment_id == environment_id, lists.c.id > after)
        if prefix:
            query = query.where(lists.c.id >= prefix)
        rows = (await connection.execute(query.order_by(lists.c.id).limit(_LOOK_AT))).all()
        inside = [row for row in rows if row.id.startswith(prefix)]
        found += [_list(row) for row in inside if row.deleted is None and (not pattern or pattern.matches(row.id))]
        if len(inside) < _LOOK_AT:
            break
        after = inside[-1].id
    return found[:limit]


async def members(
    connection: AsyncConnection, environment_id: int, list_id: str, *, after: str, limit: int
) -> list[Subscription]:
    """Read who is on a list, by user id, after that one."""
    query = select(subscriptions.c.user_id, subscriptions.c.preferences, subscriptions.c.created).where(
        _on(environment_id, list_id), subscriptions.c.user_id > after
    )
    rows = await connection.execute(query.order_by(subscriptions.c.user_id).limit(limit))
    return [_subscription(list_id, row[0], row[1], row[2]) for row in rows]


def _is(environment_id: int, list_id: str) -> Any:
    return and_(lists.c.environment_id == environment_id, lists.c.id == list_id)


def _on(environment_id: int, list_id: str) -> Any:
    return and_(subscriptions.c.environment_id == environment_id, subscriptions.c.list_id == list_id)


def _row(item: SubscriberList) -> dict[str, Any]:
    return {
        "environment_id": item.environment_id,
        "id": item.id,
        "name": item.name,
        "preferences": _json(item.preferences),
        "created": item.created,
        "updated": item.updated,
        "deleted": None,
    }


def _list(row: Any) -> SubscriberList:  # a row of any selection that has these columns
    return SubscriberList(
        environment_id=row.environment_id,
        id=row.id,
        name=row.name,
        preferences=_value(row.preferences),
        created=row.created,
        updated=row.updated,
    )


def _subscription(list_id: str, user_id: str, preferences: bytes | None, created: int) -> Subscription:
    return Subscription(list_id=list_id, user_id=user_id, preferences=_value(preferences), created=created)


def _json(value: dict[str, Any] | None) -> bytes | None:
    return None if value is None else msgspec.json.encode(value)


def _value(data: bytes | None) -> dict[str, Any] | None:
    return None if data is None else msgspec.json.decode(data, type=dict[str, Any])


def _unknown(list_id: str) -> NotFound:
    return NotFound(f"there is no list {list_id!r}")
