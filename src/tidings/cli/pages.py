"""Reading a listing page by page, up to a limit."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from tidings.ports import Page

T = TypeVar("T")

_PAGE = 100


async def walk(read: Callable[[int, str | None], Awaitable[Page[T]]], limit: int) -> AsyncIterator[T]:
    """Yield up to `limit` items; `read` takes a page's size and where it begins."""
    cursor: str | None = None
    left = limit
    while left > 0:
        page = await read(min(left, _PAGE), cursor)
        for item in page.items[:left]:
            yield item
        left -= len(page.items)
        cursor = page.cursor
        if cursor is None:
            return
