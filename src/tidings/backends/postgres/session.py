"""One connection of one's own, opened when it is needed and given up when it fails."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tidings.backends.sql.postgres_engines import connect
from tidings.backends.sql.postgres_outage import misfit, outage
from tidings.errors import ConfigurationError, Unavailable

T = TypeVar("T")


def failure_of(error: Exception, setting: str, *, is_known: bool) -> ConfigurationError | Unavailable | None:
    """Say what a failure means, naming the setting that holds the URL; None when it is a mistake of ours.

    A `ConfigurationError` is to be raised without its cause, which may hold the URL.
    """
    sentence = str(error) if isinstance(error, ConfigurationError) else misfit(error)
    if sentence and is_known:
        return Unavailable(sentence.replace("database_url", setting), retry_after_s=5)
    if sentence:
        return ConfigurationError(sentence.replace("database_url", setting))
    if isinstance(unavailable := outage(error), Unavailable):
        return Unavailable(str(unavailable).replace("database_url", setting), retry_after_s=unavailable.retry_after_s)
    return None


class Session:
    """Runs one thing at a time on its connection, apart from the pools of the state: neither waits for the other."""

    def __init__(self, url: str, *, settings: str = "", setting: str = "database_url", is_known: bool = False) -> None:
        """`settings` is SQL for every new connection; `setting` is what failures name as the place of the URL.

        Of a database that `is_known` to have let us in, a refusal is an outage like any other.
        """
        self._is_known = is_known
        self._url = url
        self._setting = setting
        self._settings = settings
        self._turn = asyncio.Lock()
        self._connection: Any = None  # asyncpg carries no types

    async def run(self, use: Callable[[Any], Awaitable[T]]) -> T:
        """Run `use` with the connection.

        Raises `Unavailable` when the database is, `ConfigurationError` when it will not have us; the next use connects
        anew. What was cut off may have been committed.
        """
        async with self._turn:
            try:
                return await use(await self._connected())
            except asyncio.CancelledError:
                self._drop()
                raise
            except Exception as error:
                if (failure := failure_of(error, self._setting, is_known=self._is_known)) is None:
                    raise
                self._drop()
                raise failure from None if isinstance(failure, ConfigurationError) else error

    async def close(self) -> None:
        """Disconnect, after what runs. Safe to call twice."""
        async with self._turn:
            connection, self._connection = self._connection, None
            if connection is not None and not connection.is_closed():
                try:
                    await connection.close(timeout=2)
                except (OSError, TimeoutError):
                    connection.terminate()

    async def _connected(self) -> Any:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._url)
            if self._settings:
                await self._connection.execute(self._settings)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            connection.terminate()
