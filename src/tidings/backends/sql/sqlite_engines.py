"""How the embedded database is opened, and what its failures mean."""

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from tidings.backends.sql.beside import Beside, connect_inline
from tidings.backends.sql.engines import Engines
from tidings.backends.sql.one_hop import OneHopConnection, connect
from tidings.backends.sql.turn import Turn
from tidings.errors import Unavailable

BEGIN_READING = "BEGIN"
BEGIN_WRITING = "BEGIN IMMEDIATE"
_READERS = 4
_BUSY_MS = 10_000  # a worker's transaction takes tens of milliseconds; ten seconds means that something is wrong


def sqlite_engines(path: Path, turn: Turn) -> Engines:
    """Open the file; it is made on first use. Whoever writes waits for its turn."""
    threaded = partial(connect, path, busy_ms=_BUSY_MS)
    writing = partial(threaded, turn=turn)
    inline = partial(connect_inline, path, busy_ms=_BUSY_MS, turn=turn)
    return Engines(
        readers=_engine(threaded, size=_READERS, begin=BEGIN_READING, synchronous="NORMAL", cache_mib=16),
        writer=_engine(writing, size=1, begin=BEGIN_WRITING, synchronous="FULL", cache_mib=32),
        replayable=_engine(writing, size=1, begin=BEGIN_WRITING, synchronous="NORMAL", cache_mib=32),
        beside=Beside(_engine(inline, size=1, begin=BEGIN_WRITING, synchronous="NORMAL", cache_mib=128)),
        outage=outage,
        misfit=lambda _error: None,  # a path is right or unavailable
    )


def outage(error: BaseException) -> Unavailable | None:
    """Tell a failure of the database itself from a mistake in a statement."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, OperationalError) or isinstance(cause, sqlite3.OperationalError):
        text = str(cause).lower()
        if any(word in text for word in ("locked", "busy", "full", "readonly", "disk i/o", "unable to open")):
            return Unavailable(f"the database cannot take it now: {text}", retry_after_s=2)
        if "no such table" in text or "no such column" in text or "has no column" in text:
            return Unavailable(
                f"the database is not of this version ({text}): run `tidings migrate` with it", retry_after_s=5
            )
    return None


def _engine(
    creator: Callable[[], Awaitable[OneHopConnection]], *, size: int, begin: str, synchronous: str, cache_mib: int
) -> AsyncEngine:
    engine = create_async_engine(
        "sqlite+aiosqlite://",  # the creator knows the file
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # an error that is logged tells the statement, never what users wrote
        async_creator=creator,
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
        connection.connection.driver_connection.begin(begin)

    return engine
