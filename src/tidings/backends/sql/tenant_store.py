"""Tenants, for the API, in the rows that the inbound step writes."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select, text, update

from tidings.backends.sql.audience_queue import queue_tenant
from tidings.backends.sql.bulk import by_key, read_many
from tidings.backends.sql.chunks import any_of, chunks
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.membership_store import membership_of
from tidings.backends.sql.tables_identity import tenant_members, tenants
from tidings.backends.sql.tables_tenant_templates import tenant_template_versions, tenant_templates
from tidings.errors import NotFound, TooLarge
from tidings.ports import Page
from tidings.preferences.inherited import ITEMS_MAX
from tidings.records import user_key
from tidings.tenants import LEVELS_READ_MAX, Lineage, Membership, Tenant

_PUT = text(
    "INSERT INTO tenants (environment_id, id, name, properties, settings, created, updated)"
    " VALUES (:environment_id, :id, :name, :properties, :settings, :now, :now)"
    " ON CONFLICT (environment_id, id) DO UPDATE SET name = excluded.name, properties = excluded.properties,"
    " settings = excluded.settings, updated = excluded.updated"
)

_MEMBERS = by_key(tenant_members, "environment_id", "user_key", "tenant_id")
_CHUNK = 300
_LOOK = 2_000
"""So many tenants are looked through for those below one."""


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
            for _ in range(LEVELS_READ_MAX if asked else 0):
                for part in chunks(asked, _CHUNK):
                    query = select(tenants).where(any_of((tenants.c.environment_id, tenants.c.id), part))
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

    async def page(self, environment_id: int, *, parent_id: str | None, limit: int, cursor: str | None) -> Page[Tenant]:
        """List tenants by id; with `parent_id`, those right below that one, as far as one look goes."""
        after = decode(cursor, str)
        query = select(tenants).where(tenants.c.environment_id == environment_id)
        if after is not None:
            query = query.where(tenants.c.id > after[0])
        size = limit if parent_id is None else _LOOK
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(tenants.c.id).limit(size + 1))).all()
        looked = [_tenant(row) for row in rows[:size]]
        found = [each for each in looked if parent_id is None or _parent(each) == parent_id]
        if len(found) > limit:
            return Page(found[:limit], encode(found[limit - 1].id))
        return Page(found, encode(looked[-1].id) if len(rows) > size else None)

    async def delete(self, environment_id: int, tenant_id: str) -> None:
        """Forget it, with its memberships and its own templates. Raises `NotFound`."""
        one = (tenants.c.environment_id == environment_id, tenants.c.id == tenant_id)
        async with self._database.write() as connection:
            if not (await connection.execute(delete(tenants).where(*one))).rowcount:
                raise _not_found(tenant_id)
            await queue_tenant(connection, environment_id, tenant_id)
            for table in (tenant_members, tenant_templates, tenant_template_versions):
                its = (table.c.environment_id == environment_id, table.c.tenant_id == tenant_id)
                await connection.execute(delete(table).where(*its))

    async def member_profiles(
        self, keys: Sequence[tuple[int, str, str]]
    ) -> dict[tuple[int, str, str], dict[str, Any] | None]:
        """Find members, and what each is there."""
        found: dict[tuple[int, str, str], dict[str, Any] | None] = {}
        async with self._database.read() as connection:
            for part in chunks(keys, _CHUNK):
                for environment_id, user_key, tenant_id, _created, profile in await read_many(
                    connection, _MEMBERS, part
                ):
                    found[environment_id, user_key, tenant_id] = profile and msgspec.json.decode(profile)
        return found

    async def prefer(
        self, environment_id: int, tenant_id: str, topic_id: str, item: Mapping[str, Any] | None, *, now: int
    ) -> None:
        """Put an item in the place of the topic's, or take that out."""
        here = (tenants.c.environment_id == environment_id, tenants.c.id == tenant_id)
        async with self._database.write() as connection:
            row = (await connection.execute(select(tenants.c.settings).where(*here).with_for_update())).first()
            if row is None:
                raise NotFound(f"there is no tenant {tenant_id[:80]!r} in this environment")
            settings = msgspec.json.decode(row.settings)
            kept = settings.get("default_preferences")
            before = kept.get("items") if isinstance(kept, dict) else None
            items = [each for each in before or () if not (isinstance(each, dict) and each.get("id") == topic_id)]
            items += [] if item is None else [dict(item)]
            if len(items) > ITEMS_MAX:
                raise TooLarge(f"a tenant has {ITEMS_MAX} default preferences at most")
            settings["default_preferences"] = {"items": items}
            values = {"settings": msgspec.json.encode(settings), "updated": now}
            await connection.execute(update(tenants).where(*here).values(values))

    async def memberships(
        self, environment_id: int, user_id: str, *, limit: int, cursor: str | None
    ) -> Page[Membership]:
        """List the tenants of a user, by tenant id."""
        after = decode(cursor, str)
        async with self._database.read() as connection:
            for key in (user_key(user_id, None), user_key(None, user_id)):
                query = select(tenant_members).where(
                    tenant_members.c.environment_id == environment_id, tenant_members.c.user_key == key
                )
                if after is not None:
                    query = query.where(tenant_members.c.tenant_id > after[0])
                rows = (await connection.execute(query.order_by(tenant_members.c.tenant_id).limit(limit + 1))).all()
                if rows:
                    break
        items = [membership_of(row) for row in rows[:limit]]
        return Page(items, encode(items[-1].tenant_id) if len(rows) > limit else None)


def _lineage(key: tuple[int, str], known: Mapping[tuple[int, str], Tenant]) -> Lineage:
    line: list[Tenant] = []
    while (tenant := known.get(key)) is not None and tenant not in line and len(line) < LEVELS_READ_MAX:
        line.append(tenant)
        key = (key[0], _parent(tenant))
    return Lineage(tuple(line))


def _not_found(tenant_id: str) -> NotFound:
    return NotFound(f"there is no tenant {tenant_id[:80]!r} in this environment")


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
