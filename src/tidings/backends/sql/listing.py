"""Listings by key: newest first, from where the last page ended, and never past more rows than were agreed on.

A listing that names several values of a column, or none of a column that its index holds, becomes one search for each
value, and the searches are merged in order. What no index holds is looked at row by row, in so many rows and no more:
a page may then hold less than was asked for, or nothing, and still say where to go on.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    TextClause,
    and_,
    func,
    literal,
    null,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.rows import Row

Selection = Select[*tuple[Any, ...]]

Place = tuple[Column[int], Column[Any]]
"""The two columns that a listing is ordered by: a time, and what tells rows of one time apart."""


def unindexed(column: Column[Any]) -> ColumnElement[Any]:
    """Filter by a column without searching by it: without statistics, SQLite would have to guess between indexes."""
    return func.coalesce(column, null())


def earlier(place: Sequence[ColumnElement[Any]], than: Sequence[Any]) -> ColumnElement[bool]:
    """Compare places, each part as its column's type has it: databases do not guess alike."""
    return tuple_(*place) < tuple_(*_typed(place, than))


def later(place: Sequence[ColumnElement[Any]], than: Sequence[Any]) -> ColumnElement[bool]:
    """Compare the other way around."""
    return tuple_(*place) > tuple_(*_typed(place, than))


def _typed(place: Sequence[ColumnElement[Any]], values: Sequence[Any]) -> list[ColumnElement[Any]]:
    return [literal(value, column.type) for column, value in zip(place, values, strict=True)]


LOOKED_MAX = 1_000
"""Rows that one page looks at, at most: some ten milliseconds."""
_STEPS_GROW = 8
"""How many more rows are looked at when those before were not enough."""
_LAST_CHARACTER = "\U0010ffff"

Where = Mapping[Column[Any], Sequence[object]]
"""The values that columns may have."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for, in the order of the place."""

    place: Place
    branches: Sequence[Where]
    """Each is served by an index that begins with its columns and has the order of the place behind them."""
    within: Sequence[ColumnElement[bool]] = ()
    """From when to when."""
    filters: Sequence[ColumnElement[bool]] = ()
    """What is looked at row by row."""
    source: FromClause | None = None
    """What is read, when it is more than the table of the place."""

    def looked(self, *, before: tuple[Any, ...] | None, limit: int, in_order: bool) -> Selection:
        """Select the places of the newest rows, each with whether it fits the filters, where there are any.

        `in_order` is said of a database that merges branches in order only where each of them asks for it
        (`wants_order`).
        """
        fits = and_(*self.filters) if self.filters else None
        return _places(self._inner(before, limit=limit, fits=fits, in_order=in_order))

    def every(self, *columns: Column[Any], limit: int, in_order: bool) -> Selection:
        """Select columns of the newest rows that are wanted, with the place among them; filters are not bounded."""
        return _places(self._inner(None, limit=limit, columns=columns, more=self.filters, in_order=in_order))

    def _inner(
        self,
        before: tuple[Any, ...] | None,
        *,
        limit: int,
        fits: ColumnElement[bool] | None = None,
        columns: Sequence[Any] = (),
        more: Sequence[ColumnElement[bool]] = (),
        in_order: bool,
    ) -> "Selection | CompoundSelect[*tuple[Any, ...]]":
        columns = [*(columns or self.place), *([fits.label("fits")] if fits is not None else [])]
        bound = [*([earlier(self.place, before)] if before is not None else []), *self.within, *more]
        begun: Selection = select(*columns) if self.source is None else select(*columns).select_from(self.source)
        combinations = [found for equal in self.branches for found in _combinations(equal)]
        searches: list[Selection] = [
            begun.where(*(column == value for column, value in found), *bound) for found in combinations
        ]
        if in_order or len(searches) == 1:
            searches = [
                search.order_by(*_order(found, self.place)).limit(limit)
                for search, found in zip(searches, combinations, strict=True)
            ]
        if len(searches) == 1:
            return searches[0]
        if in_order:
            searches = [select(search.subquery()) for search in searches]
        merged = union_all(*searches).order_by(*(text(f"{column.name} DESC") for column in self.place))
        return merged.limit(limit)


def wants_order(connection: AsyncConnection) -> bool:
    """Tell whether branches are merged in order only where each asks for it.

    PostgreSQL would read all rows of each and sort them; SQLite asks its branches by itself.
    """
    return connection.dialect.name == "postgresql"


def _combinations(equal: Where) -> list[list[tuple[Column[Any], object]]]:
    values = product(*(dict.fromkeys(each) for each in equal.values()))
    return [list(zip(equal, each, strict=True)) for each in values]


