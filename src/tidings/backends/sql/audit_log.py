"""What was changed, and by whom, over SQL."""

from typing import Any

from sqlalchemy import Row, delete, insert, select, union_all

from tidings.accounts import Actor, AuditEvent
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_accounts import accounts
from tidings.backends.sql.tables_accounts import audit_log as table
from tidings.errors import NotFound
from tidings.ports import Page

_WORKSPACE = 0
_ROWS = 1_000  # in one transaction, so that nobody is held up


class SqlAuditLog:
    """Changes in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, event: AuditEvent) -> None:
        """Keep one."""
        row = {
            "workspace_id": event.workspace_id,
            "environment_id": event.environment_id,
            "id": event.id,
            "at": event.at,
            "actor_kind": event.actor.kind,
            "actor_id": event.actor.id,
            "type": event.type,
            "method": event.method,
            "route": event.route,
            "target": event.target,
            "status": event.status,
            "address": event.address,
        }
        async with self._database.write(replayable=True) as connection:
            await connection.execute(insert(table), row)

    async def page(self, workspace_id: int, environment_id: int, *, limit: int, cursor: str | None) -> Page[AuditEvent]:
        """List, newest first: what the environment has, and what its workspace has, merged by their ids."""
        place = decode(cursor, str)
        parts = []
        for each in {environment_id, _WORKSPACE}:
            query = select(table).where(table.c.workspace_id == workspace_id, table.c.environment_id == each)
            if place:
                query = query.where(table.c.id < place[0])
            parts.append(select(query.order_by(table.c.id.desc()).limit(limit + 1).subquery()))
        merged = union_all(*parts).subquery()
        newest = select(merged, accounts.c.email).select_from(
            merged.outerjoin(accounts, (merged.c.actor_kind == "account") & (accounts.c.id == merged.c.actor_id))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(newest.order_by(merged.c.id.desc()).limit(limit + 1))).all()
        items = [_event(row) for row in rows[:limit]]
        return Page(items, encode(items[-1].id) if len(rows) > limit else None)

    async def get(self, workspace_id: int, environment_id: int, event_id: str) -> AuditEvent:
        """Read one."""
        whose = (table.c.actor_kind == "account") & (accounts.c.id == table.c.actor_id)
        query = select(table, accounts.c.email).select_from(table.outerjoin(accounts, whose))
        here = (table.c.workspace_id == workspace_id, table.c.environment_id.in_((environment_id, _WORKSPACE)))
        async with self._database.read() as connection:
            row = (await connection.execute(query.where(*here, table.c.id == event_id))).first()
        if row is None:
            raise NotFound(f"there is no audit event {event_id[:80]!r}")
        return _event(row)

    async def forget(self, *, before: int) -> int:
        """Drop what is older, some at a time."""
        forgotten = 0
        oldest = select(table.c.id).where(table.c.at < before).order_by(table.c.at).limit(_ROWS)
        while True:
            async with self._database.write(replayable=True) as connection:  # lost, it is done again in the next round
                count = (
                    await connection.execute(delete(table).where(table.c.at < before, table.c.id.in_(oldest)))
                ).rowcount
            forgotten += count
            if count < _ROWS:
                return forgotten


def _event(row: Row[Any]) -> AuditEvent:
    return AuditEvent(
        id=row.id,
        at=row.at,
        workspace_id=row.workspace_id,
        environment_id=row.environment_id,
        actor=Actor(row.actor_kind, row.actor_id),
        type=row.type,
        method=row.method,
        route=row.route,
        target=row.target,
        status=row.status,
        address=row.address,
        actor_email=row.email,
    )
