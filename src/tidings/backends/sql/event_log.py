"""The log of inbound calls, over SQL."""

from typing import Any, get_args

from sqlalchemy import ColumnElement, func, select

from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.listing import LOOKED_MAX, Reach, Search, Selection, later, run, unindexed, wants_order
from tidings.backends.sql.rows import event_of
from tidings.backends.sql.tables import inbound_events as events
from tidings.errors import NotFound
from tidings.ids import parse_derived_id
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ports import Counted, EventFilter, Page
from tidings.records import user_key
from tidings.records.record import RecordType

PLACE = (events.c.received_at, events.c.position)


class SqlEventLog:
    """Every accepted call and what became of it."""

    def __init__(self, database: Database, *, looked_max: int = LOOKED_MAX) -> None:
        self._database = database
        self._looked_max = looked_max

    async def page(
        self, environment_id: int, where: EventFilter, *, limit: int, cursor: str | None
    ) -> Page[InboundEvent]:
        """List events, newest first."""
        reach = Reach(decode(cursor, int, int), limit + 1, self._looked_max)
        async with self._database.read() as connection:
            search = event_search(environment_id, where)
            read = await run(connection, search, PLACE, environment_id, reach)
        found = [event_of(row) for row in read.rows]
        if len(found) > limit:
            return Page(found[:limit], encode(found[limit - 1].received_at, found[limit - 1].position))
        return Page(found, encode(*read.horizon) if read.horizon is not None else None)

    async def count(self, environment_id: int, where: EventFilter, *, count_max: int, users_looked_max: int) -> Counted:
        """Count within the index, and look at the users of some."""
        search = event_search(environment_id, where)
        async with self._database.read() as connection:
            in_order = wants_order(connection)
            looked = search.every(*PLACE, limit=count_max, in_order=in_order).subquery()
            newest = search.every(*PLACE, events.c.user_key, limit=users_looked_max, in_order=in_order).subquery()
            calls = await connection.scalar(select(func.count()).select_from(looked)) or 0
            users = await connection.scalar(select(func.count(newest.c.user_key.distinct()))) or 0
        return Counted(calls, calls < count_max, users, users_are_all=calls < users_looked_max)

    async def get(self, environment_id: int, event_id: str) -> InboundEvent:
        """Read one by its id, which says where it stands."""
        place = parse_derived_id(event_id)
        if place is not None:
            async with self._database.read() as connection:
                row = (await connection.execute(one(environment_id, *place))).first()
            if row is not None:
                return event_of(row)
        raise NotFound("there is no event of this id in this environment")

    async def after(self, environment_id: int, received_at: int, position: int, *, limit: int) -> list[InboundEvent]:
        """Read on from a place, oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(following(environment_id, (received_at, position), limit))
            return [event_of(row) for row in rows]


def event_search(environment_id: int, where: EventFilter) -> Search:
    """Search by the most telling thing that the filter names; the rest is looked at row by row."""
    statuses = where.statuses or tuple(EventStatus)
    equal: dict[Any, Any] = {events.c.environment_id: [environment_id]}
    filters: list[ColumnElement[bool]] = []
    if where.user_id is not None:
        equal[events.c.user_key] = [user_key(where.user_id, None), user_key(None, where.user_id)]
        filters = [*_name_is(where), *_status_is(where), *_type_is(where)]
    elif where.name is not None:
        equal |= {events.c.name: [where.name], events.c.status: statuses}
        filters = _type_is(where)
    elif where.statuses or where.type is not None:
        equal |= {events.c.status: statuses, events.c.type: [where.type] if where.type else get_args(RecordType)}
    if where.source_id is not None:
        filters = [*filters, unindexed(events.c.source_id) == where.source_id]
    within = []
    if where.received_after is not None:
        within.append(events.c.received_at > where.received_after)
    if where.received_before is not None:
        within.append(events.c.received_at < where.received_before)
    return Search(place=PLACE, branches=[equal], within=within, filters=filters)


def one(environment_id: int, received_at: int, position: int) -> Selection:
    """Select the event at a place."""
    place = (events.c.received_at == received_at, events.c.position == position)
    return select(events).where(events.c.environment_id == environment_id, *place)


def following(environment_id: int, place: tuple[int, int], limit: int) -> Selection:
    """Select what came after a place."""
    return (
        select(events)
        .where(events.c.environment_id == environment_id, later(PLACE, place))
        .order_by(*PLACE)
        .limit(limit)
    )


def _name_is(where: EventFilter) -> list[ColumnElement[bool]]:
    return [unindexed(events.c.name) == where.name] if where.name is not None else []


def _status_is(where: EventFilter) -> list[ColumnElement[bool]]:
    return [unindexed(events.c.status).in_(where.statuses)] if where.statuses else []


def _type_is(where: EventFilter) -> list[ColumnElement[bool]]:
    return [unindexed(events.c.type) == where.type] if where.type is not None else []
