"""An SMTP server that notes when each email arrived, by its subject. For measuring, not for mail."""

import asyncio
import re
import time

_SUBJECT = re.compile(rb"^Subject: ([^\r\n]+)", re.MULTILINE | re.IGNORECASE)


class ClockedSink(asyncio.Protocol):
    """Speaks just enough SMTP, as fast as it can."""

    def __init__(self, arrivals: dict[str, float]) -> None:
        self._arrivals = arrivals
        self._buffer = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each command; note each message."""
        self._buffer += data
        while True:
            end = b"\r\n.\r\n" if self._in_data else b"\r\n"
            head, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            self._message(head) if self._in_data else self._command(head)

    def _message(self, message: bytes) -> None:
        match = _SUBJECT.search(message)
        if match:
            self._arrivals[match[1].decode()] = time.perf_counter()
        self._in_data = False
        self._transport.write(b"250 ok\r\n")

    def _command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"DATA":
            self._in_data = True
            self._transport.write(b"354 go\r\n")
        elif verb == b"EHLO":
            self._transport.write(b"250-sink\r\n250 PIPELINING\r\n")
        elif verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(b"250 ok\r\n")


async def listen(arrivals: dict[str, float]) -> tuple[asyncio.Server, int]:
    """Listen on a free loopback port; arrivals are noted by subject (seconds of `perf_counter`)."""
    server = await asyncio.get_running_loop().create_server(lambda: ClockedSink(arrivals), "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]
