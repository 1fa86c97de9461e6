"""Who belongs to which tenant, over SQL, in the rows that the inbound step writes."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, select, text

from tidings.backends.sql.audience_queue import queue_user
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_identity import tenant_members
from tidings.ports import Page
from tidings.records import user_key
from tidings.tenants import Membership

_JOIN = text(
    "INSERT INTO tenant_members (environment_id, user_key, tenant_id, created, profile)"
    " VALUES (:environment_id, :user_key, :tenant_id, :now, :profile)"
    " ON CONFLICT (environment_id, user_key, tenant_id)"
    " DO UPDATE SET profile = coalesce(excluded.profile, tenant_members.profile)"
)


class SqlMembershipStore:
    """Memberships in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def members(self, environment_id: int, tenant_id: str, *, limit: int, cursor: str | None) -> Page[Membership]:
        """List a tenant's members, by user key."""
        after = decode(cursor, str)
        query = select(tenant_members).where(
            tenant_members.c.environment_id == environment_id, tenant_members.c.tenant_id == tenant_id
        )
        if after is not None:
            query = query.where(tenant_members.c.user_key > after[0])
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(tenant_members.c.user_key).limit(limit + 1))).all()
        items = [membership_of(row) for row in rows[:limit]]
        return Page(items, encode(items[-1].user_key) if len(rows) > limit else None)

    async def join(
        self, environment_id: int, user_id: str, profiles: Mapping[str, dict[str, Any] | None], *, now: int
    ) -> None:
        """Make a user a member of these tenants, or change what it is there."""
        rows = [
            {
                "environment_id": environment_id,
                "user_key": user_key(user_id, None),
                "tenant_id": tenant_id,
                "now": now,
                "profile": None if profile is None else msgspec.json.encode(profile),
            }
            for tenant_id, profile in sorted(profiles.items())
        ]
        if rows:
            async with self._database.write() as connection:
                await connection.execute(_JOIN, rows)
                await queue_user(connection, environment_id, user_key(user_id, None))

    async def leave(self, environment_id: int, user_id: str, *, tenant_id: str | None) -> int:
        """Take a user out of a tenant, or of all."""
        async with self._database.write() as connection:
            for key in (user_key(user_id, None), user_key(None, user_id)):
                where = [tenant_members.c.environment_id == environment_id, tenant_members.c.user_key == key]
                if tenant_id is not None:
                    where.append(tenant_members.c.tenant_id == tenant_id)
                if count := (await connection.execute(delete(tenant_members).where(*where))).rowcount:
                    await queue_user(connection, environment_id, key)
                    return count
        return 0


def membership_of(row: Any) -> Membership:
    """Read a row."""
    return Membership(
        environment_id=row.environment_id,
        user_key=row.user_key,
        tenant_id=row.tenant_id,
        profile=None if row.profile is None else msgspec.json.decode(row.profile),
    )
