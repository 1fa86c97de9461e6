"""The one HTTP client for outside destinations."""

import asyncio
import errno
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import structlog

from tidings.destinations import HttpAnswer, HttpFault, HttpRequest
from tidings.destinations.http import ANSWER_BYTES_MAX
from tidings.destinations.reach import Blocked, check_url

if TYPE_CHECKING:
    from aiohttp import ClientSession, StreamReader

log = structlog.get_logger()

CONNECTIONS_MAX = 200
_REDIRECTS_MAX = 3
_KEEP_ALIVE_S = 30.0
_SHOWN_HEADERS = 40


class HttpCarrier:
    """`tidings.ports.Carrier` with one pool of connections.

    Every address is checked when it is connected to. 307 and 308 are followed on the same host, as Segment follows
    307; other redirects are answers: a secret must not travel to where the destination's owner did not send it.
    """

    def __init__(self, *, allow_private: bool = False, answer_bytes_max: int = ANSWER_BYTES_MAX) -> None:
        """`allow_private` lets requests reach addresses inside; for destinations on one's own network."""
        self._allow_private = allow_private
        self._answer_bytes_max = answer_bytes_max
        self._session: ClientSession | None = None

    async def carry(self, request: HttpRequest) -> HttpAnswer | HttpFault:
        """Make one request."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(request.timeout_s):
                return await self._follow(request, began)
        except Exception as error:  # noqa: BLE001 whatever a client can raise is a fault; it is told apart below
            return _fault(error, _elapsed_ms(began))

    async def close(self) -> None:
        """Let go of all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _follow(self, request: HttpRequest, began: float) -> HttpAnswer:
        url = request.url
        for _ in range(_REDIRECTS_MAX):
            answer = await self._ask(request, url, began)
            location = answer.headers.get("location")
            if answer.status not in (307, 308) or not location:
                return answer
            onward = urljoin(url, location)
            if urlsplit(onward)[:2] != urlsplit(url)[:2]:
                return answer
            url = onward
        return answer

    async def _ask(self, request: HttpRequest, url: str, began: float) -> HttpAnswer:
        if not self._allow_private:
            check_url(url)
        session = self._session = self._session or self._open()
        asked = session.request(
            request.method, url, headers=request.headers, data=request.body or None, allow_redirects=False
        )
        async with asked as response:
            body = await _bounded(response.content, self._answer_bytes_max)
            headers = {name.lower(): value for name, value in list(response.headers.items())[:_SHOWN_HEADERS]}
            return HttpAnswer(status=response.status, headers=headers, body=body, elapsed_ms=_elapsed_ms(began))

    def _open(self) -> "ClientSession":
        from aiohttp import ClientSession, DummyCookieJar, TCPConnector  # noqa: PLC0415 see `guarded_resolver`

        from tidings.carriers.guarded_resolver import GuardedResolver  # noqa: PLC0415 as above

        connector = TCPConnector(
            limit=CONNECTIONS_MAX,
            keepalive_timeout=_KEEP_ALIVE_S,
            resolver=None if self._allow_private else GuardedResolver(),
        )
        return ClientSession(connector=connector, cookie_jar=DummyCookieJar(), trust_env=False, auto_decompress=True)


async def _bounded(content: "StreamReader", bytes_max: int) -> bytes:
    body = bytearray()
    while len(body) < bytes_max and (chunk := await content.read(bytes_max - len(body))):
        body += chunk
    return bytes(body)


def _elapsed_ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


_CODES = {
    errno.ECONNREFUSED: "ECONNREFUSED",
    errno.ECONNRESET: "ECONNRESET",
    errno.EPIPE: "ECONNRESET",
    errno.EHOSTUNREACH: "EHOSTUNREACH",
    errno.ENETUNREACH: "EHOSTUNREACH",
    errno.ETIMEDOUT: "ETIMEDOUT",
}


def _fault(error: Exception, elapsed_ms: int) -> HttpFault:  # noqa: PLR0911 one answer for each kind of fault
    """Name what went wrong, without address or secret."""
    import ssl  # noqa: PLC0415 only where something failed

    from aiohttp import ClientConnectorDNSError, ClientError, InvalidURL, ServerDisconnectedError  # noqa: PLC0415

    causes: list[Any] = [error, getattr(error, "os_error", None), error.__cause__, error.__context__]
    if any(isinstance(cause, Blocked) for cause in causes):
        detail = "the address is inside a private network; `allow_private_destinations` would permit it"
        return HttpFault(code="BLOCKED", detail=detail, is_final=True, elapsed_ms=elapsed_ms)
    if isinstance(error, TimeoutError):
        return HttpFault(code="ETIMEDOUT", detail="there was no answer in time", elapsed_ms=elapsed_ms)
    # Before the next one: Python's own error for a bad certificate is a `ValueError` too.
    if any(isinstance(cause, ssl.SSLError | ssl.CertificateError) for cause in causes):
        return HttpFault(code="ETLS", detail="the server's certificate is not trusted", elapsed_ms=elapsed_ms)
    if isinstance(error, InvalidURL | ValueError) and not isinstance(error, UnicodeError):
        return HttpFault(code="EBADURL", detail="the URL cannot be called", is_final=True, elapsed_ms=elapsed_ms)
    if isinstance(error, ClientConnectorDNSError):
        return HttpFault(code="ENOTFOUND", detail="the host's name leads nowhere", elapsed_ms=elapsed_ms)
    if isinstance(error, ServerDisconnectedError):
        return HttpFault(code="ECONNRESET", detail="the server hung up without an answer", elapsed_ms=elapsed_ms)
    number = next((cause.errno for cause in causes if isinstance(cause, OSError) and cause.errno), 0)
    if code := _CODES.get(number):
        return HttpFault(code=code, detail="the connection failed", elapsed_ms=elapsed_ms)
    if not isinstance(error, ClientError | OSError | EOFError):
        log.error("carrier.failed", exc_info=error)
    return HttpFault(code="EPROTO", detail=f"no usable answer ({type(error).__name__})", elapsed_ms=elapsed_ms)
