"""The ledger's counts, over SQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables import inbound_events, messages, offsets
from tidings.backends.sql.tables_ledger import call_counts, installation, message_counts
from tidings.ledger import HOUR_MS, UNKNOWN, Period, Tally, hour_of
from tidings.messages import FINAL, Status

_UNSETTLED = sorted(frozenset(Status) - FINAL)


class SqlLedgerStore:
    """Snapshots of the counts."""

    def __init__(self, database: Database, *, reader: str = "inbound") -> None:
        self._database = database
        self._reader = reader

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SqlLedgerReading"]:
        """Begin a reading transaction."""
        async with self._database.read() as connection:
            yield SqlLedgerReading(connection, self._reader)


class SqlLedgerReading:
    """What one reading transaction sees."""

    def __init__(self, connection: AsyncConnection, reader: str) -> None:
        self._connection = connection
        self._reader = reader

    async def counted_from(self) -> int:
        """Read it from the installation's row."""
        return await self._connection.scalar(select(installation.c.counted_from)) or 0

    async def kept_from(self) -> tuple[int, int]:
        """Read it from the installation's row."""
        found = await self._connection.execute(select(installation.c.events_from, installation.c.messages_from))
        row = found.first()
        return (row[0], row[1]) if row else (0, 0)

    async def span(self, environment_id: int) -> Period | None:
        """Look at both ends of each index."""
        ends: list[int] = []
        for column, to_hour in (
            (call_counts.c.hour, False),
            (message_counts.c.hour, False),
            (inbound_events.c.received_at, True),
            (messages.c.enqueued, True),
        ):
            for end in (func.min, func.max):
                found = await self._connection.scalar(
                    select(end(column)).where(column.table.c.environment_id == environment_id)
                )
                if found is not None:
                    ends.append(hour_of(found) if to_hour else found)
        return Period(min(ends), max(ends) + 1) if ends else None

    async def offsets(self) -> dict[int, int]:
        """Read the inbound step's offsets."""
        found = select(offsets.c.partition, offsets.c.position).where(offsets.c.reader == self._reader)
        return {row[0]: row[1] for row in await self._connection.execute(found)}

    async def calls(self, environment_id: int, period: Period) -> Sequence[Tally]:
        """Add up the partitions."""
        return await self._counted(call_counts, environment_id, period)

    async def messages(self, environment_id: int, period: Period) -> Sequence[Tally]:
        """Add up the shards."""
        return await self._counted(message_counts, environment_id, period)

    async def _counted(self, table: Any, environment_id: int, period: Period) -> list[Tally]:
        added = cast(func.sum(table.c["count"]), BigInteger)
        rows = await self._connection.execute(
            select(table.c.hour, table.c.word, table.c.reason, added)
            .where(table.c.environment_id == environment_id, table.c.hour >= period.first, table.c.hour < period.end)
            .group_by(table.c.hour, table.c.word, table.c.reason)
        )
        return [Tally(environment_id, *row) for row in rows]

    async def unsettled(self, environment_id: int, period: Period, *, limit: int) -> Sequence[Tally]:
        """Count within the index of statuses."""
        enqueued = messages.c.enqueued
        some = (
            select(enqueued, messages.c.status)
            .where(
                messages.c.environment_id == environment_id,
                messages.c.status.in_(_UNSETTLED),
                enqueued >= period.first_ms,
                enqueued < period.end_ms,
            )
            .limit(limit)
            .subquery()
        )
        hour = (some.c.enqueued // HOUR_MS).label("at_hour")
        rows = await self._connection.execute(
            select(hour, some.c.status, func.count()).group_by("at_hour", some.c.status)
        )
        return [Tally(environment_id, row[0], row[1], "", row[2]) for row in rows]

    async def logged(self, environment_id: int, period: Period) -> Sequence[Tally]:
        """Walk the log."""
        events = inbound_events.c
        return await self._walked(events.environment_id == environment_id, events.received_at, period, events.status)

    async def kept(self, environment_id: int, period: Period) -> Sequence[Tally]:
        """Walk the messages."""
        word = case((messages.c.outcome_unknown, literal(UNKNOWN)), else_=messages.c.status)
        return await self._walked(messages.c.environment_id == environment_id, messages.c.enqueued, period, word)

    async def _walked(
        self, here: ColumnElement[bool], at: Any, period: Period, word: ColumnElement[Any]
    ) -> list[Tally]:
        table = at.table
        reason = func.coalesce(table.c.reason, "").label("with_reason")
        keys = (table.c.environment_id, (at // HOUR_MS).label("at_hour"), word.label("as_word"), reason)
        within = and_(here, at >= period.first_ms, at < period.end_ms)
        # By their labels: a database that is sent the same expression twice with parameters takes them for two.
        grouped = select(*keys, func.count()).group_by(table.c.environment_id, "at_hour", "as_word", "with_reason")
        rows = await self._connection.execute(grouped.where(within))
        return [Tally(row[0], row[1], row[2], "" if row[2] == UNKNOWN else row[3], row[4]) for row in rows]
