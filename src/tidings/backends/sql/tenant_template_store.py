"""Tenants' own versions of templates."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Table, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.chunks import any_of, chunks
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables import templates
from tidings.backends.sql.tables_identity import tenants
from tidings.backends.sql.tables_tenant_templates import tenant_template_versions, tenant_templates
from tidings.errors import NotFound, TooLarge
from tidings.ports.page import Page
from tidings.ports.tenant_template_store import Key
from tidings.tenants import TenantTemplate, TenantTemplateVersion

TEMPLATES_MAX = 1_000
"""Of one tenant: as many as anybody has templates."""
VERSIONS_MAX = 100
"""Kept of one template of one tenant, beside the published one."""
_PAGE_MAX = 100
_NUMBER_MAX = 2**31 - 1
_CHUNK = 300

_VERSION: tuple[ColumnElement[Any], ...] = (
    tenant_template_versions.c.environment_id,
    tenant_template_versions.c.tenant_id,
    tenant_template_versions.c.template_id,
    tenant_template_versions.c.version,
    tenant_template_versions.c.content,
    tenant_template_versions.c.options,
    tenant_template_versions.c.created.label("written"),
    tenant_template_versions.c.creator,
)
_OF_TEMPLATE = and_(
    tenant_template_versions.c.environment_id == tenant_templates.c.environment_id,
    tenant_template_versions.c.tenant_id == tenant_templates.c.tenant_id,
    tenant_template_versions.c.template_id == tenant_templates.c.template_id,
)
_WITH_LATEST: Select[Any] = select(
    tenant_templates,
    *(column for column in _VERSION if column.name not in {"environment_id", "tenant_id", "template_id"}),
).join(
    tenant_template_versions,
    and_(_OF_TEMPLATE, tenant_template_versions.c.version == tenant_templates.c.latest_version),
)


class SqlTenantTemplateStore:
    """Tenants' templates in the state database. Every change bumps the `mapping` revision."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self, environment_id: int, version: TenantTemplateVersion, *, publish: bool
    ) -> tuple[TenantTemplate, bool]:
        """Keep the next version; say whether it is the first. Raises `NotFound` and `TooLarge`."""
        key = (environment_id, version.tenant_id, version.template_id)
        async with self._database.write() as connection:
            await _hold_tenant(connection, environment_id, version.tenant_id)
            last = await connection.scalar(select(tenant_templates.c.latest_version).where(_is(tenant_templates, key)))
            if last is None:
                await _check_room(connection, environment_id, version.tenant_id)
                await connection.execute(tenant_templates.insert().values(_new(key, version.created)))
            number = (last or 0) + 1
            await connection.execute(tenant_template_versions.insert().values(_values(key, number, version)))
            changed = {"latest_version": number, "updated": version.created}
            if publish:
                changed |= {"published_version": number, "published": version.created}
            await connection.execute(update(tenant_templates).where(_is(tenant_templates, key)).values(changed))
            await _forget_old(connection, key, number)
            await bump(connection, "mapping")
            return await _read(connection, key), last is None

    async def publish(
        self, environment_id: int, tenant_id: str, template_id: str, *, version: int | None, now: int
    ) -> TenantTemplate:
        """Send this version from now on; None is the latest. Raises `NotFound`."""
        key = (environment_id, tenant_id, template_id)
        async with self._database.write() as connection:
            found = await _read(connection, key)
            if version is not None and await _row(connection, key, version) is None:
                raise _no_version(template_id, version)
            changed = {"published_version": version or found.latest.version, "published": now, "updated": now}
            await connection.execute(update(tenant_templates).where(_is(tenant_templates, key)).values(changed))
            await bump(connection, "mapping")
            return await _read(connection, key)

    async def get(self, environment_id: int, tenant_id: str, template_id: str) -> TenantTemplate:
        """Read one. Raises `NotFound`."""
        async with self._database.read() as connection:
            return await _read(connection, (environment_id, tenant_id, template_id))

    async def version(
        self, environment_id: int, tenant_id: str, template_id: str, version: int | None
    ) -> TenantTemplateVersion:
        """Read a version; None is the latest. Raises `NotFound`."""
        key = (environment_id, tenant_id, template_id)
        async with self._database.read() as connection:
            latest = (await _read(connection, key)).latest
            if version is None:
                return latest
            row = await _row(connection, key, version)
        if row is None:
            raise _no_version(template_id, version)
        return _version_of(row)

    async def page(
        self, environment_id: int, tenant_id: str, *, limit: int, cursor: str | None
    ) -> Page[TenantTemplate]:
        """List a tenant's, by template id; 100 a page at most."""
        query = _WITH_LATEST.where(
            tenant_templates.c.environment_id == environment_id, tenant_templates.c.tenant_id == tenant_id
        )
        if (place := decode(cursor, str)) is not None:
            query = query.where(tenant_templates.c.template_id > place[0])
        limit = min(limit, _PAGE_MAX)
        query = query.order_by(tenant_templates.c.template_id).limit(limit + 1)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        items = [_template_of(row) for row in rows[:limit]]
        return Page(items, encode(items[-1].template_id) if len(rows) > limit else None)

    async def delete(self, environment_id: int, tenant_id: str, template_id: str) -> None:
        """Delete all versions. Raises `NotFound`."""
        key = (environment_id, tenant_id, template_id)
        async with self._database.write() as connection:
            done = await connection.execute(delete(tenant_templates).where(_is(tenant_templates, key)))
            if not done.rowcount:
                raise _unknown(key)
            await connection.execute(delete(tenant_template_versions).where(_is(tenant_template_versions, key)))
            await bump(connection, "mapping")

    async def published(self, keys: Sequence[Key]) -> dict[Key, TenantTemplateVersion]:
        """Find what to send."""
        wanted, found = sorted(set(keys)), {}
        if not wanted:
            return {}
        archived = and_(
            templates.c.environment_id == tenant_templates.c.environment_id,
            templates.c.id == tenant_templates.c.template_id,
            templates.c.archived.is_not(None),
        )
        query = select(*_VERSION).join(
            tenant_templates,
            and_(_OF_TEMPLATE, tenant_template_versions.c.version == tenant_templates.c.published_version),
        )
        query = query.where(~select(templates.c.id).where(archived).exists())
        place = (tenant_templates.c.environment_id, tenant_templates.c.tenant_id, tenant_templates.c.template_id)
        async with self._database.read() as connection:
            for part in chunks(wanted, _CHUNK):
                for row in await connection.execute(query.where(any_of(place, part))):
                    found[(row.environment_id, row.tenant_id, row.template_id)] = _version_of(row)
        return found


