"""Forgetting what is old, over SQL: whole partitions where there are any, else a bounded number of rows at a time."""

from collections.abc import AsyncIterator

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, null, select, update

from tidings.backends.sql import partitions
from tidings.backends.sql.bulk import delete_some
from tidings.backends.sql.database import Database
from tidings.backends.sql.tables import attempts, data_log, inbound_events, messages, outbox, outputs
from tidings.backends.sql.tables_changes import archived_requests, message_tags, redrives
from tidings.backends.sql.tables_delivery import status_news
from tidings.backends.sql.tables_digests import digest_events, digests
from tidings.backends.sql.tables_ledger import activity, installation
from tidings.backends.sql.tables_lists import expansions, taken_requests
from tidings.ledger import HOUR_MS, MINUTE, MINUTE_MS
from tidings.messages import FINAL

ROWS = 1_000
"""Messages or other rows in one transaction: tens of milliseconds, so that nobody is held up."""

_ENDED = sorted(FINAL)
_OF_A_MESSAGE = (
    attempts.c.message_id,
    data_log.c.message_id,
    outputs.c.message_id,
    outbox.c.message_id,
    redrives.c.message_id,
    message_tags.c.message_id,
    digests.c.message_id,
    digest_events.c.digest_id,
    status_news.c.message_id,  # without its message nobody could be told any more
    messages.c.id,
)
"""What names a message by its id; itself at last."""


class SqlRetentionStore:
    """Old rows of the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._marked: dict[str, int] = {}

    async def forget_events(self, *, before: int) -> int:
        """Drop partitions, then rows."""
        has_partitions = self._database.dialect == "postgresql"
        before = partitions.EVENTS.starts(before) if has_partitions else before // HOUR_MS * HOUR_MS
        await self._mark(installation.c.events_from, before)
        forgotten = 0
        if has_partitions:
            forgotten = await partitions.drop_before(self._database, partitions.EVENTS, before=before)
        return forgotten + await forget_rows(self._database, inbound_events, inbound_events.c.received_at < before)

    async def forget_messages(self, *, before: int) -> int:
        """Drop some, with all that hangs on them, until none is left."""
        before = before // HOUR_MS * HOUR_MS
        await self._mark(installation.c.messages_from, before)
        forgotten = 0
        async for environment_id in _environments(self._database, messages):
            while count := await self._forget_some(environment_id, before):
                forgotten += count
        await forget_rows(self._database, archived_requests, archived_requests.c.at < before)
        await forget_rows(self._database, taken_requests, taken_requests.c.at < before)
        done = (expansions.c.received_at < before) & (expansions.c.finished != null())
        await forget_rows(self._database, expansions, done)
        return forgotten

    async def forget_minutes(self, *, before: int) -> int:
        """Drop what is old of the narrower counts."""
        old = (activity.c.span == MINUTE) & (activity.c.start < before // MINUTE_MS)
        return await forget_rows(self._database, activity, old)

    async def _forget_some(self, environment_id: int, before: int) -> int:
        old = (
            select(messages.c.id)
            .where(
                messages.c.environment_id == environment_id,
                messages.c.enqueued < before,
                messages.c.status.in_(_ENDED),
            )
            .order_by(messages.c.enqueued, messages.c.id)
            .limit(ROWS)
        )
        async with self._database.write(replayable=True) as connection:  # lost, it is done again in the next round
            ids = list(await connection.scalars(old))
            for column in _OF_A_MESSAGE if ids else ():
                its = (column.table.c.environment_id == environment_id, column.in_(ids))
                await connection.execute(delete(column.table).where(*its))
        return len(ids)

    async def _mark(self, column: Column[int], before: int) -> None:
        """Say, durably and before the first row goes, that rows are complete only from there on."""
        hour = before // HOUR_MS
        if self._marked.get(column.name, 0) >= hour:
            return
        async with self._database.write() as connection:
            await connection.execute(update(installation).where(column < hour).values({column: hour}))
        self._marked[column.name] = hour


async def forget_rows(database: Database, table: Table, old: ColumnElement[bool]) -> int:
    """Delete a table's old rows, some at a time; return how many went."""
    forgotten = 0
    async for environment_id in _environments(database, table):
        which = and_(table.c.environment_id == environment_id, old)
        while True:
            async with database.write(replayable=True) as connection:  # lost, it is done again in the next round
                count = await delete_some(connection, table, which, limit=ROWS)
            if not count:
                break
            forgotten += count
    return forgotten


async def _environments(database: Database, table: Table) -> AsyncIterator[int]:
    """Step from environment to environment by the key, past all their rows."""
    environment_id: int | None = -1
    while True:
        following = select(func.min(table.c.environment_id)).where(table.c.environment_id > environment_id)
        async with database.read() as connection:
            environment_id = await connection.scalar(following)
        if environment_id is None:
            return
        yield environment_id
