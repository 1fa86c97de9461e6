"""The suppression list, over SQL."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from tidings.backends.sql.bulk import by_key, read_many, read_raw
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.rows import Row
from tidings.backends.sql.tables_preferences import suppressions as table
from tidings.errors import Conflict, NotFound
from tidings.ports import Page
from tidings.suppressions import Suppression

_ADD = insert(table).on_conflict_do_nothing()
_FOUND = by_key(table, "environment_id", "address")


class SqlSuppressionStore:
    """Suppressions in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, suppressions: Sequence[Suppression]) -> None:
        """Put on the list."""
        rows = [
            {
                "environment_id": each.environment_id,
                "address": each.address,
                "kind": each.kind,
                "detail": each.detail,
                "created": each.created,
            }
            for each in suppressions
        ]
        if rows:
            async with self._database.write() as connection:
                await connection.execute(_ADD, rows)

    async def remove(self, environment_id: int, address: str) -> None:
        """Take off the list."""
        one = (table.c.environment_id == environment_id, table.c.address == address)
        async with self._database.write() as connection:
            if (await connection.execute(delete(table).where(*one, table.c.kind != "privacy"))).rowcount == 0:
                if await connection.scalar(select(table.c.kind).where(*one)) is not None:
                    raise Conflict("this user asked not to be known: a regulation UNSUPPRESS lifts that")
                raise _unknown()

    async def get(self, environment_id: int, address: str) -> Suppression:
        """Read one."""
        found = await self.among([(environment_id, address)])
        if not found:
            raise _unknown()
        return found[environment_id, address]

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Suppression]:
        """List, by address."""
        place = decode(cursor, str)
        query = select(table).where(table.c.environment_id == environment_id)
        if place:
            query = query.where(table.c.address > place[0])
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(table.c.address).limit(limit + 1))).all()
        items = [_suppression(row) for row in rows[:limit]]
        return Page(items, encode(items[-1].address) if len(rows) > limit else None)

    async def among(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Suppression]:
        """Find which are on the list."""
        if not keys:
            return {}
        if self._database.dialect == "sqlite":
            listed = await self._database.look(lambda raw: read_raw(raw, _FOUND, keys))
            return {(row[0], row[1]): _suppression(row) for row in listed}
        async with self._database.read() as connection:
            listed = list(await read_many(connection, _FOUND, keys))
        return {(row[0], row[1]): _suppression(row) for row in listed}


def _suppression(row: Row) -> Suppression:
    return Suppression(environment_id=row[0], address=row[1], kind=row[2], detail=row[3], created=row[4])


def _unknown() -> NotFound:
    return NotFound("this address is not on the suppression list")
