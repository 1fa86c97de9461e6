"""A driver connection for SQLite whose statements are one hop to its thread each.

aiosqlite makes a hop for each of cursor, execute, fetch and close; on a busy machine a hop takes longer than the
statement. Results are bounded by our statements, so each is fetched whole, in the same hop. BEGIN makes no hop of its
own either: it goes along with the first statement, and a transaction without one never began.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite

from tidings.backends.sql.turn import Turn

T = TypeVar("T")

_SOON_S = 0.01  # an event loop that waits as long is hardly late for anybody
_STATEMENTS = 256  # prepared statements kept by a connection


class OneHopCursor:
    """What SQLAlchemy's adapter needs of a cursor."""

    arraysize = 1

    def __init__(self, connection: "OneHopConnection") -> None:
        self._connection = connection
        self._rows: deque[Any] = deque()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        """Need nothing."""
        return self

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        """Run a statement and fetch its rows."""
        self._take(await self._connection.run(partial(_execute, statement, parameters)))

    async def executemany(self, statement: str, parameters: Iterable[Any]) -> None:
        """Run a statement for each row of parameters."""
        self._take(await self._connection.run(partial(_execute_many, statement, parameters)))

    async def fetchall(self) -> Sequence[Any]:
        """Give what is left of the rows."""
        rows, self._rows = list(self._rows), deque()
        return rows

    async def fetchone(self) -> Any:
        """Give the next row, None when there is none."""
        return self._rows.popleft() if self._rows else None

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """Give the next rows."""
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    async def close(self) -> None:
        """Hold nothing: the statement was finished in its hop."""

    def _take(self, result: tuple[Any, list[Any], int, int | None]) -> None:
        self.description, rows, self.rowcount, self.lastrowid = result
        self._rows = deque(rows)


class OneHopConnection(aiosqlite.Connection):
    """A connection of which SQLAlchemy gets such cursors."""

    _beginning = ""
    _turn: Turn | None = None
    _has_turn = False
    _is_across_awaits = True
    """Whether the event loop comes in between the statements of a transaction."""

    _asked = _done = 0
    """How much the thread was asked to do, counted where it is asked; and how much it did, counted there."""

    def takes(self, turn: Turn | None) -> Self:
        """Wait for the turn with each transaction that begins, on the thread, and give it back with its end."""
        self._turn = turn
        return self

    def begin(self, statement: str) -> None:
        """Begin a transaction with the next statement, in these words."""
        self._beginning = statement

    def cursor(self) -> Any:  # aiosqlite's own is awaited as well as entered; SQLAlchemy enters
        """Make a cursor."""
        return OneHopCursor(self)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run work on the connection's thread, however many statements it makes."""
        if self._beginning:
            work, self._beginning = partial(self._begun, self._beginning, work), ""
        result: T = await self._execute(work, self._conn)
        return result

    async def transact(self, beginning: str, work: Callable[[sqlite3.Connection], T], *, here: bool = False) -> T:
        """Run work as a transaction of its own: begin, work and commit are one hop. What fails leaves nothing.

        `here`: on this thread, if the turn comes soon; then all that goes to the connection's own is what waits for the
        disk. A busy event loop keeps Python's lock from that thread, between any two statements and for longer than
        they take, and whoever wants to write waits for both.
        """
        raw = self._conn
        if not (here and self._is_idle and self._took_turn_soon()):
            result: T = await self._execute(partial(self._transaction, beginning, work), raw)
            return result
        result = self._worked(beginning, work, raw)
        if self._turn is None:  # it read
            raw.commit()
        else:
            await self._execute(self._closed, raw)
        return result

    async def commit(self) -> None:
        """Keep what was done; when nothing was, there is nothing to go to the thread for."""
        if self._beginning:
            self._beginning = ""
        else:
            await self._execute(self._closed, self._conn)

    async def rollback(self) -> None:
        """Undo the transaction; without one there is nothing to go to the thread for."""
        self._beginning = ""
        if self.in_transaction or self._has_turn:
            await self._execute(self._undone, self._conn)

    def stop(self) -> asyncio.Future[None] | None:
        """End the thread once it has done what was asked of it; a transaction left open is undone, its turn over."""
        if self._turn is not None:
            self._tx.put_nowait((None, self._end_turn))
        return super().stop()

    @property
    def _is_idle(self) -> bool:
        """Whether the thread has nothing to do: who asked it and was cancelled has left work behind."""
        return self._asked == self._done

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        def counted() -> T:
            try:
                return fn(*args, **kwargs)
            finally:
                self._done += 1

        self._asked += 1
        result: T = await super()._execute(counted)  # type: ignore[no-untyped-call]
        return result

    def _begun(self, statement: str, work: Callable[[sqlite3.Connection], T], raw: sqlite3.Connection) -> T:
        self._take_turn(across_awaits=self._is_across_awaits)
        try:
            raw.execute(statement)
        except BaseException:
            self._end_turn()
            raise
        return work(raw)

    def _transaction(self, beginning: str, work: Callable[[sqlite3.Connection], T], raw: sqlite3.Connection) -> T:
        self._take_turn()
        result = self._worked(beginning, work, raw)
        self._closed(raw)
        return result

    def _worked(self, beginning: str, work: Callable[[sqlite3.Connection], T], raw: sqlite3.Connection) -> T:
        try:
            raw.execute(beginning)
            return work(raw)
        except BaseException:
            self._undone(raw)
            raise

    def _closed(self, raw: sqlite3.Connection) -> None:
        try:
            raw.commit()
        except BaseException:
            self._undone(raw)
            raise
        self._end_turn()

    def _undone(self, raw: sqlite3.Connection) -> None:
        try:
            raw.rollback()
        finally:
            self._end_turn()

    def _took_turn_soon(self) -> bool:
        if self._turn is not None:
            self._has_turn = self._turn.take_soon(_SOON_S)
        return self._turn is None or self._has_turn

    def _take_turn(self, *, across_awaits: bool = False) -> None:
        if self._turn is not None:
            self._turn.take(across_awaits=across_awaits)
            self._has_turn = True

    def _end_turn(self) -> None:
        if self._has_turn and self._turn is not None:
            self._has_turn = False
            self._turn.give_back()