def _order(found: Sequence[tuple[Column[Any], object]], place: Place) -> list[ColumnElement[Any]]:
    """Order as the index does. PostgreSQL does not see that what is null is all alike: such columns are named."""
    return [column.desc() for column in (*(column for column, value in found if value is None), *place)]


def _places(found: "Selection | CompoundSelect[*tuple[Any, ...]]") -> Selection:
    return found if isinstance(found, Select) else select(found.subquery())


class Reach(msgspec.Struct, frozen=True):
    """How far one page goes."""

    before: Any
    """The place that it begins behind; None for the beginning."""
    limit: int
    looked_max: int = LOOKED_MAX


class Found(msgspec.Struct, frozen=True):
    """What a search came to."""

    rows: Sequence[Row]
    horizon: tuple[Any, ...] | None
    """Where looking ended before there was enough; None when there was enough, or nothing more to look at."""


async def run(connection: AsyncConnection, search: Search, place: Place, environment_id: int, reach: Reach) -> Found:
    """Run a search and read the whole rows, which lie in the table of `place`."""
    if not search.branches:
        return Found((), None)
    places, horizon = await _look(connection, search, reach)
    rows: Sequence[Row] = []
    if places:
        read = await connection.execute(rows_at(place, len(places)), _parameters(environment_id, places))
        rows = [row for row in read if row[0] is not None]
    if len(rows) < len(places) >= reach.limit:  # some went meanwhile: the listing goes on behind them
        horizon = places[-1]
    return Found(rows, horizon)


async def _look(connection: AsyncConnection, search: Search, reach: Reach) -> tuple[list[tuple[Any, ...]], Any]:
    """Look for so many places, and tell where looking ended, as `Found` does.

    Most pages are found among the first rows, and each row may be a read from disk: so few are looked at first.
    """
    places: dict[tuple[Any, ...], None] = {}  # a row that two branches found is one row
    before, left, step = reach.before, reach.looked_max, reach.limit
    in_order = wants_order(connection)
    while left > 0:
        step = min(step, left)
        looked = (await connection.execute(search.looked(before=before, limit=step, in_order=in_order))).all()
        places |= dict.fromkeys((at, tie) for at, tie, *fits in looked if all(fits))
        if len(places) >= reach.limit:
            return list(places)[: reach.limit], None
        if len(looked) < step:
            return list(places), None
        before, left, step = tuple(looked[-1][:2]), left - step, step * _STEPS_GROW
    return list(places), before


def words(
    column: Column[Any],
    key: Mapping[Column[Any], object],
    *,
    prefix: str = "",
    after: str | None = None,
    count_max: int,
) -> Selection:
    """Select the words that a column holds below a key, in order: one step in the index for each.

    A word that is there a million times is stepped over.
    """
    here = [each == value for each, value in key.items()]
    if prefix:
        here += [column >= prefix, column < prefix + _LAST_CHARACTER]
    if after is not None:
        here.append(column > after)
    first = select(func.min(column).label("word")).where(*here, column != null())
    found = first.cte("found", recursive=True)
    following = select(func.min(column)).where(*here, column > found.c.word).scalar_subquery()
    found = found.union_all(select(following).where(found.c.word != null()))
    return select(found.c.word).where(found.c.word != null()).limit(count_max)


def begins(column: Column[Any], prefix: str) -> ColumnElement[bool]:
    """Ask whether a word begins so."""
    return and_(unindexed(column) >= prefix, unindexed(column) < prefix + _LAST_CHARACTER)


def rows_at(place: Place, count: int) -> TextClause:
    """Select the rows at so many places, newest first; one that is gone is a row of nulls.

    An outer join says which of the two is read first: left to itself, SQLite may walk the environment instead.
    """
    return _rows_at(*place, count)


@lru_cache(maxsize=512)
def _rows_at(at: Column[int], tie: Column[Any], count: int) -> TextClause:
    table, kind = at.table, "BIGINT" if isinstance(tie.type, BigInteger) else "TEXT"
    names = ", ".join(f"{table.name}.{each.name}" for each in table.columns)
    asked = ", ".join(f"(CAST(:a{each} AS BIGINT), CAST(:b{each} AS {kind}))" for each in range(count))
    return text(
        f"WITH asked (a, b) AS (VALUES {asked}) SELECT {names} FROM asked LEFT JOIN {table.name} "
        f"ON {table.name}.environment_id = :env AND {table.name}.{at.name} = asked.a "
        f"AND {table.name}.{tie.name} = asked.b ORDER BY asked.a DESC, asked.b DESC"
    )


def _parameters(environment_id: int, places: Sequence[Sequence[Any]]) -> dict[str, Any]:
    named = {
        f"{name}{number}": part for number, each in enumerate(places) for name, part in zip("ab", each, strict=True)
    }
    return {"env": environment_id, **named}
