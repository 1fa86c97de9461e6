"""The log of inbound calls, over SQL."""

from typing import Any, get_args

from sqlalchemy import ColumnElement, select

from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.listing import Selection, find, later, search, unindexed
from tidings.backends.sql.rows import event_of
from tidings.backends.sql.tables import inbound_events as events
from tidings.errors import NotFound
from tidings.ids import parse_derived_id
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ports import EventFilter, Page
from tidings.records import user_key
from tidings.records.record import RecordType

PLACE = (events.c.received_at, events.c.position)


class SqlEventLog:
    """Every accepted call and what became of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, environment_id: int, where: EventFilter, *, limit: int, cursor: str | None
    ) -> Page[InboundEvent]:
        """List events, newest first."""
        statement = page_search(environment_id, where, before=decode(cursor, int, int), limit=limit + 1)
        async with self._database.read() as connection:
            found = [event_of(row) for row in await find(connection, events, environment_id, PLACE, statement)]
        if len(found) <= limit:
            return Page(found)
        return Page(found[:limit], encode(found[limit - 1].received_at, found[limit - 1].position))

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


def page_search(environment_id: int, where: EventFilter, *, before: tuple[Any, ...] | None, limit: int) -> Selection:
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
    if where.received_after is not None:
        filters.append(events.c.received_at > where.received_after)
    return search(PLACE, equal=equal, filters=filters, before=before, limit=limit)


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
