"""Reading an embedded state, table by table, in the order in which rows lie in the file.

In any other order each row is a look somewhere else: a file that is larger than memory would be read a few hundred rows
a second.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Table

from tidings.backends.sql.moving import Row, Sum, portable

BATCH_ROWS_MAX = 5_000
BATCH_BYTES_MAX = 4 * 1024 * 1024
"""What one batch holds at most beyond its first row: some ten milliseconds of work, and bounded memory."""


class Batch(msgspec.Struct, frozen=True):
    """Some rows that follow each other."""

    rows: list[Row]
    last: bytes
    """The place of the last one, to go on after."""
    sum: Sum


class MoveSource:
    """One file of an embedded installation that nobody else has open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def revision(self) -> str | None:
        """Tell at which revision the tables are; None when there are none."""
        try:
            row = self._connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
        return row[0] if row else None

    def itself(self) -> dict[str, Any]:
        """Read the installation's own row."""
        cursor = self._connection.execute("SELECT * FROM installation WHERE number = 1")
        names = [each[0] for each in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))

    def hold(self, because: str, *, now: int) -> None:
        """Hold it, unless it is held; durable when this returns."""
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(
            "UPDATE installation SET held_at = ?, held_because = ? WHERE number = 1 AND held_at IS NULL", (now, because)
        )

    def last_offset(self) -> int:
        """Of a stream: the offset of its newest entry, or where it was trimmed."""
        query = """
            SELECT max(coalesce((SELECT max("offset") FROM entries e WHERE e."partition" = p."partition"), 0),
                p.trimmed_through) FROM partitions p
        """
        return int(self._connection.execute(query).fetchone()[0] or 0)

    def behind(self, last: int) -> list[str]:
        """Name the readers that have not come as far: the inbound step, and followers that are still wanted."""
        query = """
            SELECT reader, position FROM offsets WHERE "partition" = 0 AND reader NOT LIKE 'inbound:%' AND (
                reader NOT LIKE 'destination:%'
                OR substr(reader, 13) IN (SELECT id FROM destinations WHERE enabled)
            )
        """
        found = {"inbound": 0, **dict(self._connection.execute(query).fetchall())}
        return sorted(reader for reader, position in found.items() if position < last)

    def began(self) -> list[tuple[str, int, int]]:
        """List the marks of readers that began at the beginning of whatever stream there is, as rows of `offsets`."""
        query = 'SELECT reader, "partition", position FROM offsets WHERE "partition" < 0'
        return list(self._connection.execute(query).fetchall())

    def count(self, table: Table) -> int:
        """Count a table's rows."""
        return int(self._connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0])

    def span(self, table: Table, column: str) -> tuple[int, int] | None:
        """Find the lowest and the highest value of a column; None when there is no row."""
        query = f'SELECT min("{column}"), max("{column}") FROM "{table.name}"'
        low, high = self._connection.execute(query).fetchone()
        return None if low is None else (low, high)

    def batch(self, table: Table, after: bytes | None, *, rows_max: int = BATCH_ROWS_MAX) -> Batch | None:
        """Read the rows that follow a place; None when there are none."""
        key = self._key(table)
        convert = portable(table)
        rows: list[Row] = []
        size = 0
        raw: Sequence[Any] = ()
        cursor = self._following(table, key, after)
        for raw in cursor:
            rows.append(convert(raw[len(key) :]))
            size += 64 + sum(len(value) for value in raw if isinstance(value, bytes | str))
            if len(rows) >= min(rows_max, BATCH_ROWS_MAX) or size >= BATCH_BYTES_MAX:
                break
        cursor.close()
        return Batch(rows, msgspec.msgpack.encode(list(raw[: len(key)])), Sum().plus(rows)) if rows else None

    def total(self, table: Table, *, rows: int) -> Sum:
        """Add up the first so many rows of a table."""
        total, after = Sum(), None
        while total.rows < rows and (batch := self.batch(table, after, rows_max=rows - total.rows)):
            total, after = total.joined(batch.sum), batch.last
        return total

    def _following(self, table: Table, key: Sequence[str], after: bytes | None) -> sqlite3.Cursor:
        columns = ", ".join(f'"{name}"' for name in (*key, *table.columns.keys()))
        names = ", ".join(f'"{name}"' for name in key)
        values = [] if after is None else msgspec.msgpack.decode(after)
        where = f"WHERE ({names}) > ({', '.join('?' for _ in key)})" if values else ""
        return self._connection.execute(f'SELECT {columns} FROM "{table.name}" {where} ORDER BY {names}', values)

    def _key(self, table: Table) -> list[str]:
        """Name what rows lie in the order of: their number, else the key as this file has it."""
        if table.dialect_options["sqlite"]["with_rowid"]:
            return ["rowid"]
        parts = [(row[5], row[1]) for row in self._connection.execute(f'PRAGMA table_info("{table.name}")') if row[5]]
        return [name for _, name in sorted(parts)]
