"""Wake-ups between all who use one database, by LISTEN and NOTIFY."""

import asyncio
import secrets
from typing import Any

import structlog

from tidings.backends.hearing import LETTERS, TOPICS, Hearing, Pace
from tidings.backends.postgres.session import failure_of
from tidings.backends.sql.postgres_engines import connect
from tidings.backends.sql.postgres_outage import outage
from tidings.errors import ConfigurationError, Unavailable
from tidings.ports import Topic

log = structlog.get_logger()

CHANNEL = "tidings_wakeup"
"""Channels are a database's own, and so are installations."""

PACE_S = 0.005
"""At most one notification per topic in this time; a wake within it is told when it is over. Each is a small commit."""

_LOOK_S = 30.0
_ANSWER_S = 5.0
_PAUSES_S = (0.1, 0.25, 0.5, 1.0, 2.0)


class PostgresWakeup:
    """`tidings.ports.Wakeup` for all who use one database.

    One connection of each process listens and tells. While it is gone, only this process is woken; it is made anew by
    itself, and then everybody here is woken once, since nobody knows what was told in the meantime.
    """

    def __init__(self, url: str) -> None:
        """Not for callers: `open` listens."""
        self._url = url
        self._word = secrets.token_hex(8)
        self._hearing = Hearing()
        self._pace = Pace(self._tell, pause_s=PACE_S)
        self._connection: Any = None  # asyncpg carries no types
        self._to_tell: set[Topic] = set()
        self._news = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, url: str, *, setting: str = "database_url") -> "PostgresWakeup":
        """Listen. Raises `Unavailable` when the database is, `ConfigurationError` when it will not have us."""
        wakeup = cls(url)
        try:
            await wakeup._listen()
        except Exception as error:
            if (failure := failure_of(error, setting, is_known=False)) is None:
                raise
            raise failure from None if isinstance(failure, ConfigurationError) else error
        wakeup._running = asyncio.create_task(wakeup._run())
        return wakeup

    def wake(self, topic: Topic) -> None:
        """Wake this process at once and the others within milliseconds."""
        if not self._hearing.is_closed:
            self._hearing.ring(topic)
            self._pace.wake(topic)

    async def wait(self, topic: Topic, timeout_s: float) -> bool:
        """Wait until woken; what counts is what came since the last wait of this task, whoever else waits."""
        return await self._hearing.wait(topic, timeout_s)

    async def close(self) -> None:
        """Tell what waits to be told, stop listening; whoever waits here returns. Safe to call twice."""
        if self._hearing.is_closed:
            return
        self._pace.close()
        self._hearing.close()
        self._news.set()
        if self._running is not None:
            await asyncio.wait((self._running,), timeout=5)
            self._running.cancel()
            await asyncio.wait((self._running,))
        if self._connection is not None:
            self._connection.terminate()

    def _tell(self, topic: Topic) -> None:
        self._to_tell.add(topic)
        self._news.set()

    async def _run(self) -> None:
        """Tell what is to be told, and connect anew when the connection is gone."""
        tries = 0
        while True:
            try:
                if self._connection is None:
                    if self._hearing.is_closed:
                        return
                    await self._listen()
                    self._ring_all()
                    log.info("wakeup.listening")
                tries = 0
                await self._next()
                await self._send()
            except Exception as error:  # noqa: BLE001 - whatever it is: hints are lost, and the connection is made anew
                self._drop()
                if tries == 0:
                    log.warning("wakeup.away", reason=str(outage(error) or type(error).__name__))
                await asyncio.sleep(_PAUSES_S[min(tries, len(_PAUSES_S) - 1)])
                tries += 1
            if self._hearing.is_closed and not self._to_tell:
                return

    async def _next(self) -> None:
        """Wait for something to tell; now and then, see whether the line still stands: a lost host says nothing."""
        try:
            async with asyncio.timeout(_LOOK_S):
                await self._news.wait()
        except TimeoutError:
            if self._connection is not None:
                await self._connection.execute("SELECT 1", timeout=_ANSWER_S)
        self._news.clear()

    async def _send(self) -> None:
        topics, self._to_tell = self._to_tell, set()
        for topic in topics:
            if self._connection is None:
                raise Unavailable("the connection is gone")
            payload = f"{LETTERS[topic].decode()}{self._word}"
            await self._connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)

    async def _listen(self) -> None:
        connection = await connect(self._url)
        try:
            await connection.add_listener(CHANNEL, self._hear)
        except BaseException:
            connection.terminate()
            raise
        connection.add_termination_listener(self._terminated)
        self._connection = connection

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        topic = TOPICS.get(payload[:1].encode())
        if topic is not None and payload[1:] != self._word:
            self._hearing.ring(topic)

    def _terminated(self, connection: Any) -> None:
        if connection is self._connection:
            self._connection = None
            self._news.set()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    def _ring_all(self) -> None:
        for topic in LETTERS:
            self._hearing.ring(topic)
