"""The suppression list, over SQL."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from tidings.backends.sql.bulk import by_key, look_up
from tidings.backends.sql.closing import CLOSE, closing_parameters
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.rows import Row
from tidings.backends.sql.tables_preferences import suppressions as table
from tidings.errors import Conflict, NotFound
from tidings.ports import Page
from tidings.suppressions import Suppression

_FOUND = by_key(table, "environment_id", "address")


class SqlSuppressionStore:
    """Suppressions in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, suppressions: Sequence[Suppression]) -> None:
        """Put on the list."""
        if suppressions:
            async with self._database.write() as connection:
                await connection.execute(CLOSE, closing_parameters(suppressions))

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
        rows = await look_up(self._database, _FOUND, keys)
        return {(row[0], row[1]): _suppression(row) for row in rows}


def _suppression(row: Row) -> Suppression:
    return Suppression(environment_id=row[0], address=row[1], kind=row[2], detail=row[3], created=row[4])


def _unknown() -> NotFound:
    return NotFound("this address is not on the suppression list")