async def _hold_tenant(connection: AsyncConnection, environment_id: int, tenant_id: str) -> None:
    """Lock the tenant, so that its templates are written one after the other."""
    query = select(tenants.c.id).where(tenants.c.environment_id == environment_id, tenants.c.id == tenant_id)
    if await connection.scalar(query.with_for_update()) is None:
        raise NotFound(f"there is no tenant {tenant_id!r} in this environment")


async def _check_room(connection: AsyncConnection, environment_id: int, tenant_id: str) -> None:
    mine = (tenant_templates.c.environment_id == environment_id, tenant_templates.c.tenant_id == tenant_id)
    if (await connection.scalar(select(func.count()).select_from(tenant_templates).where(*mine)) or 0) >= TEMPLATES_MAX:
        raise TooLarge(f"a tenant has {TEMPLATES_MAX} templates at most")


async def _forget_old(connection: AsyncConnection, key: Key, number: int) -> None:
    query = select(tenant_templates.c.published_version).where(_is(tenant_templates, key))
    published = await connection.scalar(query) or 0
    version = tenant_template_versions.c.version
    old = (_is(tenant_template_versions, key), version <= number - VERSIONS_MAX, version != published)
    await connection.execute(delete(tenant_template_versions).where(*old))


async def _read(connection: AsyncConnection, key: Key) -> TenantTemplate:
    row = (await connection.execute(_WITH_LATEST.where(_is(tenant_templates, key)))).first()
    if row is None:
        raise _unknown(key)
    return _template_of(row)


async def _row(connection: AsyncConnection, key: Key, version: int) -> Row[Any] | None:
    number = min(max(version, 0), _NUMBER_MAX)
    at = and_(_is(tenant_template_versions, key), tenant_template_versions.c.version == number)
    return (await connection.execute(select(*_VERSION).where(at))).first()


def _is(table: Table, key: Key) -> ColumnElement[bool]:
    environment_id, tenant_id, template_id = key
    return and_(
        table.c.environment_id == environment_id,
        table.c.tenant_id == tenant_id,
        table.c.template_id == template_id,
    )


def _new(key: Key, now: int) -> dict[str, Any]:
    names = ("environment_id", "tenant_id", "template_id")
    return {**dict(zip(names, key, strict=True)), "latest_version": 0, "created": now, "updated": now}


def _values(key: Key, number: int, version: TenantTemplateVersion) -> dict[str, Any]:
    environment_id, tenant_id, template_id = key
    return {
        "environment_id": environment_id,
        "tenant_id": tenant_id,
        "template_id": template_id,
        "version": number,
        "content": msgspec.json.encode(version.content),
        "options": msgspec.json.encode(version.options),
        "created": version.created,
        "creator": version.creator,
    }


def _version_of(row: Row[Any]) -> TenantTemplateVersion:
    return TenantTemplateVersion(
        tenant_id=row.tenant_id,
        template_id=row.template_id,
        version=row.version,
        content=msgspec.json.decode(row.content),
        options=msgspec.json.decode(row.options),
        created=row.written,
        creator=row.creator,
    )


def _template_of(row: Row[Any]) -> TenantTemplate:
    return TenantTemplate(
        environment_id=row.environment_id,
        tenant_id=row.tenant_id,
        template_id=row.template_id,
        created=row.created,
        updated=row.updated,
        published=row.published,
        published_version=row.published_version,
        latest=_version_of(row),
    )


def _unknown(key: Key) -> NotFound:
    return NotFound(f"the tenant {key[1]!r} has no template {key[2]!r} of its own")


def _no_version(template_id: str, version: int) -> NotFound:
    return NotFound(f"the tenant's template {template_id!r} has no version v{version}")
