"""Writing SQLite's log back into its database beside the writers, instead of inside their commits."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from tidings.backends.sql.turn import Turn
from tidings.errors import Unavailable

_log = structlog.get_logger(__name__)

_PAUSE_S = 1.0  # a page that many commits touch in this time is written back once
_LOG_PAGES_MAX = 32_768  # 128 MiB: past this the log is emptied at a pause between two writers, so it stops growing
_PASSES_MAX = 4  # while one pass moves its share more is logged, but less each time
_REST_PAGES = 1_024  # so little that moving it holds writers up for some milliseconds


class Checkpointer:
    """Moves committed pages from the write-ahead log into the database file, in a thread and connection of its own.

    Inside a commit that work takes longer than the commit itself, and stalls one caller for all. A pass here holds no
    writer up; only when the log has grown past its bound does a second, short pass take the writers' turn, so that
    the next commit begins the log anew. Writers keep SQLite's own checkpoint as a net, at twice the bound.
    """

    def __init__(self, *, path: Path, turn: Turn, pause_s: float = _PAUSE_S) -> None:
        self._path = path
        self._turn = turn
        self._pause_s = pause_s
        self._written = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._connection: sqlite3.Connection | None = None
        self._loop: asyncio.Task[None] | None = None

    def written(self) -> None:
        """Note that something was committed. The first note starts the loop."""
        self._written.set()
        if self._loop is None:
            self._loop = asyncio.create_task(self._run(), name="checkpointer")

    async def step(self, *, log_pages_max: int = _LOG_PAGES_MAX) -> int:
        """Make one pass; return how many pages the log holds after it (0 when the next commit begins it anew)."""
        log, done = await self._on_thread()
        if log > log_pages_max:
            for _ in range(_PASSES_MAX):
                before, (log, done) = log, await self._on_thread()
                if log - before < _REST_PAGES:
                    break
            log, done = await self._on_thread(alone=True)
        return max(log - done, 0)

    async def close(self) -> None:
        """Stop after the pass that is running. Safe to call twice."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
            self._loop = None
            await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown(wait=False)

    async def _run(self) -> None:
        while True:
            await self._written.wait()
            await asyncio.sleep(self._pause_s)
            self._written.clear()
            try:
                await self.step()
            except (sqlite3.Error, Unavailable) as error:  # a full disk, a turn that does not come: try again later
                _log.warning("checkpoint.failed", error=type(error).__name__)

    async def _on_thread(self, *, alone: bool = False) -> tuple[int, int]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._alone if alone else self._pass)

    def _alone(self) -> tuple[int, int]:
        with self._turn:
            return self._pass()

    def _pass(self) -> tuple[int, int]:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA synchronous=NORMAL")
        _busy, log, done = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return log, done

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
