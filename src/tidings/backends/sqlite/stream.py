"""The embedded tier's stream: one SQLite file, shared by all processes of the machine."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from tidings.backends.sqlite import stream_file
from tidings.backends.sqlite.stream_writer import Row, Trimming, Waiting, Writer
from tidings.backends.trouble import Trouble
from tidings.errors import Unavailable
from tidings.records import Append, Entry

T = TypeVar("T")

WAITING_BYTES_MAX = 64 * 1024 * 1024
"""A tenth of the memory budget; about a second of the fastest disk."""

WAITING_REQUESTS_MAX = 4096
"""At 15 000 commits of one call a second, whoever is last waits 0.3 s."""

ROW_BYTES = 256
"""What a row weighs in memory beside its records, roughly."""


class SqliteStream:
    """`tidings.ports.Stream` on one file.

    Any number of processes may open the same file. Commits are fsynced; one writing thread of each process gathers
    concurrent appends into one commit, and one reading thread reads, so the event loop never waits for the disk.
    """

    def __init__(
        self, path: Path, *, partitions: int, file_bytes_max: int, waiting_bytes_max: int, waiting_requests_max: int
    ) -> None:
        """Not for callers: `open` prepares the file."""
        self._path = path
        self._partitions = partitions
        self._waiting_bytes_max = waiting_bytes_max
        self._waiting_requests_max = waiting_requests_max
        self._waiting_bytes = 0
        self._waiting_requests = 0
        self._trouble = Trouble()
        self._gathered: list[Waiting] = []
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(path, file_bytes_max=file_bytes_max, loop=self._loop, settle=self._settle)
        self._reading = ThreadPoolExecutor(1, "stream-reader")
        self._reader: sqlite3.Connection | None = None
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        partitions: int = 1,
        file_bytes_max: int = 0,
        waiting_bytes_max: int = WAITING_BYTES_MAX,
        waiting_requests_max: int = WAITING_REQUESTS_MAX,
    ) -> "SqliteStream":
        """Open the file, making it if need be; a file that stands keeps its number of partitions.

        `file_bytes_max` bounds the file (0: the disk does): beyond it, appends raise `Unavailable` until entries are
        trimmed. Raises `Unavailable` when the file cannot be written, `ConfigurationError` when it is a later
        version's.
        """
        found = await asyncio.to_thread(stream_file.create, path, partitions=partitions)
        stream = cls(
            path,
            partitions=found,
            file_bytes_max=file_bytes_max,
            waiting_bytes_max=waiting_bytes_max,
            waiting_requests_max=waiting_requests_max,
        )
        stream._writer.start()
        return stream

    @property
    def partitions(self) -> int:
        """How many partitions the file was made with."""
        return self._partitions

    @property
    def trouble(self) -> str:
        """Say why appends are refused; empty when the last one was kept."""
        return self._trouble.words

    async def append(self, appends: Sequence[Append]) -> None:
        """Join the next commit and wait for its fsync.

        A caller that is cancelled meanwhile does not take the append back: it may have been kept.
        """
        if not appends:
            return
        rows = [self._row(append) for append in appends]
        size = sum(len(append.records) + ROW_BYTES for append in appends)
        self._admit(size)
        future = self._loop.create_future()
        self._gathered.append(Waiting(rows, size, future))
        if len(self._gathered) == 1:
            self._loop.call_soon(self._hand_over)
        await future

    def _hand_over(self) -> None:
        # What one turn of the loop brings goes to the writing thread together: waking it for the first alone would
        # make it commit that one alone, while it and the loop compete for Python's lock.
        gathered, self._gathered = self._gathered, []
        for waiting in gathered:
            self._writer.put(waiting)

    def _row(self, append: Append) -> Row:
        self._check(append.partition)
        return (
            append.partition,
            append.environment_id,
            append.source_id,
            append.received_at,
            append.count,
            append.records,
        )

    def _check(self, partition: int) -> None:
        if not 0 <= partition < self._partitions:
            raise ValueError(f"partition must be 0 to {self._partitions - 1}, got {partition}")

    def _admit(self, size: int) -> None:
        if self._closing is not None:
            raise Unavailable("the stream is closed")
        if self._waiting_requests >= self._waiting_requests_max or self._waiting_bytes + size > self._waiting_bytes_max:
            raise Unavailable("too much is waiting for the stream")
        self._waiting_requests += 1
        self._waiting_bytes += size

    def _settle(self, group: Sequence[Waiting], error: Exception | None) -> None:
        for waiting in group:
            self._waiting_requests -= 1
            self._waiting_bytes -= waiting.size
            if waiting.future.done():  # its caller was cancelled
                continue
            if error is None:
                waiting.future.set_result(None)
            elif isinstance(error, Unavailable):  # each its own: raising adds a traceback to an exception
                waiting.future.set_exception(Unavailable(str(error), retry_after_s=error.retry_after_s))
            else:
                waiting.future.set_exception(error)
        self._trouble.note(error)

    async def read(self, partition: int, after: int, *, count_max: int) -> list[Entry]:
        """Read from what is committed, without waiting for writers."""
        self._check(partition)
        return await self._read(lambda connection: _entries(connection, partition, after, count_max))

    async def last_offset(self, partition: int) -> int:
        """Look at the newest entry, else at how far the partition was trimmed."""
        self._check(partition)
        found = {"partition": partition}
        return await self._read(
            lambda connection: int(connection.execute(stream_file.LAST_OFFSET, found).fetchone()[0])
        )

    async def waiting(self, partition: int, after: int) -> int:
        """Count by the key, up to a million."""
        self._check(partition)
        found = {"partition": partition, "after": after}
        return await self._read(lambda connection: int(connection.execute(stream_file.WAITING, found).fetchone()[0]))

    async def trim(self, partition: int, through: int) -> int:
        """Delete in short slices with appends in between; the file's pages are used again, the file does not shrink.

        When it is interrupted, the slices so far stay deleted, and trimming again does the rest.
        """
        self._check(partition)
        await self._trim(stream_file.TRIM_MARK, partition, through)
        total = 0
        while count := await self._trim(stream_file.TRIM_SLICE, partition, through):
            total += count
        return total

    async def _trim(self, statement: str, partition: int, through: int) -> int:
        if self._closing is not None:
            raise Unavailable("the stream is closed")
        future: asyncio.Future[int] = self._loop.create_future()
        self._writer.put(Trimming(statement, partition, through, future))
        return await future

    async def close(self) -> None:
        """Finish what was appended, then let the file go. Safe to call twice."""
        if self._closing is None:
            self._hand_over()
            self._closing = self._loop.run_in_executor(None, self._let_go)
        await asyncio.shield(self._closing)

    def _let_go(self) -> None:
        self._reading.submit(self._forget_reader)
        self._reading.shutdown()
        self._writer.stop()

    async def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        if self._closing is not None:
            raise Unavailable("the stream is closed")
        return await self._loop.run_in_executor(self._reading, self._query, query)

    def _query(self, query: Callable[[sqlite3.Connection], T]) -> T:
        try:
            if self._reader is None:
                self._reader = stream_file.connect_reader(self._path)
            return query(self._reader)
        except sqlite3.Error as error:
            self._forget_reader()
            raise stream_file.unavailable(error) from error

    def _forget_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            with suppress(sqlite3.Error):
                reader.close()


def _entries(connection: sqlite3.Connection, partition: int, after: int, count_max: int) -> list[Entry]:
    cursor = connection.execute(stream_file.READ, (partition, after, max(count_max, 1)))
    entries: list[Entry] = []
    total = 0
    try:
        for offset, environment_id, source_id, received_at, count, records in cursor:
            total += count
            if entries and total > count_max:
                break
            entry = Entry(
                offset=offset,
                partition=partition,
                environment_id=environment_id,
                source_id=source_id,
                received_at=received_at,
                count=count,
                records=records,
            )
            entries.append(entry)
    finally:
        cursor.close()  # ends the read transaction, which would keep the log from starting anew
    return entries
