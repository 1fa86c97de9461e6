"""The one thread that writes to the stream's file: whatever waits when a commit ends goes into the next one."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple, TypeVar

from tidings.backends.sqlite import stream_file
from tidings.backends.sqlite.stream_checkpoint import Checkpointer

T = TypeVar("T")

Row = tuple[int, int, int, int, int, bytes]

GROUP_ROWS_MAX = 256
"""More would not make a commit cheaper: at 32 the fsync is a quarter of it."""

GROUP_BYTES_MAX = 4 * 1024 * 1024
"""Keeps a commit to some milliseconds, so that nobody waits long behind large requests."""

LOCK_WAIT_S = 1.0
"""How long to wait for another process's commit; they take a millisecond, so this long means that it is stuck."""

LOCK_POLL_S = 0.0003
"""SQLite's own waiting grows to 100 ms a step, which unluckier processes would pay with their latency."""

TRIM_ROWS_MAX = 1024
TRIM_BYTES_MAX = 1024 * 1024
"""A slice of trimming holds appends up for about two milliseconds, whether its entries are many or large."""


class Waiting(NamedTuple):
    """One request's rows, and who waits for them."""

    rows: Sequence[Row]
    size: int
    """Bytes, roughly: what the bounds count."""
    future: "asyncio.Future[None]"


class Trimming(NamedTuple):
    """A short step of trimming, and who waits for how many rows it was."""

    statement: str
    partition: int
    through: int
    future: "asyncio.Future[int]"


Settle = Callable[[Sequence[Waiting], Exception | None], None]
"""Told on the loop what became of a group."""


class Writer:
    """Commits in groups: while one is being synced, the next gathers; there is no timer and no added delay."""

    def __init__(self, path: Path, *, file_bytes_max: int, loop: asyncio.AbstractEventLoop, settle: Settle) -> None:
        self._path = path
        self._file_bytes_max = file_bytes_max
        self._loop = loop
        self._settle = settle
        self._queue: SimpleQueue[Waiting | Trimming | None] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._checkpointer = Checkpointer(path)
        self._patience_s = LOCK_WAIT_S
        self._thread = threading.Thread(target=self._run, name="stream-writer", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._checkpointer.start()
        self._thread.start()

    def put(self, work: Waiting | Trimming) -> None:
        """Hand work over."""
        self._queue.put(work)

    def stop(self) -> None:
        """Finish what was handed over, then let the file go. Blocks until it is done."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        held: Waiting | Trimming | None = None
        while (first := held or self._queue.get()) is not None:
            if isinstance(first, Trimming):
                held = None
                self._trim(first)
            else:
                group, held = self._gather(first)
                self._commit(group)
        self._checkpointer.stop()
        self._disconnect()

    def _gather(self, first: Waiting) -> tuple[list[Waiting], Waiting | Trimming | None]:
        """Take what waits, up to the bounds of one commit, and what came next but is not part of it."""
        group, rows, size = [first], len(first.rows), first.size
        while True:
            try:
                work = self._queue.get_nowait()
            except Empty:
                return group, None
            if work is None:
                self._queue.put(None)  # to be met again after this group
                return group, None
            if isinstance(work, Trimming):
                return group, work
            rows, size = rows + len(work.rows), size + work.size
            if rows > GROUP_ROWS_MAX or size > GROUP_BYTES_MAX:
                return group, work
            group.append(work)

    def _commit(self, group: Sequence[Waiting]) -> None:
        error: Exception | None = None
        try:
            self._patiently(lambda: self._insert([row for waiting in group for row in waiting.rows]))
        except Exception as failure:  # noqa: BLE001 - whatever it is, those who wait are told, and the thread lives on
            if len(group) > 1 and not stream_file.is_storage(failure):
                for waiting in group:  # one of them can never be kept: let it fail alone
                    self._commit([waiting])
                return
            error = self._failed(failure)
        self._tell(self._settle, group, error)
        self._checkpointer.wrote(sum(waiting.size for waiting in group))

    def _insert(self, rows: Sequence[Row]) -> None:
        connection = self._connected()
        if len(rows) <= GROUP_ROWS_MAX:
            connection.execute(stream_file.insert(len(rows)), [value for row in rows for value in row])
            return
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(stream_file.insert(1), rows)
        connection.execute("COMMIT")

    def _trim(self, work: Trimming) -> None:
        count, error = 0, None
        try:
            count = self._patiently(lambda: self._delete(work))
        except Exception as failure:  # noqa: BLE001 - as in `_commit`
            error = self._failed(failure)
        self._tell(_answer, work.future, count, error)
        self._checkpointer.wrote(count * stream_file.PAGE_BYTES)

    def _delete(self, work: Trimming) -> int:
        bounds = {"partition": work.partition, "through": work.through, "rows": TRIM_ROWS_MAX, "bytes": TRIM_BYTES_MAX}
        return self._connected().execute(work.statement, bounds).rowcount

    def _patiently(self, write: Callable[[], T]) -> T:
        self._checkpointer.give_way()
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                done = write()
            except Exception as error:
                self._roll_back()
                if not stream_file.is_locked(error) or time.monotonic() > deadline:
                    raise
                time.sleep(LOCK_POLL_S)
            else:
                self._patience_s = LOCK_WAIT_S
                return done

    def _failed(self, error: Exception) -> Exception:
        if not stream_file.is_storage(error):
            return error
        if stream_file.is_locked(error):
            self._patience_s = LOCK_WAIT_S / 20  # those who wait behind have waited already
        if stream_file.spoils_connection(error):
            self._disconnect()
        return stream_file.unavailable(error)

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = stream_file.connect_writer(self._path, file_bytes_max=self._file_bytes_max)
        return self._connection

    def _roll_back(self) -> None:
        try:
            if self._connection is not None and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _tell(self, what: Callable[..., None], *about: object) -> None:
        # A loop that has been closed has nobody left who waits for an answer.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what, *about)


def _answer(future: "asyncio.Future[int]", count: int, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(count)
    else:
        future.set_exception(error)
