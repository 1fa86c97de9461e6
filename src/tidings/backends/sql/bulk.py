"""Many rows of several statements, written or read together."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Column, ColumnElement, LargeBinary, Table, delete, select, text, tuple_
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.database import Database
from tidings.backends.sql.hot_postgres import insert_all, kind_of
from tidings.backends.sql.hot_sqlite import insert_many, on_thread, parts, values
from tidings.backends.sql.spread import is_spread

Parameters = Mapping[str, Any] | tuple[Any, ...]


class Many(NamedTuple):
    """A statement that writes one row of parameters, and how SQLite says the same for so many rows at once.

    One long statement runs without taking Python's lock in between. A row for each is a wait for each, as long as the
    event loop keeps that lock.
    """

    one: Executable
    names: tuple[str, ...]
    """Of the parameters; a row that is a tuple has them in this order."""
    many: Callable[[int], str]


class Sought(NamedTuple):
    """A question about many keys, and how SQLite asks it about so many."""

    of: Callable[[Sequence[Any]], Executable]
    many: Callable[[int], str]
    columns: tuple[tuple[str, bool], ...]
    """What a row of the answer holds: the name, and whether it is bytes."""
    each: Callable[[Sequence[Any]], Executable] | None = None
    """How PostgreSQL asks it so that each key is one search, whatever the planner believes of the table."""


Work = Sequence[tuple[Executable | Many, Iterable[Parameters]]]
"""Statements and the rows of parameters of each; a statement without rows is not run.

Rows that are generated are made when they are laid out.
"""

Laid = Sequence[tuple[str, Sequence[Any], bool]]
"""Statements in SQLite's words and their parameters; the last tells whether these are rows, each to be run for."""

_FEW = 16
"""So few keys are looked up where they are asked for: the way to the thread and back would take longer."""

_decode = msgspec.json.Decoder(list[list[Any]]).decode
_DIALECT = sqlite.dialect(paramstyle="named")


async def write_all(connection: AsyncConnection, work: Work) -> None:
    """Run each statement for each of its rows, in order.

    On SQLite all of it is one hop to the connection's thread. Raises `IntegrityError` as SQLAlchemy does.
    """
    if connection.dialect.name != "sqlite":
        for statement, rows in work:
            await _write(connection, statement, list(rows))
        return
    try:
        await on_thread(connection, lambda raw: write_raw(raw, work))
    except sqlite3.IntegrityError as error:
        raise IntegrityError("", None, error) from error


async def _write(connection: AsyncConnection, statement: Executable | Many, rows: Sequence[Parameters]) -> None:
    if not rows:
        return
    if isinstance(statement, Many):
        names, statement = statement.names, statement.one
        rows = [dict(zip(names, row, strict=True)) if isinstance(row, tuple) else row for row in rows]
    await connection.execute(statement, rows)  # type: ignore[arg-type] # only a `Many` has rows without names


def write_raw(raw: sqlite3.Connection, work: Work) -> None:
    """Write with SQLite's own connection."""
    write_laid(raw, laid_out(work))


def laid_out(work: Work) -> Laid:
    """Put work into SQLite's words, which needs no database: nobody else has to wait for it."""
    laid: list[tuple[str, Sequence[Any], bool]] = []
    for statement, rows in work:
        if not isinstance(statement, Many):
            laid.append((_text(statement), list(rows), True))
            continue
        names = statement.names
        tuples = [row if isinstance(row, tuple) else tuple(row[name] for name in names) for row in rows]
        laid += [(_many(statement, len(part)), [*chain(*part)], False) for part in parts(tuples)]
    return laid


def write_laid(raw: sqlite3.Connection, laid: Laid) -> None:
    """Write what was laid out."""
    for words, parameters, row_by_row in laid:
        if row_by_row:
            raw.executemany(words, parameters)
        else:
            raw.execute(words, parameters)


