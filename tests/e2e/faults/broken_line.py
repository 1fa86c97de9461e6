"""A line to PostgreSQL that breaks when it hurts most: in the middle of a commit."""

import asyncio
import contextlib
import random
from types import TracebackType
from typing import Self

_COMMIT = b"COMMIT"
_CHUNK = 1 << 16


class BrokenLine:
    """A port of this machine behind which a server is; now and then somebody cuts it.

    `await line.cut()` breaks every connection on the spot. `await line.cut_in_commit()` waits for the next commit that
    passes, and breaks its connection: before the server hears of it, or after, when only the client does not know.
    """

    def __init__(self, port: int, chance: random.Random) -> None:
        self.port = 0
        self._to = port
        self._chance = chance
        self._open: set[asyncio.StreamWriter] = set()
        self._armed: asyncio.Future[None] | None = None
        self._listener: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        self._listener = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Let nobody in any more."""
        assert self._listener is not None
        self._listener.close()
        self.cut()
        await self._listener.wait_closed()

    def cut(self) -> None:
        """Break every connection."""
        for writer in tuple(self._open):
            writer.transport.abort()

    async def cut_in_commit(self, within_s: float) -> bool:
        """Break the connection of the next commit; tells whether there was one in that time."""
        self._armed = asyncio.get_running_loop().create_future()
        done, _ = await asyncio.wait([self._armed], timeout=within_s)
        self._armed = None
        return bool(done)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, away = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, away}
        try:
            await asyncio.gather(self._there(reader, writer, away), _back(there, writer))
        finally:
            for each in (writer, away):
                self._open.discard(each)
                each.transport.abort()

    async def _there(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, away: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                strikes = self._armed is not None and not self._armed.done() and _COMMIT in chunk
                if strikes and self._armed is not None:
                    self._armed.set_result(None)
                    writer.transport.abort()  # the client never hears what became of it
                if not strikes or self._chance.random() < 0.5:
                    away.write(chunk)
                    await away.drain()
                if strikes:
                    break
        away.close()


async def _back(there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await there.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.transport.abort()
