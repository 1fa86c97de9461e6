"""The state database: who may write, how durably, and what its failures mean."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tidings.backends.sql.checkpointer import Checkpointer
from tidings.backends.sql.engines import Engines
from tidings.backends.sql.sqlite_engines import BEGIN_READING, BEGIN_WRITING, sqlite_engines
from tidings.backends.sql.turn import Turn
from tidings.errors import ConfigurationError, Unavailable

T = TypeVar("T")


class Database:
    """One state database.

    `write()` is durable when it ends. `write(replayable=True)` may lose its newest commits when the machine (not the
    process) dies, and is for effects that the stream replays: offset and effects go together, so what is lost is done
    again. Reads see one snapshot. Failures of the database itself come out as `Unavailable`.
    """

    def __init__(self, engines: Engines, *, file: Path | None = None, turn: Turn | None = None) -> None:
        self.dialect = engines.writer.dialect.name
        self._engines = engines
        self._turn = turn
        self._checkpointer = Checkpointer(path=file, turn=turn) if file and turn else None

    @classmethod
    def sqlite(cls, path: Path) -> "Database":
        """Open the embedded database; the file is made on first use, the tables by `migrate`."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        turn = Turn(path)
        return cls(sqlite_engines(path, turn), file=path, turn=turn)

    @classmethod
    def postgres(cls, url: str) -> "Database":
        """Open a database of a PostgreSQL server, which connects on first use; its tables are made by `migrate`.

        Raises `ConfigurationError` for what is no such URL.
        """
        from tidings.backends.sql.postgres_engines import postgres_engines  # noqa: PLC0415 the embedded tier needs none

        return cls(postgres_engines(url))

    @property
    def engines(self) -> tuple[AsyncEngine, ...]:
        """The pools of connections, to be looked at."""
        return (self._engines.readers, self._engines.writer, self._engines.replayable)

    async def check(self) -> None:
        """Connect once. Raises `ConfigurationError` for what waiting does not mend, else `Unavailable`."""
        try:
            async with self._engines.readers.connect():
                pass
        except Exception as error:
            self.raise_misfit(error)
            if (unavailable := self._engines.outage(error)) is not None:
                raise unavailable from error
            raise

    def raise_misfit(self, error: BaseException) -> None:
        """Raise `ConfigurationError` when the setting is what failed."""
        if sentence := self._engines.misfit(error):
            raise ConfigurationError(sentence) from None  # what is beneath may hold the URL

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Begin a reading transaction."""
        async with self._begun(self._engines.readers) as connection:
            yield connection

    @asynccontextmanager
    async def write(self, *, replayable: bool = False) -> AsyncIterator[AsyncConnection]:
        """Begin a writing transaction; it commits on a clean exit and rolls back on an exception."""
        engine = self._engines.replayable if replayable else self._engines.writer
        async with self._writing(), self._begun(engine) as connection:
            yield connection

    async def at_once(self, work: Callable[[sqlite3.Connection], T], *, replayable: bool = False) -> T:
        """Run work as one writing transaction, as `write()`, and raise what it raises. Only for the embedded database.

        It runs at once where that can be, and on SQLite's own thread else: work may touch nothing that belongs to the
        event loop, and is short. Who is cancelled meanwhile does not keep it from being carried out.
        """
        engine = self._engines.replayable if replayable else self._engines.writer
        async with self._writing():
            return await self._in_one_hop(engine, BEGIN_WRITING, work, here=True)

    async def beside(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run work as `write(replayable=True)`; on SQLite in one hop, on a thread where none of its statements waits.

        Work may touch nothing there that belongs to the event loop. Who is cancelled meanwhile does not keep it from
        being carried out.
        """
        if self._engines.beside is None:
            async with self.write(replayable=True) as connection:
                return await work(connection)
        async with self._writing(), self._outages():
            return await self._engines.beside.run(work)

    async def look(self, work: Callable[[sqlite3.Connection], T], *, here: bool = False) -> T:
        """Run work as one reading transaction on SQLite's own thread, in one hop. Only for the embedded database.

        `here`: so little is looked at that the hop would take longer.
        """
        return await self._in_one_hop(self._engines.readers, BEGIN_READING, work, here=here)

    async def _in_one_hop(
        self, engine: AsyncEngine, beginning: str, work: Callable[[sqlite3.Connection], T], *, here: bool
    ) -> T:
        async with self._outages(), engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection  # a `OneHopConnection`
            result: T = await driver.transact(beginning, work, here=here)
            return result

    async def close(self) -> None:
        """Let go of all connections. Safe to call twice."""
        if self._checkpointer is not None:
            await self._checkpointer.close()
        await self._engines.dispose()
        if self._turn is not None:
            self._turn.close()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        """When it went well, the log has grown."""
        yield
        if self._checkpointer is not None:
            self._checkpointer.written()

    @asynccontextmanager
    async def _begun(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        async with self._outages(), engine.begin() as connection:
            try:
                yield connection
            except Exception as error:
                if self._engines.renewed and self._engines.outage(error) is not None:
                    await connection.invalidate(error)
                raise

    @asynccontextmanager
    async def _outages(self) -> AsyncIterator[None]:
        """Turn the database's own failures into `Unavailable`; mistakes in statements stay what they are."""
        try:
            yield
        except PoolTimeoutError as error:
            raise Unavailable("all connections to the database are taken", retry_after_s=2) from error
        except Exception as error:
            if (unavailable := self._engines.outage(error)) is not None:
                raise unavailable from error
            raise
