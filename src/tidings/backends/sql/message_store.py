"""Messages and their history, over SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.event_log import PLACE as EVENT_PLACE
from tidings.backends.sql.event_log import one
from tidings.backends.sql.listing import Selection, find, search, unindexed
from tidings.backends.sql.message_changes import is_archived
from tidings.backends.sql.rows import attempt_of, entry_of, event_of, message_of, owner_of, unpack
from tidings.backends.sql.tables import attempts, data_log, inbound_events, messages, outputs
from tidings.backends.sql.unmapped import history_of_unmapped, is_unmapped, message_of_unmapped, unmapped_search
from tidings.data_logs import Entry
from tidings.errors import NotFound
from tidings.ids import parse_derived_id
from tidings.inbound_events import InboundEvent
from tidings.mapping import enqueued
from tidings.messages import Attempt, Message, Output, Status
from tidings.ports import MessageFilter, Page

_PLACE = (messages.c.enqueued, messages.c.id)


class SqlMessageStore:
    """Every message, and every track that found no template."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, environment_id: int, where: MessageFilter, *, limit: int, cursor: str | None) -> Page[Message]:
        """List messages, newest first: two listings, merged."""
        before = decode(cursor, int, str)
        sent = message_search(environment_id, where, before=before, limit=limit + 1)
        unmapped = unmapped_search(environment_id, where, before=before, limit=limit + 1)
        async with self._database.read() as connection:
            found = [message_of(row) for row in await find(connection, messages, environment_id, _PLACE, sent)]
            if unmapped is not None:
                rows = await find(connection, inbound_events, environment_id, EVENT_PLACE, unmapped)
                found += [message_of_unmapped(event_of(row)) for row in rows]
        found.sort(key=lambda message: (message.enqueued, message.id), reverse=True)
        if len(found) <= limit:
            return Page(found)
        return Page(found[:limit], encode(found[limit - 1].enqueued, found[limit - 1].id))

    async def get(self, environment_id: int, message_id: str) -> Message:
        """Read one."""
        async with self._database.read() as connection:
            found = await _find(connection, environment_id, message_id)
        return found if isinstance(found, Message) else message_of_unmapped(found)

    async def history(self, environment_id: int, message_id: str) -> list[Entry]:
        """Read a message's entries in the order they stand."""
        async with self._database.read() as connection:
            found = await _find(connection, environment_id, message_id)
            if isinstance(found, InboundEvent):
                return history_of_unmapped(found)
            rows = await connection.execute(parts_of(data_log, found))
            first = [enqueued(found)] if found.shared else []
            return [*first, *(entry_of(row) for row in rows)]

    async def outputs(self, environment_id: int, message_id: str) -> list[Output]:
        """Read what was rendered, by channel."""
        async with self._database.read() as connection:
            found = await _find(connection, environment_id, message_id)
            if isinstance(found, InboundEvent):
                return []
            rows = await connection.execute(parts_of(outputs, found))
            return [Output(channel=row[3], content=unpack(row[4])) for row in rows]

    async def attempts(self, environment_id: int, message_id: str) -> Sequence[Attempt]:
        """Read the attempts, in order."""
        async with self._database.read() as connection:
            found = await _find(connection, environment_id, message_id)
            if isinstance(found, InboundEvent):
                return []
            rows = await connection.execute(parts_of(attempts, found))
            return [attempt_of(row) for row in rows]


def message_search(
    environment_id: int, where: MessageFilter, *, before: tuple[Any, ...] | None, limit: int
) -> Selection:
    """Search by the most telling thing that the filter names; the rest is looked at row by row."""
    wanted: dict[Any, Sequence[object]] = {
        messages.c.id: _given(where.message_id),
        messages.c.request_id: _given(where.request_id),
        messages.c.recipient: _given(where.recipient),
        messages.c.event: _given(where.event),
        messages.c.list_id: _given(where.list_id),
        messages.c.template_id: _given(where.template_id),
        messages.c.provider: where.provider,
        messages.c.status: where.statuses,
    }  # most telling first
    named = {column: values for column, values in wanted.items() if values}
    equal: dict[Any, Sequence[object]] = {messages.c.environment_id: [environment_id]}
    if named:
        first = next(iter(named))
        equal[first] = named.pop(first)
        if first is messages.c.event:  # its index holds the status too
            equal[messages.c.status] = named.pop(messages.c.status, tuple(Status))
    filters: list[ColumnElement[bool]] = [unindexed(column).in_(values) for column, values in named.items()]
    filters.append(is_archived() if where.archived else ~is_archived())
    if where.reasons:
        filters.append(unindexed(messages.c.reason).in_([reason.value for reason in where.reasons]))
    if where.enqueued_after is not None:
        filters.append(messages.c.enqueued > where.enqueued_after)
    return search(_PLACE, equal=equal, filters=filters, before=before, limit=limit)


def parts_of(table: Table, message: Message) -> Selection:
    """Select what a table holds of one message, in the order of its key."""
    key = (
        table.c.environment_id == message.environment_id,
        table.c.user_key == owner_of(message),
        table.c.message_id == message.id,
    )
    return select(table).where(*key).order_by(*table.primary_key.columns)


def _given(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


async def _find(connection: AsyncConnection, environment_id: int, message_id: str) -> Message | InboundEvent:
    key = (messages.c.environment_id == environment_id, messages.c.id == message_id)
    row = (await connection.execute(select(messages).where(*key))).first()
    if row is not None:
        return message_of(row)
    place = parse_derived_id(message_id)
    if place is not None:
        row = (await connection.execute(one(environment_id, *place))).first()
        event = event_of(row) if row is not None else None
        if event is not None and is_unmapped(event):
            return event
    raise NotFound("there is no message of this id in this environment")
