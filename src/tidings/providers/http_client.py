"""The one HTTP client: pooled, bounded, and exact about whether a request can have reached the service.

It is pyreqwest behind a seam of one method (ADR 0034). Redirects are not followed: an API that moves says so in its
settings.
"""

import time
from collections import OrderedDict
from datetime import timedelta
from typing import Any

import msgspec

from tidings import __version__
from tidings.errors import InvalidInput
from tidings.providers.http_message import HttpRequest, HttpResponse, Unanswered, Unreached
from tidings.providers.url_guard import UrlGuard

ANSWER_BYTES_MAX = 256 * 1024
"""More than any documented answer; what comes after is not read."""
CONNECT_TIMEOUT_S = 10.0
IDLE_S = 30.0
"""How long a connection is kept for the next message."""
PINNED_MAX = 64
"""Hosts of guarded URLs whose address is remembered."""
PINNED_S = 60.0
_USER_AGENT = f"tidings/{__version__}"
_NO_CONNECTION = "client error (Connect)"


class Limits(msgspec.Struct, frozen=True):
    """What bounds one account's requests."""

    timeout_s: float = 20
    connections_max: int = 32
    http2: bool = False
    """Speak HTTP/2 alone, as APNs wants."""
    ca_certificates: str = ""
    """PEM of authorities to trust beside the usual ones."""


class HttpClient:
    """The connections of one account. Safe to use from many tasks at once; opens none until asked."""

    def __init__(self, limits: Limits, *, guard: UrlGuard) -> None:
        self._limits = limits
        self._guard = guard
        self._client: Any = None
        self._pinned: OrderedDict[tuple[str, int], tuple[Any, float]] = OrderedDict()
        self._closed = False

    async def call(self, request: HttpRequest) -> HttpResponse | Unreached | Unanswered:
        """Send one request and read its answer, within `timeout_s`. Raises `InvalidInput` for a URL that may not be."""
        if self._closed:
            return Unreached("the account was closed")
        try:
            client = await self._client_for(request)
        except OSError:
            return Unreached("the host's name could not be resolved")
        return await self._exchange(client, request.encoded())

    async def _exchange(self, client: Any, request: HttpRequest) -> HttpResponse | Unreached | Unanswered:
        from pyreqwest import exceptions  # noqa: PLC0415 - see _build

        try:
            building = client.request(request.method, request.url).headers(list(request.headers.items()))
            async with building.body_bytes(request.body).build_streamed() as answer:
                body = await _bounded(answer)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return HttpResponse(status=answer.status, headers=headers, body=body)
        except (exceptions.BuilderError, ValueError):
            raise InvalidInput("the URL or a header of the request is not a valid one", path="url") from None
        except (exceptions.PoolTimeoutError, exceptions.ClientClosedError):
            return Unreached("no connection was free in time")
        except exceptions.RequestError as error:
            return _fault(error)

    async def close(self) -> None:
        """Let go of the connections. Closing twice is safe."""
        self._closed = True
        clients = [client for client, _ in self._pinned.values()]
        self._pinned.clear()
        if self._client is not None:
            clients.append(self._client)
            self._client = None
        for client in clients:
            await client.close()

    async def _client_for(self, request: HttpRequest) -> Any:
        if not request.guarded or self._guard.allows_private:
            if self._client is None:
                self._client = self._build()
            return self._client
        return await self._pinned_client(request.url)

    async def _pinned_client(self, url: str) -> Any:
        """Resolve the host once and connect to just that address, so that no later answer of DNS can lead elsewhere."""
        host, port = self._guard.place(url)
        known = self._pinned.get((host, port))
        if known is not None and known[1] > time.monotonic():
            self._pinned.move_to_end((host, port))
            return known[0]
        address = await self._guard.resolve(host, port)
        client = self._build(pin=(host, address, port))
        self._pinned[host, port] = (client, time.monotonic() + PINNED_S)
        if known is not None:
            await known[0].close()
        if len(self._pinned) > PINNED_MAX:
            _, (oldest, _) = self._pinned.popitem(last=False)
            await oldest.close()
        return client

    def _build(self, pin: tuple[str, str, int] | None = None) -> Any:
        from pyreqwest.client import ClientBuilder  # noqa: PLC0415 - who only reads the catalog needs no client

        limits = self._limits
        builder = (
            ClientBuilder()
            .user_agent(_USER_AGENT)
            .follow_redirects(enable=False)
            .referer(enable=False)
            .timeout(timedelta(seconds=limits.timeout_s))
            .connect_timeout(timedelta(seconds=min(CONNECT_TIMEOUT_S, limits.timeout_s)))
            .pool_timeout(timedelta(seconds=limits.timeout_s))
            .max_connections(limits.connections_max)
            .pool_idle_timeout(timedelta(seconds=IDLE_S))
        )
        if limits.http2:
            builder = builder.http2_prior_knowledge()
        if limits.ca_certificates:
            builder = builder.add_root_certificate_pem(limits.ca_certificates.encode())
        if pin:
            builder = builder.no_proxy().resolve(*pin)
        return builder.build()


async def _bounded(answer: Any) -> bytes:
    body = bytearray()
    while len(body) < ANSWER_BYTES_MAX:
        chunk = await answer.body_reader.read(ANSWER_BYTES_MAX)
        if not chunk:
            break
        body += memoryview(chunk)
    return bytes(body[:ANSWER_BYTES_MAX])


def _fault(error: Any) -> Unreached | Unanswered:
    """Tell a connection that never was from a request that may have been read.

    The class of the exception does not tell them apart (a server that hangs after the request counts there as a
    connect timeout), hyper's own word in the chain of causes does. What lacks it counts as sent: the safe mistake.
    """
    causes = [str(cause.get("message", "")) for cause in (error.details or {}).get("causes") or ()]
    if _NO_CONNECTION in causes:
        return Unreached(f"could not connect: {_plain(causes)}")
    if any("timed out" in cause for cause in causes):
        return Unanswered("it did not answer in time")
    return Unanswered("the connection broke before a whole answer came")


_PLAIN = {
    "refused": "connection refused",
    "dns": "the host's name could not be resolved",
    "timed out": "no answer in time",
    "certificate": "its certificate cannot be verified",
    "corrupt message": "it does not speak TLS",
}


def _plain(causes: list[str]) -> str:
    said = " ".join(causes).lower()
    return next((words for mark, words in _PLAIN.items() if mark in said), "the network says no")
