"""Choices as they were made, over SQL: written with the choice itself."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.cursor import encode
from tidings.backends.sql.tables_preferences import preference_logs as table
from tidings.backends.sql.tables_preferences import preferences
from tidings.ids import prefixed_id
from tidings.ports import Page
from tidings.preferences import Chosen, Preference, PreferenceLog


async def log_choices(
    connection: AsyncConnection, environment_id: int, user_id: str, put: Sequence[Preference]
) -> None:
    """Write a line for each choice, with what stood before."""
    mine = (preferences.c.environment_id == environment_id, preferences.c.user_id == user_id)
    before = {
        (row.topic_id, row.tenant_id): Chosen(row.status, None if row.channels is None else _words(row.channels))
        for row in await connection.execute(select(preferences).where(*mine))
    }
    lines = [
        PreferenceLog(
            environment_id=environment_id,
            id=prefixed_id("pl", each.updated),
            user_id=user_id,
            topic_id=each.topic_id,
            tenant_id=each.tenant_id,
            at=each.updated,
            chosen=Chosen(each.status, each.channels),
            previous=before.get((each.topic_id, each.tenant_id)),
        )
        for each in put
    ]
    await connection.execute(table.insert(), [_row(line) for line in lines])


async def read_logs(
    connection: AsyncConnection,
    environment_id: int,
    where: tuple[str | None, str | None, int | None],
    *,
    limit: int,
    after: tuple[Any, ...] | None,
) -> Page[PreferenceLog]:
    """Read lines, newest first; `where` is a user, a tenant, and the earliest time (ms)."""
    user_id, tenant_id, since = where
    query = select(table.c.id, table.c.body).where(table.c.environment_id == environment_id)
    if user_id is not None:
        query = query.where(table.c.user_id == user_id)
    if tenant_id is not None:
        query = query.where(table.c.tenant_id == tenant_id)
    if since is not None:  # the ids sort by time, so this is a bound of the search
        query = query.where(table.c.id >= prefixed_id("pl", since)[:13])
    if after is not None:
        query = query.where(table.c.id < after[0])
    rows = (await connection.execute(query.order_by(table.c.id.desc()).limit(limit + 1))).all()
    items = [msgspec.json.decode(row.body, type=PreferenceLog) for row in rows[:limit]]
    return Page(items, encode(rows[limit - 1].id) if len(rows) > limit else None)


def _row(line: PreferenceLog) -> dict[str, Any]:
    return {
        "environment_id": line.environment_id,
        "id": line.id,
        "user_id": line.user_id,
        "tenant_id": line.tenant_id,
        "at": line.at,
        "body": msgspec.json.encode(line),
    }


def _words(channels: str) -> tuple[str, ...]:
    return tuple(word for word in channels.split(",") if word)
