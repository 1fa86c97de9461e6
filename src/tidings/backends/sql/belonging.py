"""Who belongs to a tenant, or to one below it, as an expansion reads it: some at a time, by id."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.audience_queue import AFTER_KNOWN, KNOWN
from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.tables_identity import tenant_members, tenants
from tidings.tenants import LEVELS_BELOW_MAX

_LOOK_AT = 500


class _Settings(msgspec.Struct):
    parent_tenant_id: str | None = None


_parent = msgspec.json.Decoder(_Settings)


async def members(
    connection: AsyncConnection, environment_id: int, tenant_id: str, *, after: str, limit: int
) -> list[str]:
    """Read the known users of a tenant, by user id, after that one."""
    query = (
        select(tenant_members.c.user_key)
        .where(
            tenant_members.c.environment_id == environment_id,
            tenant_members.c.tenant_id == tenant_id,
            tenant_members.c.user_key > KNOWN + after,
            tenant_members.c.user_key < AFTER_KNOWN,
        )
        .order_by(tenant_members.c.user_key)
        .limit(limit)
    )
    return [key.removeprefix(KNOWN) for key in await connection.scalars(query)]


async def of_all(
    connection: AsyncConnection, environment_id: int, user_ids: Sequence[str], tenant_ids: Sequence[str]
) -> set[str]:
    """Tell which of these users belong to all of these tenants."""
    found: set[str] = set()
    counted = (
        select(tenant_members.c.user_key)
        .where(tenant_members.c.environment_id == environment_id, tenant_members.c.tenant_id.in_(tenant_ids))
        .group_by(tenant_members.c.user_key)
        .having(func.count() == len(set(tenant_ids)))
    )
    keys = [KNOWN + user_id for user_id in user_ids]
    for part in chunks(keys):
        some = counted.where(tenant_members.c.user_key.in_(part))
        found.update(key.removeprefix(KNOWN) for key in await connection.scalars(some))
    return found


async def next_below(
    connection: AsyncConnection, environment_id: int, above: str, *, after: str
) -> tuple[str, bool] | None:
    """Look at some tenants after that one: the first that is `above` or below it, else the last that was looked at."""
    query = select(tenants.c.id, tenants.c.settings).where(
        tenants.c.environment_id == environment_id, tenants.c.id > after
    )
    rows = (await connection.execute(query.order_by(tenants.c.id).limit(_LOOK_AT))).all()
    parents = {row.id: _above(row.settings) for row in rows}
    await _fill(connection, environment_id, parents)
    for row in rows:
        if _is_below(row.id, above, parents):
            return row.id, True
    return (rows[-1].id, False) if rows else None


async def _fill(connection: AsyncConnection, environment_id: int, parents: dict[str, str | None]) -> None:
    """Read who stands above these, level by level."""
    for _ in range(LEVELS_BELOW_MAX):
        missing = sorted({parent for parent in parents.values() if parent is not None} - parents.keys())
        if not missing:
            return
        parents |= dict.fromkeys(missing)
        query = select(tenants.c.id, tenants.c.settings).where(
            tenants.c.environment_id == environment_id, tenants.c.id.in_(missing)
        )
        parents |= {row.id: _above(row.settings) for row in await connection.execute(query)}


def _is_below(tenant_id: str | None, above: str, parents: dict[str, str | None]) -> bool:
    for _ in range(LEVELS_BELOW_MAX):
        if tenant_id is None or tenant_id == above:
            break
        tenant_id = parents.get(tenant_id)
    return tenant_id == above


def _above(settings: bytes) -> str | None:
    try:
        return _parent.decode(settings).parent_tenant_id or None
    except msgspec.ValidationError:  # what the API was told there is no id
        return None
