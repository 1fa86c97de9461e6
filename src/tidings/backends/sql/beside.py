"""A transaction of many steps on SQLite, as one hop: on a thread with an event loop of its own.

Each statement of a transaction is a hop to the connection's thread and back, and each hop waits until the event loop
has time. With a dozen statements, a batch of five calls held the write lock for twelve milliseconds, of which it worked
for two (ADR 0087). Here the connection does its work at once, on the thread on which its transaction runs; so nothing
in it waits for anybody.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tidings.backends.sql.one_hop import OneHopConnection, open_raw
from tidings.backends.sql.turn import Turn

T = TypeVar("T")


class InlineConnection(OneHopConnection):
    """A connection that does its work at once, on whichever thread asks."""

    _is_across_awaits = False

    def __init__(self, raw: sqlite3.Connection) -> None:
        super().__init__(lambda: raw, iter_chunk_size=64)
        self._connection: sqlite3.Connection | None = raw

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return fn(*args, **kwargs)

    async def close(self) -> None:
        """Close the file."""
        self.stop()

    def stop(self) -> None:
        """Close the file; there is no thread to end."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._end_turn()


async def connect_inline(path: Path, *, busy_ms: int, turn: Turn) -> InlineConnection:
    """Open a connection without a thread."""
    return InlineConnection(open_raw(path, busy_ms=busy_ms)).takes(turn)


class Beside:
    """Runs transactions of one engine, whose connections are inline, one after the other beside the event loop."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run work in a transaction. Who is cancelled meanwhile does not keep it from being carried out."""
        future = asyncio.run_coroutine_threadsafe(self._transaction(work), self._started())
        return await asyncio.shield(asyncio.wrap_future(future))

    async def close(self) -> None:
        """End the thread. Safe to call twice."""
        if self._loop is None or self._thread is None:
            return
        loop, self._loop = self._loop, None
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._engine.dispose(), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(self._thread.join)
        loop.close()

    async def _transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self._engine.begin() as connection:
            return await work(connection)

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = Thread(target=self._loop.run_forever, name="beside", daemon=True)
            self._thread.start()
        return self._loop
