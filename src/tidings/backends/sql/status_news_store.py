"""News of messages that wait for destinations, over SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import read_many
from tidings.backends.sql.chunks import any_of
from tidings.backends.sql.database import Database
from tidings.backends.sql.delivery_rows import write_deliveries
from tidings.backends.sql.queue_statements import ATTEMPTS, DEPTH_MAX
from tidings.backends.sql.rows import attempt_of, message_of
from tidings.backends.sql.tables import messages
from tidings.backends.sql.tables_delivery import status_news
from tidings.effects import FollowerEffects, StatusNews
from tidings.messages import Attempt, Status

_message = and_(
    messages.c.environment_id == status_news.c.environment_id,
    messages.c.user_key == status_news.c.user_key,
    messages.c.id == status_news.c.message_id,
)


class SqlStatusNewsStore:
    """News in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, environment_id: int, destination_id: str, *, limit: int) -> list[StatusNews]:
        """Read the oldest that wait."""
        oldest = (
            select(*messages.columns, status_news.c.status.label("news"), status_news.c.at)
            .select_from(status_news.join(messages, _message))
            .where(*_mine(environment_id, destination_id))
            .order_by(status_news.c.at, status_news.c.message_id, status_news.c.status)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(oldest)).all()
            tried = await _attempts(connection, sorted({(row[0], row[2], row[1]) for row in rows}))
        return [
            StatusNews(
                status=Status(row.news), at=row.at, message=message_of(row), attempts=tuple(tried.get(row[1], ()))
            )
            for row in rows
        ]

    async def depth(self, environment_id: int, destination_id: str) -> int:
        """Count what waits, up to the bound."""
        some = select(status_news.c.at).where(*_mine(environment_id, destination_id)).limit(DEPTH_MAX)
        query = select(func.count()).select_from(some.subquery())
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def told(
        self, environment_id: int, destination_id: str, *, news: Sequence[StatusNews], effects: FollowerEffects
    ) -> bool:
        """Take these off and write what came of them."""
        keys = [(str(each.status), each.message.id) for each in news]
        these = (*_mine(environment_id, destination_id), any_of((status_news.c.status, status_news.c.message_id), keys))
        async with self._database.write() as connection:
            query = select(status_news.c.message_id).where(*these)
            if len((await connection.execute(query.with_for_update())).all()) != len(keys):
                return False
            await connection.execute(delete(status_news).where(*these))
            await write_deliveries(
                connection, deferred=effects.deferred, tallies=effects.tallies, failures=effects.failures
            )
        return True


def _mine(environment_id: int, destination_id: str) -> tuple[Any, Any]:
    return status_news.c.environment_id == environment_id, status_news.c.destination_id == destination_id


async def _attempts(connection: AsyncConnection, keys: Sequence[tuple[int, str, str]]) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = {}
    for row in await read_many(connection, ATTEMPTS, keys) if keys else ():
        found.setdefault(row[2], []).append(attempt_of(row))
    return found
