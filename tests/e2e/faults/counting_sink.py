"""An SMTP server that counts mails by recipient, fast enough for a long list."""

import asyncio
from collections import Counter
from types import TracebackType
from typing import Self


class CountingSink:
    """Takes every mail; of each it remembers only whom it was for.

    A mail counts when its whole body has come, before the answer is written.
    """

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.total = 0
        self.url = ""
        self.open: set[asyncio.WriteTransport] = set()

    async def __aenter__(self) -> Self:
        """Listen on a free port of 127.0.0.1."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Conversation(self), "127.0.0.1", 0)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening, and hang up."""
        self._server.close()
        for transport in self.open:
            transport.abort()
        while self.open:
            await asyncio.sleep(0)


class _Conversation(asyncio.Protocol):
    """Speaks just enough SMTP (RFC 5321), with pipelining."""

    def __init__(self, sink: CountingSink) -> None:
        self._sink = sink
        self._buffer = bytearray()
        self._for: list[str] = []
        self._in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._sink.open.add(self._transport)
        self._transport.write(b"220 sink\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self._sink.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            end = b"\r\n.\r\n" if self._in_body else b"\r\n"
            at = self._buffer.find(end)
            if at < 0:
                return
            line = bytes(self._buffer[:at])
            del self._buffer[: at + len(end)]
            self._transport.write(self._taken() if self._in_body else self._said(line))

    def _taken(self) -> bytes:
        self._sink.counted.update(self._for)
        self._sink.total += 1
        self._for, self._in_body = [], False
        return b"250 ok\r\n"

    def _said(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._for.append(line.partition(b"<")[2].partition(b">")[0].decode())
        elif verb in {b"MAIL", b"RSET"}:
            self._for = []
        elif verb == b"DATA":
            self._in_body = True
            return b"354 go\r\n"
        elif verb == b"EHLO":
            return b"250-sink\r\n250 PIPELINING\r\n"
        return b"250 ok\r\n"