async def connect(path: Path, *, busy_ms: int, turn: Turn | None = None) -> OneHopConnection:
    """Open a connection; with a `turn`, one that writes.

    We say BEGIN ourselves: Python's own begins too late and too weakly.
    """
    connection = OneHopConnection(partial(open_raw, path, busy_ms=busy_ms), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 as SQLAlchemy does: nobody waits for a connection left open
    await connection
    return connection.takes(turn)


def open_raw(path: Path, *, busy_ms: int) -> sqlite3.Connection:
    """Open the file and see that it keeps a write-ahead log.

    Of two connections that switch a new file to the log at once, SQLite refuses one without waiting, whatever its
    time-out is. So they line up at a lock, which is held for the switch alone and goes with its holder.
    """
    with suppress(OSError):  # what keeps it from being made, SQLite says in its own words
        path.touch(mode=0o600)  # what is in it concerns people; the log beside it inherits the mode
    raw = sqlite3.connect(
        path,
        timeout=busy_ms / 1000,
        isolation_level=None,
        cached_statements=_STATEMENTS,
        check_same_thread=False,  # its state is read from the event loop's thread, and nothing else
    )
    try:
        with _alone(path):
            raw.execute("PRAGMA journal_mode=WAL")
    except BaseException:
        raw.close()
        raise
    return raw


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    try:
        descriptor = os.open(f"{path}-opening", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a folder that cannot be written: SQLite says in its own words what it makes of that
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _execute(statement: str, parameters: Any, raw: sqlite3.Connection) -> tuple[Any, list[Any], int, int | None]:
    return _result(raw.execute(statement, parameters))


def _execute_many(
    statement: str, parameters: Iterable[Any], raw: sqlite3.Connection
) -> tuple[Any, list[Any], int, int | None]:
    return _result(raw.executemany(statement, parameters))


def _result(cursor: sqlite3.Cursor) -> tuple[Any, list[Any], int, int | None]:
    rows = cursor.fetchall() if cursor.description else []
    result = (cursor.description, rows, cursor.rowcount, cursor.lastrowid)
    cursor.close()
    return result
