"""Listings by key: newest first, from where the last page ended, never past rows that nobody asked for.

A listing that names several values of a column, or none of a column that its index holds, becomes one search for each
value, and their first rows are merged. So every search reads what it returns and no more, however rare the wanted
rows are and however many others there may be.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, func, literal, null, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.rows import Row

Selection = Select[*tuple[Any, ...]]

Place = tuple[Column[int], Column[Any]]
"""The two columns that a listing is ordered by: a time, and what tells rows of one time apart."""


def unindexed(column: Column[Any]) -> ColumnElement[Any]:
    """Filter by a column without searching by it: without statistics, SQLite would have to guess between indexes."""
    return func.coalesce(column, null())


def earlier(place: Sequence[Column[Any]], than: Sequence[Any]) -> ColumnElement[bool]:
    """Compare places, each part as its column's type has it: databases do not guess alike."""
    return tuple_(*place) < tuple_(*_typed(place, than))


def later(place: Sequence[Column[Any]], than: Sequence[Any]) -> ColumnElement[bool]:
    """Compare the other way around."""
    return tuple_(*place) > tuple_(*_typed(place, than))


def _typed(place: Sequence[Column[Any]], values: Sequence[Any]) -> list[ColumnElement[Any]]:
    return [literal(value, column.type) for column, value in zip(place, values, strict=True)]


def search(
    place: Place,
    *,
    equal: Mapping[Column[Any], Sequence[object]],
    filters: Sequence[ColumnElement[bool]],
    before: tuple[Any, ...] | None,
    limit: int,
) -> Selection:
    """Select the places of the newest rows that have one of the given values in each of the `equal` columns."""
    newest = [column.desc() for column in place]
    bound = [earlier(place, before)] if before is not None else []
    searches: list[Selection] = [
        select(*place)
        .where(*(column == value for column, value in zip(equal, values, strict=True)), *bound, *filters)
        .order_by(*newest)
        .limit(limit)
        for values in product(*(dict.fromkeys(each) for each in equal.values()))
    ]
    if len(searches) == 1:
        return searches[0]
    merged = union_all(*(select(each.subquery()) for each in searches)).subquery()
    newest_of_all: Selection = select(merged).order_by(*(column.desc() for column in merged.columns)).limit(limit)
    return newest_of_all


def rows_at(table: Table, environment_id: int, place: Place, places: Sequence[Row]) -> Selection:
    """Select the rows at these places, newest first."""
    at = tuple_(*place).in_([tuple(row) for row in places])
    newest = [column.desc() for column in place]
    return select(table).where(table.c.environment_id == environment_id, at).order_by(*newest)


async def find(
    connection: AsyncConnection, table: Table, environment_id: int, place: Place, statement: Selection
) -> Sequence[Row]:
    """Run a search and read the whole rows."""
    places: Sequence[Row] = (await connection.execute(statement)).all()
    if not places:
        return []
    rows: Sequence[Row] = (await connection.execute(rows_at(table, environment_id, place, places))).all()
    return rows
