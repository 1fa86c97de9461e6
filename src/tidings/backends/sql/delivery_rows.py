"""Statements and rows of deliveries, shared by those who write them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.tables_delivery import delivery_failures
from tidings.effects import Deferred, Failure, Tally

FAILURES_KEPT = 100
"""Of each destination: enough to see what is wrong, too few to grow."""

_DEFER = text(
    "INSERT INTO deliveries (environment_id, destination_id, position, due_at, user_key, name, received_at, first_at,"
    " tries, error, body) VALUES (:environment_id, :destination_id, :position, :due_at, :user_key, :name,"
    " :received_at, :first_at, :tries, :error, :body) ON CONFLICT (environment_id, destination_id, position)"
    " DO UPDATE SET due_at = excluded.due_at, tries = excluded.tries, error = excluded.error"
)
_COUNT = text(
    "INSERT INTO delivery_counts (environment_id, destination_id, hour, name, result, reason, count)"
    " VALUES (:environment_id, :destination_id, :hour, :name, :result, :reason, :count)"
    " ON CONFLICT (environment_id, destination_id, hour, name, result, reason)"
    " DO UPDATE SET count = delivery_counts.count + excluded.count"
)
_FAIL = text(
    "INSERT INTO delivery_failures (environment_id, destination_id, at, position, name, call_id, reason, detail, tries,"
    " body) VALUES (:environment_id, :destination_id, :at, :position, :name, :call_id, :reason, :detail, :tries, :body)"
    " ON CONFLICT DO NOTHING"
)
_PRUNE = text(
    "DELETE FROM delivery_failures WHERE environment_id = :environment_id AND destination_id = :destination_id"
    " AND at < :at"
)


async def write_deliveries(
    connection: AsyncConnection,
    *,
    deferred: Sequence[Deferred],
    tallies: Sequence[Tally],
    failures: Sequence[Failure],
) -> None:
    """Put deferred calls in place, count, and keep the newest failures."""
    for statement, rows in ((_DEFER, deferred), (_COUNT, tallies), (_FAIL, failures)):
        if rows:
            await connection.execute(statement, [msgspec.structs.asdict(row) for row in rows])
    for environment_id, destination_id in _destinations(failures):
        await _prune(connection, environment_id, destination_id)


def _destinations(failures: Iterable[Failure]) -> list[tuple[int, str]]:
    return sorted({(failure.environment_id, failure.destination_id) for failure in failures})


async def _prune(connection: AsyncConnection, environment_id: int, destination_id: str) -> None:
    mine = (
        delivery_failures.c.environment_id == environment_id,
        delivery_failures.c.destination_id == destination_id,
    )
    oldest = select(delivery_failures.c.at).where(*mine).order_by(delivery_failures.c.at.desc()).offset(FAILURES_KEPT)
    at = await connection.scalar(oldest.limit(1))
    if at is not None:
        values = {"environment_id": environment_id, "destination_id": destination_id, "at": at + 1}
        await connection.execute(_PRUNE, values)


def deferred_of(row: Row[Any]) -> Deferred:
    """Read a deferred call back."""
    return Deferred(**row._mapping)  # noqa: SLF001 SQLAlchemy's own name for a row as a mapping
