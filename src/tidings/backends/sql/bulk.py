"""Many rows of several statements, written together."""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from tidings.backends.sql.hot_sqlite import on_thread

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


@lru_cache(maxsize=64)
def _text(statement: Any) -> str:
    """Compile a statement once: they are all made when their modules are loaded."""
    return str(statement.compile(dialect=_DIALECT))
