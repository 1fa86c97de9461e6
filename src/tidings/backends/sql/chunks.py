"""Naming many rows by their keys, in statements that find each of them by an index."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false, or_

KEYS_MAX = 500
"""Keys a statement; every database takes that many parameters."""

T = TypeVar("T")


def chunks(values: Sequence[T], size: int = KEYS_MAX) -> Iterator[Sequence[T]]:
    """Cut into parts of `size`, the last maybe shorter; nothing gives no part."""
    return (values[start : start + size] for start in range(0, len(values), size))


def any_of(columns: Sequence[ColumnElement[Any]], keys: Iterable[tuple[Any, ...]]) -> ColumnElement[bool]:
    """Name the rows of these keys: a list of values of the last column for each group that has the others in common.

    SQLite before 3.41 looks for `(a, b) IN (VALUES …)` in every row there is, before 3.46 in every row of those `a`;
    `a = 1 AND b IN (…)` it finds by an index. So this is for keys of few groups, such as environments.
    """
    *first, last = columns
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for key in keys:
        groups.setdefault(key[:-1], []).append(key[-1])
    return or_(
        false(),
        *(
            and_(*(column == part for column, part in zip(first, group, strict=True)), last.in_(values))
            for group, values in groups.items()
        ),
    )
