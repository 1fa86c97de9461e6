"""The HTTP server: uvicorn on uvloop, stopped by us and not by its own signal handlers."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from litestar.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tidings.errors import ConfigurationError

_BACKLOG = 2048
_DRAIN_S = 20  # requests in flight may finish
_KEEP_ALIVE_S = 75  # longer than the usual balancer's


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.get_running_loop().create_future()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets=sockets)
        self.listening.set_result(None)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the composition root."""
        yield


class _Joined:
    """A transport that sends what one turn of the loop writes at once.

    uvicorn writes an answer's head and body apart, and uvloop sends each as it comes: two system calls for one answer.
    """

    __slots__ = ("_call_soon", "_parts", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._call_soon = loop.call_soon
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            if not self._transport.is_closing():
                self._transport.write(data)


class _Protocol(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn's own annotation
        super().connection_made(_Joined(transport, self.loop))  # type: ignore[arg-type] # it is one in all but name


async def serve(
    application: ASGIApp, *, host: str, port: int, stop: asyncio.Event, ready: Callable[[str], None] | None
) -> None:
    """Serve until told to stop, then let requests in flight finish. `ready` is told the URL once it listens.

    Raises `ConfigurationError` when the address cannot be listened on.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        application,
        http=_Protocol,
        proxy_headers=False,  # `Peers` asks the operator who is to be believed
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_DRAIN_S,
    )
    server = _Server(config)
    gc.collect()
    gc.freeze()  # what was imported and built stays: the collector need not walk over it while requests come
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((serving, server.listening), return_when=asyncio.FIRST_COMPLETED)
    if ready and server.started:
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listener.getsockname()[1]}")
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    stopping.cancel()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from error
    listener.listen(_BACKLOG)
    listener.setblocking(False)  # noqa: FBT003 the standard library's own signature
    return listener
