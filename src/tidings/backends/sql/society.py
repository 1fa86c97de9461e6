"""The inbound step's words about who is who, in SQL that every dialect takes. Only batches that speak of it ask."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.tables_identity import profile_links, tenants
from tidings.effects import Effects
from tidings.effects.society import Key, NamedTenant, Society
from tidings.errors import Unavailable

_LINK = text(
    "INSERT INTO profile_links (environment_id, anonymous_key, user_key, at)"
    " VALUES (:environment_id, :anonymous_key, :user_key, :at) ON CONFLICT DO NOTHING"
)
_NEW_TENANT = text(
    "INSERT INTO tenants (environment_id, id, name, properties, settings, created, updated)"
    " VALUES (:environment_id, :id, :name, :properties, :settings, :at, :at) ON CONFLICT DO NOTHING"
)
_TENANT = text(
    "UPDATE tenants SET name = :name, properties = :properties, updated = :at"
    " WHERE environment_id = :environment_id AND id = :id"
)
_JOIN = text(
    "INSERT INTO tenant_members (environment_id, user_key, tenant_id, created)"
    " VALUES (:environment_id, :user_key, :tenant_id, :at) ON CONFLICT DO NOTHING"
)


async def read(connection: AsyncConnection, anonymous: Sequence[Key], tenant_ids: Sequence[Key]) -> Society:
    """Read links and tenants; the tenants stay ours until the transaction ends."""
    links: dict[Key, str] = {}
    for environment_id, keys in _chunks(anonymous):
        query = select(profile_links.c.anonymous_key, profile_links.c.user_key).where(
            profile_links.c.environment_id == environment_id, profile_links.c.anonymous_key.in_(keys)
        )
        links |= {(environment_id, row[0]): row[1] for row in await connection.execute(query)}
    found: dict[Key, NamedTenant] = {}
    for environment_id, ids in _chunks(tenant_ids):
        held = select(tenants.c.id, tenants.c.name, tenants.c.properties, tenants.c.updated).where(
            tenants.c.environment_id == environment_id, tenants.c.id.in_(ids)
        )
        rows = await connection.execute(held.order_by(tenants.c.id).with_for_update())
        found |= {(environment_id, row[0]): NamedTenant(row[1], msgspec.json.decode(row[2]), row[3]) for row in rows}
    return Society(links, found)


async def write(connection: AsyncConnection, effects: Effects) -> None:
    """Write links, tenants and memberships.

    Raises `Unavailable` when another partition made one of the same in the meantime: what was decided from its
    absence has to be decided anew.
    """
    if effects.links:
        await _anew(connection, _LINK, [msgspec.structs.asdict(link) for link in effects.links])
    rows = [
        {
            "environment_id": tenant.environment_id,
            "id": tenant.tenant_id,
            "name": tenant.name,
            "properties": msgspec.json.encode(tenant.properties),
            "settings": b"{}",
            "at": tenant.at,
            "is_new": tenant.is_new,
        }
        for tenant in sorted(effects.tenants, key=lambda tenant: (tenant.environment_id, tenant.tenant_id))
    ]
    if new := [row for row in rows if row["is_new"]]:
        await _anew(connection, _NEW_TENANT, new)
    if old := [row for row in rows if not row["is_new"]]:
        await connection.execute(_TENANT, old)
    if effects.joinings:
        await connection.execute(_JOIN, [msgspec.structs.asdict(joining) for joining in effects.joinings])


async def _anew(connection: AsyncConnection, statement: object, rows: Sequence[dict[str, object]]) -> None:
    for row in rows:  # one by one: not every driver counts the rows of many
        if (await connection.execute(statement, row)).rowcount != 1:  # type: ignore[call-overload] # a text clause
            raise Unavailable("another partition was faster; what it wrote has to be read first")


def _chunks(keys: Sequence[Key]) -> list[tuple[int, Sequence[str]]]:
    by_environment: dict[int, list[str]] = defaultdict(list)
    for environment_id, key in sorted(set(keys)):
        by_environment[environment_id].append(key)
    return [(environment_id, part) for environment_id, found in by_environment.items() for part in chunks(found)]
