"""Many rows of several statements, written together."""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from tidings.backends.sql.hot_sqlite import insert_many, on_thread

Work = Sequence[tuple[Executable, Sequence[Mapping[str, Any]]]]
"""Statements and the rows of parameters of each; a statement without rows is not run."""

_DIALECT = sqlite.dialect(paramstyle="named")


async def write_all(connection: AsyncConnection, work: Work) -> None:
    """Run each statement for each of its rows, in order.

    On SQLite all of it is one hop to the connection's thread. Raises `IntegrityError` as SQLAlchemy does.
    """
    wanted = [(statement, rows) for statement, rows in work if rows]
    if connection.dialect.name != "sqlite":
        for statement, rows in wanted:
            await connection.execute(statement, rows)
        return
    texts = [(_text(statement), rows) for statement, rows in wanted]

    def run(raw: sqlite3.Connection) -> None:
        for text, rows in texts:
            raw.executemany(text, rows)

    try:
        await on_thread(connection, run)
    except sqlite3.IntegrityError as error:
        raise IntegrityError("", None, error) from error


async def insert_rows(connection: AsyncConnection, work: Sequence[tuple[Table, Sequence[tuple[Any, ...]]]]) -> None:
    """Insert whole rows; one whose key exists is left as it stands."""
    if connection.dialect.name == "sqlite":

        def run(raw: sqlite3.Connection) -> None:
            for table, rows in work:
                insert_many(raw, table, rows)

        await on_thread(connection, run)
        return
    for table, rows in work:
        if rows:
            names = table.columns.keys()
            named = [dict(zip(names, row, strict=True)) for row in rows]
            await connection.execute(insert(table).on_conflict_do_nothing(), named)


@lru_cache(maxsize=64)
def _text(statement: Any) -> str:
    """Compile a statement once: they are all made when their modules are loaded."""
    return str(statement.compile(dialect=_DIALECT))
