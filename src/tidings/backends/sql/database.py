"""The state database: who may write, how durably, and what its failures mean."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from tidings.backends.sql.checkpointer import Checkpointer
from tidings.backends.sql.one_hop import connect
from tidings.backends.sql.turn import Turn
from tidings.errors import Unavailable

_READERS = 4
_BUSY_MS = 10_000  # a worker's transaction takes tens of milliseconds; ten seconds means that something is wrong


class Database:
    """One state database.

    `write()` is durable when it ends. `write(replayable=True)` may lose its newest commits when the machine (not the
    process) dies, and is for effects that the stream replays: offset and effects go together, so what is lost is done
    again. Reads see one snapshot. Failures of the database itself come out as `Unavailable`.
    """

    def __init__(
        self,
        *,
        url: str,
        readers: AsyncEngine,
        writer: AsyncEngine,
        replayable: AsyncEngine,
        file: Path | None = None,
    ) -> None:
        self.url = url
        self.dialect = writer.dialect.name
        self._readers = readers
        self._writer = writer
        self._replayable = replayable
        self._turn = Turn(file)
        self._checkpointer = Checkpointer(path=file, turn=self._turn) if file is not None else None

    @classmethod
    def sqlite(cls, path: Path) -> "Database":
        """Open the embedded database; the file is made on first use, the tables by `migrate`."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(
            url=_url(path),
            readers=_engine(path, size=_READERS, begin="BEGIN", synchronous="NORMAL", cache_mib=16),
            writer=_engine(path, size=1, begin="BEGIN IMMEDIATE", synchronous="FULL", cache_mib=32),
            replayable=_engine(path, size=1, begin="BEGIN IMMEDIATE", synchronous="NORMAL", cache_mib=128),
            file=path,
        )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Begin a reading transaction."""
        with _failures():
            async with self._readers.begin() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, replayable: bool = False) -> AsyncIterator[AsyncConnection]:
        """Begin a writing transaction; it commits on a clean exit and rolls back on an exception."""
        engine = self._replayable if replayable else self._writer
        async with self._turn:
            with _failures():
                async with engine.begin() as connection:
                    yield connection
        if self._checkpointer is not None:
            self._checkpointer.written()

    async def close(self) -> None:
        """Let go of all connections. Safe to call twice."""
        if self._checkpointer is not None:
            await self._checkpointer.close()
        for engine in (self._readers, self._writer, self._replayable):
            await engine.dispose()
        self._turn.close()


def _engine(path: Path, *, size: int, begin: str, synchronous: str, cache_mib: int) -> AsyncEngine:
    engine = create_async_engine(
        _url(path),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        async_creator=partial(connect, path, busy_ms=_BUSY_MS),
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            f"synchronous={synchronous}",
            f"busy_timeout={_BUSY_MS}",
            "foreign_keys=ON",
            f"cache_size=-{cache_mib * 1024}",  # a connection's own: together they bound what the process holds
            "mmap_size=0",
            "temp_store=MEMORY",
            "secure_delete=FAST",  # what was deleted is overwritten where that costs no page more
            "wal_autocheckpoint=65536",  # pages: only a net, see `Checkpointer`
            "journal_size_limit=268435456",  # writing over a log costs half of growing it
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


class _failures:  # noqa: N801 a context manager that reads as one word
    """Turns the database's own failures into `Unavailable`; mistakes in statements stay what they are."""

    def __enter__(self) -> None:
        """Begin watching."""

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        """Translate."""
        if isinstance(error, PoolTimeoutError):
            raise Unavailable("all connections to the database are taken", retry_after_s=2) from error
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(error, OperationalError) or isinstance(cause, sqlite3.OperationalError):
            text = str(cause).lower()
            if any(word in text for word in ("locked", "busy", "full", "readonly", "disk i/o", "unable to open")):
                raise Unavailable(f"the database cannot take it now: {text}", retry_after_s=2) from error
