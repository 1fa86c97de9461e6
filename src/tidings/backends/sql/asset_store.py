"""Which pictures there are, over SQL."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from tidings.assets import Asset
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.listing import earlier
from tidings.backends.sql.tables_assets import assets
from tidings.errors import NotFound, TooLarge
from tidings.ports import Page

ASSETS_MAX = 10_000
_PLACE = (assets.c.created, assets.c.id)


class SqlAssetStore:
    """Pictures in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, asset: Asset) -> Asset:
        """Note one."""
        async with self._database.write() as connection:
            await connection.execute(insert(assets).values(msgspec.structs.asdict(asset)).on_conflict_do_nothing())
            mine = assets.c.environment_id == asset.environment_id
            if (await connection.scalar(select(func.count()).select_from(assets).where(mine)) or 0) > ASSETS_MAX:
                raise TooLarge(f"an environment holds {ASSETS_MAX} pictures at most: delete some first")
            row = (await connection.execute(select(assets).where(assets.c.id == asset.id))).one()
        return _asset(row)

    async def find(self, asset_id: str) -> Asset:
        """Read one."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(assets).where(assets.c.id == asset_id))).first()
        if row is None:
            raise NotFound("Not Found")
        return _asset(row)

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Asset]:
        """List, newest first."""
        where: list[ColumnElement[bool]] = [assets.c.environment_id == environment_id]
        if (before := decode(cursor, int, str)) is not None:
            where.append(earlier(_PLACE, before))
        query = select(assets).where(*where).order_by(*(column.desc() for column in _PLACE)).limit(limit + 1)
        async with self._database.read() as connection:
            found = [_asset(row) for row in await connection.execute(query)]
        if len(found) <= limit:
            return Page(found)
        return Page(found[:limit], encode(found[limit - 1].created, found[limit - 1].id))

    async def delete(self, environment_id: int, asset_id: str) -> Asset:
        """Strike one off."""
        asset = await self.find(asset_id)
        mine = (assets.c.environment_id == environment_id, assets.c.id == asset_id)
        async with self._database.write() as connection:
            if not (await connection.execute(delete(assets).where(*mine))).rowcount:
                raise NotFound("there is no picture of this id in this environment")
        return asset


def _asset(row: Row[Any]) -> Asset:
    return Asset(**row._mapping)  # noqa: SLF001 SQLAlchemy's own name for it
