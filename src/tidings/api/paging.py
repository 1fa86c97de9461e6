"""Pages on the wire: `{"paging": {"more", "cursor"}, "results": [...]}` (courier-api.md §0.3, style A)."""

from collections.abc import Callable, Iterable
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar.params import QueryParameter

from tidings.errors import InvalidInput
from tidings.ports import Page

T = TypeVar("T")
R = TypeVar("R")

Limit = Annotated[int, QueryParameter(ge=1, le=100, description="How many to return at most.")]
Cursor = Annotated[str | None, QueryParameter(max_length=2048, description="From `paging.cursor` of the page before.")]

LIMIT = 20
"""Courier's default."""
VALUES_MAX = 20
"""Values of one query parameter: each may be a search of its own."""


class Paging(msgspec.Struct):
    """Where a listing goes on."""

    more: bool
    cursor: str | None = None


class Listing(msgspec.Struct, Generic[T]):
    """One page of results."""

    paging: Paging
    results: list[T]


def listing(page: Page[R], encode: Callable[[R], T]) -> Listing[T]:
    """Put a page on the wire."""
    return Listing(paging=paging(page), results=[encode(item) for item in page.items])


def paging(page: Page[R]) -> Paging:
    """Say where a page goes on."""
    return Paging(more=page.cursor is not None, cursor=page.cursor)


def whole(items: Iterable[R], encode: Callable[[R], T]) -> Listing[T]:
    """Put on the wire what fits on one page by nature."""
    return Listing(paging=Paging(more=False), results=[encode(item) for item in items])


def each(values: list[str] | None) -> tuple[str, ...]:
    """Read a query parameter that may be repeated, comma-joined, or both. Raises `InvalidInput` for too many."""
    found = tuple(word for value in values or [] for part in value.split(",") if (word := part.strip()))
    if len(found) > VALUES_MAX:
        raise InvalidInput(f"ask for {VALUES_MAX} of a kind at most")
    return found


def next_url(url: str, cursor: str | None, limit: int) -> str | None:
    """Write where the next page is, in Courier's second style; None on the last."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'cursor': cursor, 'limit': limit})}" if cursor else None
