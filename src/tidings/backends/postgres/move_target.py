"""Filling an empty database of PostgreSQL with the tables of another installation, so that it can be gone on with."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from tidings.backends.postgres.session import Session
from tidings.backends.sql.moving import Sum
from tidings.backends.sql.partitions import Partitioned
from tidings.errors import Conflict

_SCHEMA = "tidings_move"
_PREPARE = f"""
CREATE SCHEMA IF NOT EXISTS {_SCHEMA};
CREATE TABLE IF NOT EXISTS {_SCHEMA}.origin (id text NOT NULL);
CREATE TABLE IF NOT EXISTS {_SCHEMA}.progress (name text PRIMARY KEY, last bytea NOT NULL, rows bigint NOT NULL);
"""
_NOTE = f"""
INSERT INTO {_SCHEMA}.progress VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET last = excluded.last, rows = excluded.rows
"""
_SET_SEQUENCE = (
    "SELECT setval(pg_get_serial_sequence($1, $2), greatest(coalesce((SELECT max({column}) FROM {table}), 0), 1))"
)
_READ_ROWS, _READ_BYTES = 5_000, 4 * 1024 * 1024
"""What one look at the rows that arrived brings at most, as far as the rows before tell how large they are."""


class MoveTarget:
    """One database that nobody serves yet. How far each table has come is kept in the transaction of its rows."""

    def __init__(self, url: str, *, setting: str) -> None:
        self._session = Session(url, setting=setting)

    async def begin(self, origin: str, tables: Sequence[Table]) -> dict[str, tuple[bytes, int]]:
        """Claim the database for this origin; tell how far an earlier try came: the last key and the rows, by table.

        Raises `Conflict` when it holds anything else, `Unavailable` and `ConfigurationError` as a session does.
        """

        async def use(connection: Any) -> dict[str, tuple[bytes, int]]:
            async with connection.transaction():
                begun = await connection.fetchval(f"SELECT to_regclass('{_SCHEMA}.origin') IS NOT NULL")
                if not begun:
                    for table in tables:
                        if await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{table.name}")'):
                            raise Conflict(
                                f"the database of --to holds rows already (in {table.name}): name an empty one"
                            )
                await connection.execute(_PREPARE)
                found = await connection.fetchval(f"SELECT id FROM {_SCHEMA}.origin")
                if found is None:
                    await connection.execute(f"INSERT INTO {_SCHEMA}.origin VALUES ($1)", origin)
                elif found != origin:
                    raise Conflict("another installation is being moved into the database of --to: name an empty one")
                rows = await connection.fetch(f"SELECT name, last, rows FROM {_SCHEMA}.progress")
            return {row["name"]: (row["last"], row["rows"]) for row in rows}

        return await self._session.run(use)

    async def partition(self, table: Partitioned, numbers: range) -> None:
        """Make the partitions that rows of the past will lie in."""

        async def use(connection: Any) -> None:
            for number in numbers:
                await connection.execute(table.creation(number))

        await self._session.run(use)

    async def write(self, table: Table, rows: Sequence[tuple[Any, ...]], *, last: bytes, done: int) -> None:
        """Add rows, and note that the table has come so far, in one transaction."""

        async def use(connection: Any) -> None:
            async with connection.transaction():
                await connection.copy_records_to_table(table.name, records=rows, columns=_names(table))
                await connection.execute(_NOTE, table.name, last, done)

        await self._session.run(use)

    async def summed(self, table: Table) -> Sum:
        """Add a table up from what the database holds."""

        async def use(connection: Any) -> Sum:
            total = Sum()
            names = ", ".join(f'"{name}"' for name in _names(table))
            async with connection.transaction(readonly=True):
                cursor = await connection.cursor(f'SELECT {names} FROM "{table.name}"')
                count = 100
                while rows := await cursor.fetch(count):
                    total = total.plus(tuple(row) for row in rows)
                    size = sum(len(value) for row in rows for value in row if isinstance(value, bytes | str))
                    count = max(1, min(_READ_ROWS, _READ_BYTES * len(rows) // (size + 1)))
            return total

        return await self._session.run(use)

    async def finish(
        self, tables: Sequence[Table], itself: Mapping[str, Any], began: Sequence[tuple[str, int, int]]
    ) -> None:
        """Let new rows get new numbers, write the installation's own row, and forget that this was a move."""

        async def use(connection: Any) -> None:
            async with connection.transaction():
                async for table, column in _numbered(connection, tables):
                    statement = _SET_SEQUENCE.format(table=f'"{table}"', column=f'"{column}"')
                    await connection.execute(statement, table, column)
                await connection.execute("DELETE FROM offsets")
                await connection.copy_records_to_table(
                    "offsets", records=began, columns=["reader", "partition", "position"]
                )
                names = ", ".join(f"{name} = ${number}" for number, name in enumerate(itself, 1))
                await connection.execute(f"UPDATE installation SET {names} WHERE number = 1", *itself.values())
                await connection.execute(f"DROP SCHEMA {_SCHEMA} CASCADE")

        await self._session.run(use)

    async def close(self) -> None:
        """Disconnect. Safe to call twice."""
        await self._session.close()


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


async def _numbered(connection: Any, tables: Sequence[Table]) -> AsyncIterator[tuple[str, str]]:
    """Find the columns that the database numbers by itself."""
    for table in tables:
        for column in table.primary_key.columns:
            if await connection.fetchval("SELECT pg_get_serial_sequence($1, $2)", table.name, column.name):
                yield table.name, column.name
