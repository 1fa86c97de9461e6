"""Cutting long lists of keys into what one statement may name."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

KEYS_MAX = 500
"""Keys a statement; every database takes that many parameters."""

T = TypeVar("T")


def chunks(values: Sequence[T], size: int = KEYS_MAX) -> Iterator[Sequence[T]]:
    """Cut into parts of `size`, the last maybe shorter; nothing gives no part."""
    return (values[start : start + size] for start in range(0, len(values), size))
