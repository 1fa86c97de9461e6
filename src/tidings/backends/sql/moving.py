"""Which tables move from one database to another, and how a row is written, read and compared on the way."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Boolean, LargeBinary, Table, Text

from tidings.backends.sql.schema import metadata

Row = tuple[Any, ...]

LEFT_BEHIND = {
    "installation": "the target has its own row, which is written last of all, with a hold",
    "leases": "they name processes of the old place",
    "offsets": "they are places in the old stream, which was worked through; marks of who began are written at the end",
    "provider_health": "it is what workers of the old place saw",
    "passed_over": "places in the old stream, which was worked through",
}
"""What is not copied row by row, and why. Every other table is, whoever adds it."""

TABLES: tuple[Table, ...] = tuple(table for table in metadata.sorted_tables if table.name not in LEFT_BEHIND)
"""Whatever others refer to comes first."""

_MODULUS = 1 << 128


class Sum(msgspec.Struct, frozen=True):
    """How many rows there are, and what they add up to, in whatever order."""

    rows: int = 0
    digest: int = 0

    def plus(self, rows: Iterable[Row]) -> "Sum":
        """Add rows. Equal sums are equal sets of rows, but for one chance in 2^128."""
        count, digest = self.rows, self.digest
        for row in rows:
            count += 1
            digest += int.from_bytes(blake2b(_write(row), digest_size=16).digest())
        return Sum(count, digest % _MODULUS)

    def joined(self, other: "Sum") -> "Sum":
        """Add what was added up apart."""
        return Sum(self.rows + other.rows, (self.digest + other.digest) % _MODULUS)


_write = msgspec.msgpack.Encoder().encode


def portable(table: Table) -> Callable[[Sequence[Any]], Row]:
    """Make what gives each value of a row the type of its column; SQLite has neither booleans nor fixed types."""
    kinds = [_kind(column.type) for column in table.columns]

    def convert(row: Sequence[Any]) -> Row:
        return tuple(
            value if value is None or kind is None else kind(value) for kind, value in zip(kinds, row, strict=True)
        )

    return convert


def _kind(type_: Any) -> Callable[[Any], Any] | None:
    if isinstance(type_, Boolean):
        return bool
    if isinstance(type_, Text):
        return _text
    return _bytes if isinstance(type_, LargeBinary) else None


def _text(value: Any) -> str:
    return str(value).replace("\x00", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL has no NUL in text


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)
