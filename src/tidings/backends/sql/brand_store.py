"""Brands."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.chunks import any_of
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables_content import brands
from tidings.brands import Brand, Draft, Snippet
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.ports.page import Page

BRANDS_MAX = 1_000
"""Of one environment: one for each of its customers, say."""
_PAGE_MAX = 100


class SqlBrandStore:
    """Brands in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, brand: Brand) -> Brand:
        """Keep a new one; answers it as it is kept. Raises `Conflict` when the id is taken, `TooLarge` past 1 000."""
        async with self._database.write() as connection:
            await bump(connection, "words")
            here = brands.c.environment_id == brand.environment_id
            count = await connection.scalar(select(func.count()).select_from(brands).where(here))
            if (count or 0) >= BRANDS_MAX:
                raise TooLarge(f"an environment has {BRANDS_MAX} brands at most")
            kept = msgspec.structs.replace(brand, is_default=not count)
            try:
                await connection.execute(brands.insert().values(_values(kept)))
            except IntegrityError:
                raise Conflict(f"the brand id {brand.id!r} is taken") from None
        return kept

    async def replace(self, brand: Brand) -> Brand:
        """Replace name, settings and snippets; what else there is stays. Raises `NotFound`."""
        at = _one(brand.environment_id, brand.id)
        values = _values(brand)
        changed = {name: values[name] for name in ("name", "settings", "snippets", "updated", "published")}
        async with self._database.write() as connection:
            await bump(connection, "words")
            return await _changed(connection, at, brand.id, changed)

    async def write_draft(self, environment_id: int, brand_id: str, draft: Draft | None) -> Brand:
        """Keep what it may become, or with None forget it. Raises `NotFound`."""
        changed = {"draft": None if draft is None else msgspec.json.encode(draft)}
        async with self._database.write() as connection:
            await bump(connection, "words")
            return await _changed(connection, _one(environment_id, brand_id), brand_id, changed)

    async def publish(self, environment_id: int, brand_id: str, *, now: int) -> Brand:
        """Let it become its draft. Raises `NotFound`, and `Conflict` when there is none."""
        at = _one(environment_id, brand_id)
        async with self._database.write() as connection:
            await bump(connection, "words")
            row = (await connection.execute(select(brands).where(at))).first()
            if row is None:
                raise _unknown(brand_id)
            if (draft := _brand(row).draft) is None:
                raise Conflict(f"the brand {brand_id!r} has no draft to publish")
            changed = {
                "name": draft.name,
                "settings": msgspec.json.encode(draft.settings),
                "snippets": msgspec.json.encode(draft.snippets),
                "updated": now,
                "published": now,
                "draft": None,
            }
            return await _changed(connection, at, brand_id, changed)

    async def get(self, environment_id: int, brand_id: str) -> Brand:
        """Read one. Raises `NotFound`."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(brands).where(_one(environment_id, brand_id)))).first()
        if row is None:
            raise _unknown(brand_id)
        return _brand(row)

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Brand]:
        """List them, oldest first; 100 a page at most."""
        query = select(brands).where(brands.c.environment_id == environment_id)
        if (place := decode(cursor, int, str)) is not None:
            query = query.where(tuple_(brands.c.created, brands.c.id) > tuple_(*place))
        limit = min(limit, _PAGE_MAX)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(brands.c.created, brands.c.id).limit(limit + 1))).all()
        items = [_brand(row) for row in rows[:limit]]
        return Page(items, encode(items[-1].created, items[-1].id) if len(rows) > limit else None)

    async def delete(self, environment_id: int, brand_id: str) -> None:
        """Delete one. Raises `NotFound`, and `Conflict` for the default brand."""
        at = _one(environment_id, brand_id)
        async with self._database.write() as connection:
            await bump(connection, "words")
            is_default = await connection.scalar(select(brands.c.is_default).where(at))
            if is_default is None:
                raise _unknown(brand_id)
            if is_default:
                raise Conflict("Cannot delete default brand")
            await connection.execute(delete(brands).where(at))

    async def make_default(self, environment_id: int, brand_id: str, *, now: int) -> None:
        """Let it look after every message that has no other brand. Raises `NotFound`."""
        here = brands.c.environment_id == environment_id
        async with self._database.write() as connection:
            await bump(connection, "words")
            if await connection.scalar(select(brands.c.id).where(_one(environment_id, brand_id))) is None:
                raise _unknown(brand_id)
            await connection.execute(update(brands).where(here, brands.c.is_default).values(is_default=False))
            at = _one(environment_id, brand_id)
            await connection.execute(update(brands).where(at).values(is_default=True, updated=now))

    async def find(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Brand]:
        """Find brands by environment and id; the empty id is the default. The unknown are left out."""
        if not keys:
            return {}
        defaults = sorted({environment_id for environment_id, brand_id in keys if not brand_id})
        named = sorted({key for key in keys if key[1]})
        query = select(brands).where(
            or_(
                and_(brands.c.is_default, brands.c.environment_id.in_(defaults)),
                any_of((brands.c.environment_id, brands.c.id), named),
            )
        )
        async with self._database.read() as connection:
            found = [_brand(row) for row in await connection.execute(query)]
        wanted = set(keys)
        by_id = {(brand.environment_id, brand.id): brand for brand in found}
        by_default = {(brand.environment_id, ""): brand for brand in found if brand.is_default}
        return {key: brand for key, brand in (by_id | by_default).items() if key in wanted}


async def _changed(connection: AsyncConnection, at: Any, brand_id: str, values: dict[str, Any]) -> Brand:
    done = await connection.execute(update(brands).where(at).values(values))
    if not done.rowcount:
        raise _unknown(brand_id)
    return _brand((await connection.execute(select(brands).where(at))).one())


def _one(environment_id: int, brand_id: str) -> Any:
    return and_(brands.c.environment_id == environment_id, brands.c.id == brand_id)


def _values(brand: Brand) -> dict[str, Any]:
    return {
        "environment_id": brand.environment_id,
        "id": brand.id,
        "name": brand.name,
        "settings": msgspec.json.encode(brand.settings),
        "snippets": msgspec.json.encode(brand.snippets),
        "is_default": brand.is_default,
        "created": brand.created,
        "updated": brand.updated,
        "published": brand.published,
    }


def _brand(row: Row[Any]) -> Brand:
    return Brand(
        environment_id=row.environment_id,
        id=row.id,
        name=row.name,
        settings=msgspec.json.decode(row.settings),
        snippets=msgspec.json.decode(row.snippets, type=tuple[Snippet, ...]),
        is_default=bool(row.is_default),
        created=row.created,
        updated=row.updated,
        published=row.published,
        draft=None if row.draft is None else msgspec.json.decode(row.draft, type=Draft),
    )


def _unknown(brand_id: str) -> NotFound:
    return NotFound(f"there is no brand {brand_id!r} in this environment")
