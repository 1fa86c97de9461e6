"""One page of a listing."""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some items and where the next ones begin. Pages follow keys, never counts."""

    items: list[T]
    cursor: str | None = None
    """Opaque; hand it back for the next page. None on the last page."""
