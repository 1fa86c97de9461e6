"""A local HTTP server that behaves as a provider's API is documented to, and misbehaves on request.

Each service is a subclass with one method, `answer`: it checks the key and the fields as the real one does. What goes
wrong with connections, time and limits is the same for all, and is here.
"""

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import Mapping
from enum import StrEnum
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import httptools
import msgspec

from tidings.providers.webhook import Webhook

KEPT_MAX = 1_000
"""Requests kept whole; older ones are only counted."""
COUNTED_MAX = 1_000_000


class HttpMood(StrEnum):
    """How a service treats one request."""

    OK = "as documented"
    RATE_LIMIT = "429 with Retry-After"
    RATE_LIMIT_BARE = "429 and no word when to come back"
    OUTAGE = "503"
    BROKEN = "500"
    GATEWAY_TIMEOUT = "504: somebody in between gave up waiting"
    REDIRECT = "301 to somewhere else"
    GARBAGE = "200 and a body that nobody can read"
    NO_HTTP = "an answer that is no HTTP"
    SLOW = "takes it and answers after a while"
    HANG = "takes it and does not answer"
    RESET_BEFORE = "hangs up before it reads the request"
    RESET_AFTER = "takes it and hangs up without an answer"
    PARTIAL = "takes it, and hangs up in the middle of the answer"
    HUGE = "takes it and answers without end"


TAKEN = frozenset(
    {HttpMood.OK, HttpMood.SLOW, HttpMood.HANG, HttpMood.RESET_AFTER, HttpMood.PARTIAL, HttpMood.GARBAGE, HttpMood.HUGE}
)
"""Moods in which the message went out, whatever the client hears of it."""


class ServiceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON, or None."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError:
            return None

    @property
    def form(self) -> dict[str, str]:
        """The body as a form; of several values the last."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


class ServiceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the service answers."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: Mapping[str, str] = {}
    taken: bool = False
    """True when a message went out with it."""

    @property
    def encoded(self) -> bytes:
        """The body as bytes."""
        return self.body if self.json is None else msgspec.json.encode(self.json)


class HttpService:
    """A real HTTP/1.1 server on a free port of 127.0.0.1, in the running loop.

    async with PostmarkService() as service:
        ...  # send to service.url
    assert service.counted["1-…"] == 1
    """

    KEY = "test-key-6f1f4c5f2b9d4b0e"
    """What it takes as its account's key."""
    slow_s = 0.2

    def __init__(self) -> None:
        self.mood = HttpMood.OK
        """How it treats what the script does not cover."""
        self.received: deque[ServiceRequest] = deque(maxlen=KEPT_MAX)
        self.counted: Counter[str] = Counter()
        """How often each message went out, by what names it: our message id where it travels, else its body."""
        self.connections = 0
        self.in_flight = 0
        self.in_flight_max = 0
        self.port = 0
        self.scripted_answers: deque[ServiceAnswer] = deque()
        self._script: deque[HttpMood] = deque()
        self._open: set[asyncio.Transport] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self._hanging = asyncio.Event()

    @property
    def url(self) -> str:
        """Where it is: the `base_url` of a provider's settings."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer as documented."""
        raise NotImplementedError

    def named(self, request: ServiceRequest) -> str:
        """Name the message that a request sends."""
        return hashlib.blake2b(request.body, digest_size=8).hexdigest()

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Post a body as the service would: signed, at a time (ms)."""
        return Webhook(url=url, body=body, at=at)

    def script(self, *moods: HttpMood) -> None:
        """Treat the next requests so, one mood each; then `mood` holds again."""
        self._script.extend(moods)

    def next_mood(self) -> HttpMood:
        """Tell how to treat the request that begins."""
        return self._script.popleft() if self._script else self.mood

    async def start(self) -> None:
        """Listen: at first on a free port, after `stop` on the same again."""
        self._hanging = asyncio.Event()
        self._listener = await asyncio.get_running_loop().create_server(self._connection, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    def _connection(self) -> asyncio.Protocol:
        return _Connection(self)

    async def stop(self) -> None:
        """Stop listening and hang up on everybody. Stopping twice is safe."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        listener.close()
        self._hanging.set()
        for transport in tuple(self._open):
            transport.abort()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await listener.wait_closed()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def opened(self, transport: asyncio.Transport) -> None:
        """Note a connection."""
        self.connections += 1
        self._open.add(transport)

    def lost(self, transport: asyncio.Transport) -> None:
        """Forget a connection."""
        self._open.discard(transport)

    def judge(self, request: ServiceRequest) -> tuple[HttpMood, ServiceAnswer]:
        """Decide what becomes of a request, and count what it sends."""
        self.received.append(request)
        mood = self.next_mood()
        refusal = None if mood in TAKEN else MOOD_ANSWERS.get(mood)  # what is refused is not remembered as seen
        answer = self.scripted_answers.popleft() if self.scripted_answers else refusal or self.answer(request)
        if answer.taken and mood in TAKEN and len(self.counted) < COUNTED_MAX:
            self.counted[self.named(request)] += 1
        return mood, MOOD_ANSWERS.get(mood, answer)

    def treat(self, request: ServiceRequest, transport: asyncio.Transport) -> None:
        """Answer a request in a task of its own, for moods that wait."""
        task = asyncio.get_running_loop().create_task(self._treat(request, transport))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _treat(self, request: ServiceRequest, transport: asyncio.Transport) -> None:
        mood, answer = self.judge(request)
        self.in_flight += 1
        self.in_flight_max = max(self.in_flight_max, self.in_flight)
        try:
            await self.wait(mood)
            self._write(mood, answer, transport)
        finally:
            self.in_flight -= 1

    async def wait(self, mood: HttpMood) -> None:
        """Wait as the mood is."""
        if mood is HttpMood.SLOW:
            await asyncio.sleep(self.slow_s)
        elif mood is HttpMood.HANG:
            await self._hanging.wait()

    @staticmethod
    def _write(mood: HttpMood, answer: ServiceAnswer, transport: asyncio.Transport) -> None:
        body = answer.encoded
        headers = {"Content-Type": "application/json", **answer.headers}
        length = len(body) + (1_000_000_000 if mood in {HttpMood.PARTIAL, HttpMood.HUGE} else 0)
        lines = [f"HTTP/1.1 {answer.status} Said", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        match mood:
            case HttpMood.RESET_AFTER:
                transport.abort()
            case HttpMood.NO_HTTP:
                transport.write(b"well, hello there\r\n\r\n")
                transport.close()
            case HttpMood.PARTIAL:
                transport.write(head + body)
                transport.close()
            case HttpMood.HUGE:
                transport.write(head + body + b" " * 4_000_000)
            case _ if answer.status == 204:
                transport.write(head.replace(f"Content-Length: {length}\r\n".encode(), b""))
            case _:
                transport.write(head + body)


MOOD_ANSWERS: Mapping[HttpMood, ServiceAnswer] = {
    HttpMood.RATE_LIMIT: ServiceAnswer(status=429, headers={"Retry-After": "7"}, json={"message": "slow down"}),
    HttpMood.RATE_LIMIT_BARE: ServiceAnswer(status=429, json={"message": "slow down"}),
    HttpMood.OUTAGE: ServiceAnswer(status=503, body=b"<html>Service Unavailable</html>"),
    HttpMood.BROKEN: ServiceAnswer(status=500, body=b""),
    HttpMood.GATEWAY_TIMEOUT: ServiceAnswer(status=504, body=b"<html>Gateway Timeout</html>"),
    HttpMood.REDIRECT: ServiceAnswer(status=301, headers={"Location": "https://elsewhere.example/"}),
    HttpMood.GARBAGE: ServiceAnswer(body=b"\x00\xff<not json"),
}


class _Connection(asyncio.Protocol):
    """One connection; httptools reads, the service answers."""

    def __init__(self, service: HttpService) -> None:
        self._service = service
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self.on_message_begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport
        self._service.opened(transport)

    def connection_lost(self, error: Exception | None) -> None:
        del error
        if self._transport is not None:
            self._service.lost(self._transport)

    def data_received(self, data: bytes) -> None:
        service = self._service
        if self._transport and (service.mood is HttpMood.RESET_BEFORE) and not service.scripted_answers:
            self._transport.abort()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self._transport is not None:
                self._transport.close()

    def on_message_begin(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body = bytearray()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        assert self._transport is not None  # noqa: S101 - for the type checker
        parts = urlsplit(self._url.decode("latin-1"))
        request = ServiceRequest(
            method=self._parser.get_method().decode(),
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=self._headers,
            body=bytes(self._body),
        )
        self._service.treat(request, self._transport)
