"""Messages and their history, over SQL."""

from collections.abc import Sequence

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.event_log import one
from tidings.backends.sql.listing import LOOKED_MAX, Reach, Selection, run
from tidings.backends.sql.message_search import PLACE, message_search
from tidings.backends.sql.rows import attempt_of, entry_of, event_of, message_of, owner_of, unpack
from tidings.backends.sql.tables import attempts, data_log, messages, outputs
from tidings.backends.sql.unmapped import (
    history_of_unmapped,
    is_unmapped,
    message_of_unmapped,
    unmapped_among,
)
from tidings.data_logs import Entry
from tidings.errors import NotFound
from tidings.ids import derived_id, parse_derived_id
from tidings.inbound_events import InboundEvent
from tidings.mapping import enqueued
from tidings.messages import Attempt, Message, Output
from tidings.ports import MessageFilter, Page


class SqlMessageStore:
    """Every message, and every track that found no template."""

    def __init__(self, database: Database, *, looked_max: int = LOOKED_MAX) -> None:
        self._database = database
        self._looked_max = looked_max

    async def page(self, environment_id: int, where: MessageFilter, *, limit: int, cursor: str | None) -> Page[Message]:
        """List messages, newest first: two listings, merged."""
        reach = Reach(decode(cursor, int, str), limit + 1, self._looked_max)
        async with self._database.read() as connection:
            search = await message_search(connection, environment_id, where, looked_max=self._looked_max)
            sent = await run(connection, search, PLACE, environment_id, reach)
            unmapped = await unmapped_among(connection, environment_id, where, reach)
        found = [
            *(message_of(row) for row in sent.rows),
            *(message_of_unmapped(event_of(row)) for row in unmapped.rows),
        ]
        found.sort(key=lambda message: (message.enqueued, message.id), reverse=True)
        ends = [sent.horizon, unmapped.horizon and (unmapped.horizon[0], derived_id(*unmapped.horizon))]
        horizon = max((end for end in ends if end is not None), default=None)
        if horizon is not None:  # what is older was looked at by one of the two alone
            found = [message for message in found if (message.enqueued, message.id) >= horizon]
        if len(found) > limit:
            return Page(found[:limit], encode(found[limit - 1].enqueued, found[limit - 1].id))
        return Page(found, encode(*horizon) if horizon is not None else None)

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


def parts_of(table: Table, message: Message) -> Selection:
    """Select what a table holds of one message, in the order of its key."""
    key = (
        table.c.environment_id == message.environment_id,
        table.c.user_key == owner_of(message),
        table.c.message_id == message.id,
    )
    return select(table).where(*key).order_by(*table.primary_key.columns)


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
