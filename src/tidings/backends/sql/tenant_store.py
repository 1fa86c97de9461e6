"""Tenants, for the API, in the rows that the inbound step writes."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select, text, tuple_

from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_identity import tenant_members, tenants
from tidings.ports import Page
from tidings.records import user_key
from tidings.tenants import LEVELS_MAX, Lineage, Membership, Tenant

_PUT = text(
    "INSERT INTO tenants (environment_id, id, name, properties, settings, created, updated)"
    " VALUES (:environment_id, :id, :name, :properties, :settings, :now, :now)"
    " ON CONFLICT (environment_id, id) DO UPDATE SET name = excluded.name, properties = excluded.properties,"
    " settings = excluded.settings, updated = excluded.updated"
)

_PLACE = tuple_(tenants.c.environment_id, tenants.c.id)
_CHUNK = 400


class SqlTenantStore:
    """Tenants in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, environment_id: int, tenant_id: str) -> Tenant | None:
        """Look one up."""
        query = select(tenants).where(tenants.c.environment_id == environment_id, tenants.c.id == tenant_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return _tenant(row) if row else None

    async def lineages(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Lineage]:
        """Find tenants with those above them: one query a level. A tenant above itself ends the line."""
        known: dict[tuple[int, str], Tenant] = {}
        asked = sorted(set(keys))
        async with self._database.read() as connection:
            for _ in range(LEVELS_MAX if asked else 0):
                for start in range(0, len(asked), _CHUNK):
                    query = select(tenants).where(_PLACE.in_(asked[start : start + _CHUNK]))
                    known |= {(row.environment_id, row.id): _tenant(row) for row in await connection.execute(query)}
                above = {(key[0], parent) for key in asked if key in known and (parent := _parent(known[key]))}
                if not (asked := sorted(above - known.keys())):
                    break
        return {key: _lineage(key, known) for key in set(keys) if key in known}

    async def put(self, tenant: Tenant, *, now: int) -> None:
        """Make it, or replace all of it."""
        values = {
            "environment_id": tenant.environment_id,
            "id": tenant.id,
            "name": tenant.name,
            "properties": msgspec.json.encode(tenant.properties),
            "settings": msgspec.json.encode(tenant.settings),
            "now": now,
        }
        async with self._database.write() as connection:
            await connection.execute(_PUT, values)

    async def memberships(
        self, environment_id: int, user_id: str, *, limit: int, cursor: str | None
    ) -> Page[Membership]:
        """List the tenants of a user, by tenant id."""
        after = decode(cursor, str)
        async with self._database.read() as connection:
            for key in (user_key(user_id, None), user_key(None, user_id)):
                query = select(tenant_members.c.tenant_id).where(
                    tenant_members.c.environment_id == environment_id, tenant_members.c.user_key == key
                )
                if after is not None:
                    query = query.where(tenant_members.c.tenant_id > after[0])
                ids = list(await connection.scalars(query.order_by(tenant_members.c.tenant_id).limit(limit + 1)))
                if ids:
                    break
        items = [Membership(environment_id=environment_id, user_key=key, tenant_id=tenant_id) for tenant_id in ids]
        return Page(items) if len(items) <= limit else Page(items[:limit], encode(ids[limit - 1]))


def _lineage(key: tuple[int, str], known: Mapping[tuple[int, str], Tenant]) -> Lineage:
    line: list[Tenant] = []
    while (tenant := known.get(key)) is not None and tenant not in line and len(line) < LEVELS_MAX:
        line.append(tenant)
        key = (key[0], _parent(tenant))
    return Lineage(tuple(line))


def _parent(tenant: Tenant) -> str:
    parent = tenant.settings.get("parent_tenant_id")
    return parent if isinstance(parent, str) else ""


def _tenant(row: Row[Any]) -> Tenant:
    return Tenant(
        environment_id=row.environment_id,
        id=row.id,
        name=row.name,
        properties=msgspec.json.decode(row.properties),
        settings=msgspec.json.decode(row.settings),
    )
