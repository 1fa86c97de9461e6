"""Deleting users' calls from the log, with the counts and with what followers have not read yet."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import delete_all
from tidings.backends.sql.counts import adding, count_rows
from tidings.backends.sql.database import Database
from tidings.backends.sql.insertion import insertion
from tidings.backends.sql.regulation_store import note
from tidings.backends.sql.tables import inbound_events as events
from tidings.backends.sql.tables_delivery import delivery_failures
from tidings.backends.sql.tables_ledger import call_counts
from tidings.ingest import partition_of
from tidings.ledger import ERASED, summed
from tidings.ports import Moment
from tidings.regulations import Regulation, Subjects

_AT_ONCE = 500
_PARTITION = -3
"""Of the counts: no partition of the stream has such a number, so no worker waits for the row."""
_KEY = tuple_(*events.primary_key.columns)
_COUNT = insertion(call_counts, adding(call_counts))
_PASS_OVER = text(
    'INSERT INTO passed_over (environment_id, "partition", position) VALUES (:env, :part, :at) ON CONFLICT DO NOTHING'
)


async def erase_events(
    database: Database, regulation: Regulation, subjects: Subjects, partitions: int, moment: Moment
) -> Counter[str]:
    """Delete calls; count by table what went."""
    rows: Counter[str] = Counter()
    environment_id = regulation.environment_id
    whose = (events.c.environment_id == environment_id, events.c.user_key.in_(subjects.user_keys))
    mine = (*whose, events.c.received_at <= moment.came_before)
    columns = (*events.primary_key.columns, events.c.status, events.c.reason)
    query = select(*columns).where(*mine).limit(_AT_ONCE)
    while await _any(database, query):
        async with database.write() as connection:
            found = (await connection.execute(query)).all()
            keys = [tuple(row[:4]) for row in found]
            if connection.dialect.name == "sqlite":
                await delete_all(connection, events, keys)
            else:  # another may have taken some out meanwhile
                found = (await connection.execute(delete(events).where(_KEY.in_(keys)).returning(*columns))).all()
            erased = {"inbound_events": len(found)}
            if found:
                await _settle(connection, environment_id, found, partitions)
            failures = delete(delivery_failures).where(
                delivery_failures.c.environment_id == environment_id,
                delivery_failures.c.position.in_([row.position for row in found]),
            )
            erased["delivery_failures"] = (await connection.execute(failures)).rowcount
            await note(connection, regulation, erased)
        rows.update(erased)
    return rows


async def _any(database: Database, query: Any) -> bool:
    """Look before a transaction is begun: most users have nothing left, and nobody waits for that."""
    async with database.read() as connection:
        return (await connection.execute(query.limit(1))).first() is not None


async def _settle(connection: AsyncConnection, environment_id: int, found: Sequence[Row[Any]], partitions: int) -> None:
    moves: list[tuple[int, int, str, str, int]] = []
    passed: list[dict[str, int]] = []
    for row in found:
        moves += [
            (environment_id, row.received_at, row.status, row.reason, -1),
            (environment_id, row.received_at, ERASED, "", 1),
        ]
        part = partition_of(environment_id, row.user_key, partitions) if partitions > 1 else 0
        passed.append({"env": environment_id, "part": part, "at": row.position})
    names = call_counts.columns.keys()
    counts = [dict(zip(names, row, strict=True)) for row in count_rows(summed(moves), _PARTITION)]
    await connection.execute(_COUNT, counts)
    await connection.execute(_PASS_OVER, passed)