async def read_many(connection: AsyncConnection, sought: Sought, keys: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
    """Read the rows of these keys."""
    if not keys:
        return []
    if connection.dialect.name != "sqlite":
        if sought.each and not await is_spread(connection):  # Citus takes no such searches
            return (await connection.execute(sought.each(keys))).all()
        return [row for part in chunks(keys) for row in await connection.execute(sought.of(part))]
    return await on_thread(connection, lambda raw: read_raw(raw, sought, keys))


async def look_up(database: Database, sought: Sought, keys: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Read the rows of these keys, each given once, in a transaction of their own."""
    if not keys:
        return []
    if database.dialect == "sqlite":
        return await database.look(lambda raw: read_raw(raw, sought, keys), here=len(keys) <= _FEW)
    async with database.read() as connection:
        return list(await read_many(connection, sought, keys))


def by_key(table: Table, *names: str, reads: Sequence[Column[Any]] = ()) -> Sought:
    """Ask for the rows of keys, made of these columns, of which an index has all; whole rows where nothing is said."""
    asked = {name: table.c[name] for name in names}
    key = tuple_(*asked.values())
    here = " AND ".join(f"{table.name}.{name} = asked.{name}" for name in names)
    read = reads or tuple(table.columns)
    columns = ", ".join(f"{table.name}.{column.name}" for column in read)
    one = f"SELECT {columns} FROM {table.name} WHERE {here} OFFSET 0"
    return Sought(
        lambda keys: select(*read).where(key.in_(keys)),
        _seeking(table, names, columns, here),
        told(read),
        searching(table, asked, one),
    )


def told(columns: Iterable[Column[Any]]) -> tuple[tuple[str, bool], ...]:
    """Say what a row with these columns holds."""
    return tuple((column.name, isinstance(column.type, LargeBinary)) for column in columns)


def searching(table: Table, asked: Mapping[str, Column[Any]], one: str) -> Callable[[Sequence[Any]], Executable]:
    """Search in PostgreSQL: `one` gives the rows of the key whose parts are in `asked`, and is said of each key.

    So written (an inner query with an OFFSET, ORDER BY or lock is planned by itself), each is a search in an index. For
    a list of keys PostgreSQL would read a table that grew since it was analyzed from end to end.
    """
    arrays = ", ".join(f"CAST(:{name} AS {kind_of(column)}[])" for name, column in asked.items())
    given = f"unnest({arrays}) AS asked ({', '.join(asked)})"
    statement = text(f"SELECT {table.name}.* FROM {given} CROSS JOIN LATERAL ({one}) AS {table.name}")
    return lambda keys: statement.bindparams(**dict(zip(asked, map(list, zip(*keys, strict=True)), strict=True)))


def _seeking(table: Table, names: Sequence[str], columns: str, here: str) -> Callable[[int], str]:
    """Say in SQLite's words how rows are found by so many of these keys: each is one search."""
    asked = ", ".join(names)
    row = f"({', '.join('?' for _ in names)})"
    rest = f"SELECT {columns} FROM asked CROSS JOIN {table.name} ON {here}"
    return lambda rows: f"WITH asked ({asked}) AS ({values(row, rows)}) {rest}"


async def read_all(
    connection: AsyncConnection, questions: Sequence[Sought], keys: Sequence[tuple[Any, ...]]
) -> Sequence[Sequence[Any]]:
    """Ask several questions about the same keys, in order; on SQLite in one hop."""
    if connection.dialect.name != "sqlite":
        return [await read_many(connection, sought, keys) for sought in questions]
    return await on_thread(connection, lambda raw: read_all_raw(raw, questions, keys))


def read_raw(raw: sqlite3.Connection, sought: Sought, keys: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Read with SQLite's own connection."""
    (rows,) = read_all_raw(raw, [sought], keys)
    return rows


def read_all_raw(
    raw: sqlite3.Connection, questions: Sequence[Sought], keys: Sequence[tuple[Any, ...]]
) -> list[list[list[Any]]]:
    """Ask several questions about the same keys with SQLite's own connection.

    SQLite gives all answers as one row. Between two rows it would let go of Python's lock, which the event loop then
    keeps for a while: three hundred rows that take three milliseconds to read kept other writers waiting for thirty.
    """
    answers: list[list[list[Any]]] = [[] for _ in questions]
    for part in parts(keys):
        (said,) = raw.execute(_asked(tuple(questions), len(part)), [*chain(*part)] * len(questions))
        for rows, words in zip(answers, said, strict=True):
            rows.extend(_decode(words))
    for sought, rows in zip(questions, answers, strict=True):
        for place in (at for at, (_, is_bytes) in enumerate(sought.columns) if is_bytes):
            for row in rows:
                row[place] = None if row[place] is None else bytes.fromhex(row[place])
    return answers


async def delete_all(connection: AsyncConnection, table: Table, keys: Sequence[tuple[Any, ...]]) -> int:
    """Delete the rows of these primary keys; return how many there were."""
    if not keys:
        return 0
    if connection.dialect.name != "sqlite":
        these = tuple_(*table.primary_key.columns).in_(keys)
        return (await connection.execute(delete(table).where(these))).rowcount

    def run(raw: sqlite3.Connection) -> int:
        return sum(raw.execute(deletion(table, len(part)), [*chain(*part)]).rowcount for part in parts(keys))

    return await on_thread(connection, run)


async def delete_some(connection: AsyncConnection, table: Table, which: ColumnElement[bool], *, limit: int) -> int:
    """Delete up to so many of these rows; return how many there were."""
    key = table.primary_key.columns
    some = select(*key).where(which).limit(limit)
    if connection.dialect.name != "sqlite":
        return (await connection.execute(delete(table).where(tuple_(*key).in_(some)))).rowcount
    return await delete_all(connection, table, [tuple(row) for row in await connection.execute(some)])


async def insert_rows(connection: AsyncConnection, work: Sequence[tuple[Table, Sequence[tuple[Any, ...]]]]) -> None:
    """Insert whole rows; one whose key exists is left as it stands."""
    if connection.dialect.name == "sqlite":

        def run(raw: sqlite3.Connection) -> None:
            for table, rows in work:
                insert_many(raw, table, rows)

        await on_thread(connection, run)
        return
    for table, rows in work:
        await insert_all(connection, table, rows)


@lru_cache(maxsize=64)
def _text(statement: Any) -> str:
    """Compile a statement for SQLite once: they are all made when their modules are loaded."""
    return str(statement.compile(dialect=_DIALECT))


@lru_cache(maxsize=256)
def _many(statement: Many, rows: int) -> str:
    return statement.many(rows)


@lru_cache(maxsize=256)
def deletion(table: Table, rows: int) -> str:
    """Say in SQLite's words that so many rows go: each is one search by its whole primary key."""
    one = " AND ".join(f'"{column.name}" = ?' for column in table.primary_key.columns)
    return f'DELETE FROM "{table.name}" WHERE ' + " OR ".join([f"({one})"] * rows)


@lru_cache(maxsize=128)
def _asked(questions: tuple[Sought, ...], rows: int) -> str:
    return f"SELECT {', '.join(f'({_as_one(sought, rows)})' for sought in questions)}"


def _as_one(sought: Sought, rows: int) -> str:
    # Without the condition, hex() makes a text of no bytes out of NULL.
    said = (f"iif({name} IS NULL, NULL, hex({name}))" if is_bytes else name for name, is_bytes in sought.columns)
    return f"SELECT json_group_array(json_array({', '.join(said)})) FROM ({sought.many(rows)})"
