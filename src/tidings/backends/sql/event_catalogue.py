"""Every event that sources have sent, and what its properties look like."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from tidings.backends.sql.database import Database
from tidings.backends.sql.known_events import read_known, sighted_of
from tidings.backends.sql.listing import words
from tidings.backends.sql.tables_delivery import known_events
from tidings.effects import Sighted

_SOURCES_MAX = 100
_OUTLINE_MAX = 100_000
Key = tuple[int, int, str, str]


class SqlEventCatalogue:
    """The catalogue in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, keys: Sequence[Key]) -> dict[Key, Sighted]:
        """Read some, by (environment, source, type, name)."""
        found: dict[Key, Sighted] = {}
        table = known_events.c
        async with self._database.read() as connection:
            for key in sorted(set(keys)):
                columns = (table.environment_id, table.source_id, table.type, table.name)
                where = [column == part for column, part in zip(columns, key, strict=True)]
                row = (await connection.execute(select(known_events).where(*where))).first()
                if row is not None:
                    found[key] = sighted_of(row)
        return found

    async def count(self, environment_id: int, source_id: int) -> int:
        """Count a source's events."""
        mine = (known_events.c.environment_id == environment_id, known_events.c.source_id == source_id)
        async with self._database.read() as connection:
            return await connection.scalar(select(func.count()).where(*mine)) or 0

    async def of_source(self, environment_id: int, source_id: int) -> list[Sighted]:
        """List a source's events, by type and name."""
        async with self._database.read() as connection:
            return await read_known(connection, environment_id, source_id)

    async def names(
        self,
        environment_id: int,
        type: str,  # noqa: A002 (Segment's word)
        *,
        begins: str,
        after: str | None,
        limit: int,
    ) -> list[str]:
        """Step from name to name."""
        key = {known_events.c.environment_id: environment_id, known_events.c.type: type}
        found = words(known_events.c.name, key, prefix=begins, after=after, count_max=limit)
        async with self._database.read() as connection:
            return list(await connection.scalars(found))

    async def of_names(self, environment_id: int, type: str, names: Sequence[str]) -> list[Sighted]:  # noqa: A002 (as above)
        """Read some, in order of their names."""
        table = known_events.c
        where = (table.environment_id == environment_id, table.type == type, table.name.in_(names))
        async with self._database.read() as connection:
            query = select(known_events).where(*where).order_by(table.name, table.source_id)
            return [sighted_of(row) for row in await connection.execute(query)] if names else []

    async def outline(self, environment_id: int) -> list[Sighted]:
        """List the events of all sources without what is known of their properties; 100 000 at most."""
        columns: list[ColumnElement[Any]] = [column for column in known_events.c if column.name != "properties"]
        columns.append(literal(b"{}").label("properties"))
        query = select(*columns).where(known_events.c.environment_id == environment_id)
        async with self._database.read() as connection:
            return [sighted_of(row) for row in await connection.execute(query.limit(_OUTLINE_MAX))]

    async def of_name(self, environment_id: int, type: str, name: str) -> list[Sighted]:  # noqa: A002 (Segment's word)
        """Read one event as every source of the environment has sent it; 100 sources at most."""
        table = known_events.c
        where = (table.environment_id == environment_id, table.type == type, table.name == name)
        async with self._database.read() as connection:
            query = select(known_events).where(*where).order_by(table.source_id).limit(_SOURCES_MAX)
            return [sighted_of(row) for row in await connection.execute(query)]
