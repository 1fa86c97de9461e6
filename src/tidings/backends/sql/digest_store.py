"""Digests, over SQL."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, func, null, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.gathering import WAITING
from tidings.backends.sql.tables import due, messages
from tidings.backends.sql.tables_digests import digest_events, digests
from tidings.messages import FINAL, Message, Status
from tidings.ports import DigestInstance, Page
from tidings.preferences import DIGEST, GATHERED_FOR, Category

_CHUNK = 200
"""Gathered messages read at a time; each has at most the size of a call."""


class SqlDigestStore:
    """Digests of the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def contents(self, wanted: Sequence[Message]) -> dict[tuple[int, str], dict[str, Any]]:
        """Read each through, keeping no more of it than its categories do."""
        found: dict[tuple[int, str], dict[str, Any]] = {}
        async with self._database.read() as connection:
            for message in wanted:
                of = message.options[DIGEST]
                kinds = msgspec.convert(of["categories"], tuple[Category, ...])
                gathered = (message.environment_id, of.get(GATHERED_FOR, message.id))
                told = await _content(connection, gathered, {kind.category_key: kind for kind in kinds})
                found[message.environment_id, message.id] = told
        return found

    async def page(
        self, environment_id: int, schedule_id: str, *, limit: int, cursor: str | None
    ) -> Page[DigestInstance]:
        """List by id, which begins with the moment."""
        after = decode(cursor, str)
        here = [digests.c.environment_id == environment_id, digests.c.schedule_id == schedule_id]
        if after is not None:
            here.append(digests.c.message_id > after[0])
        same = and_(
            messages.c.environment_id == digests.c.environment_id,
            messages.c.user_key == digests.c.user_key,
            messages.c.id == digests.c.message_id,
        )
        query = select(digests, messages.c.status).select_from(digests.join(messages, same)).where(*here)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(digests.c.message_id).limit(limit + 1))).all()
            counts = await _counts(connection, environment_id, [row.message_id for row in rows[:limit]])
        items = [
            DigestInstance(
                id=row.message_id,
                user_id=row.user_key[2:],
                tenant_id=row.tenant_id,
                status="COMPLETED" if Status(row.status) in FINAL else "IN_PROGRESS",
                counts=counts.get(row.message_id, {}),
                created=row.created,
            )
            for row in rows[:limit]
        ]
        return Page(items=items, cursor=encode(items[-1].id) if len(rows) > limit else None)

    async def release(
        self,
        environment_id: int,
        *,
        schedule_id: str | None = None,
        topic_id: str | None = None,
        user_id: str | None = None,
        tenant_id: str = "",
    ) -> int:
        """Move their rows in the queue to now; who has one in hand is sending it anyway."""
        whose: list[ColumnElement[bool]] = [digests.c.environment_id == environment_id]
        if schedule_id is not None:
            whose.append(digests.c.schedule_id == schedule_id)
        if topic_id is not None:
            whose += [digests.c.topic_id == topic_id, digests.c.tenant_id == tenant_id]
        if user_id is not None:
            whose.append(digests.c.user_key == f"u:{user_id}")
        same = and_(
            messages.c.environment_id == digests.c.environment_id,
            messages.c.user_key == digests.c.user_key,
            messages.c.id == digests.c.message_id,
        )
        waiting = (
            select(digests.c.message_id)
            .select_from(digests.join(messages, same))
            .where(*whose, messages.c.status.in_(WAITING))
        )
        these = (due.c.environment_id == environment_id, due.c.message_id.in_(waiting))
        sooner = update(due).where(*these, due.c.worker == null()).values(due_at=0)
        async with self._database.write() as connection:
            return (await connection.execute(sooner)).rowcount


async def _content(
    connection: AsyncConnection, key: tuple[int, str], kinds: dict[str, Category]
) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {name: {"count": 0, "items": []} for name in kinds}
    here = (digest_events.c.environment_id == key[0], digest_events.c.digest_id == key[1])
    place, after = (digest_events.c.at, digest_events.c.message_id), (-1, "")
    while True:
        query = select(digest_events).where(*here, tuple_(*place) > after).order_by(*place).limit(_CHUNK)
        rows = (await connection.execute(query)).all()
        for name, kind in kinds.items():
            came = [msgspec.json.decode(row.data) for row in rows if row.category == name]
            told[name]["count"] += len(came)
            told[name]["items"] = kind.kept([*told[name]["items"], *came])
        if len(rows) < _CHUNK:
            return told
        after = (rows[-1].at, rows[-1].message_id)


async def _counts(connection: AsyncConnection, environment_id: int, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    key = (digest_events.c.digest_id, digest_events.c.category)
    here = (digest_events.c.environment_id == environment_id, digest_events.c.digest_id.in_(ids))
    counts: dict[str, dict[str, int]] = {}
    for row in await connection.execute(select(*key, func.count()).where(*here).group_by(*key)):
        counts.setdefault(row[0], {})[row[1]] = row[2]
    return counts
