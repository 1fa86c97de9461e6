"""The real statements on real SQLite, without the threads: nothing is left to chance."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tidings.backends.sql.beside import InlineConnection
from tidings.backends.sqlite import stream_file
from tidings.records import Append, Entry


async def connect(path: Path, *, busy_ms: int) -> InlineConnection:
    """Open a connection; nobody else is busy."""
    raw = sqlite3.connect(path, isolation_level=None, cached_statements=256)
    raw.execute("PRAGMA journal_mode=WAL")
    return InlineConnection(raw)


class InlineStream:
    """`tidings.ports.Stream` with the embedded stream's own tables and statements."""

    def __init__(self, *, partitions: int) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        stream_file._create_tables(self._connection, partitions)
        self.partitions = partitions

    async def append(self, appends: Sequence[Append]) -> None:
        """Insert all of a request in one statement."""
        fields = ("partition", "environment_id", "source_id", "received_at", "count", "records")
        values = [getattr(append, field) for append in appends for field in fields]
        self._connection.execute(stream_file.insert(len(appends)), values)

    async def read(self, partition: int, after: int, *, count_max: int) -> list[Entry]:
        """Read on."""
        entries: list[Entry] = []
        total = 0
        for row in self._connection.execute(stream_file.READ, (partition, after, max(count_max, 1))):
            offset, environment_id, source_id, received_at, count, records = row
            total += count
            if entries and total > count_max:
                break
            entries.append(
                Entry(
                    offset=offset,
                    partition=partition,
                    environment_id=environment_id,
                    source_id=source_id,
                    received_at=received_at,
                    count=count,
                    records=records,
                )
            )
        return entries

    @property
    def trouble(self) -> str:
        """Whoever appends is told; nobody looks here."""
        return ""

    async def last_offset(self, partition: int) -> int:
        """Look at the end."""
        return int(self._connection.execute(stream_file.LAST_OFFSET, {"partition": partition}).fetchone()[0])

    async def waiting(self, partition: int, after: int) -> int:
        """Count what follows."""
        return len(await self.read(partition, after, count_max=2**31))

    async def trim(self, partition: int, through: int) -> int:
        """Forget what was read."""
        bounds = {"partition": partition, "through": through, "rows": 1024, "bytes": 1 << 20}
        self._connection.execute(stream_file.TRIM_MARK, {"partition": partition, "through": through})
        total = 0
        while count := self._connection.execute(stream_file.TRIM_SLICE, bounds).rowcount:
            total += count
        return total

    async def close(self) -> None:
        """Let go."""
        self._connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()
