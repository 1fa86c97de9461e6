"""One connection to a NATS cluster, which finds another server when its own is gone."""

import asyncio
import contextlib
import itertools
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from tidings.backends.nats.address import NatsAddress
from tidings.errors import ConfigurationError, Unavailable

log = structlog.get_logger()

CONNECT_S = 2.0
"""A server that takes longer to greet us is not one to rely on; the next is tried."""

_PAUSES_S = (0.05, 0.1, 0.25, 0.5)
_GOODBYE_S = 1.0
_PING_S = 10
"""A server that vanished without a word is noticed after two of these."""


class ConnectionLost(Exception):
    """The connection broke before the answer came: whether the server acted is not known."""


class _CertificateWantedError(nats.errors.Error):
    """The server wants to see a certificate, and we have none. It would hang up without a word."""


class _Client(Client):
    """The library's client, which takes TLS when the server asks for it; ours insists when the settings do."""

    insists_on_tls = False
    has_certificate = False

    async def _process_info(self, info: dict[str, Any], initial_connection: bool = False) -> None:  # noqa: FBT001, FBT002
        if self.insists_on_tls and initial_connection and not info.get("tls_required"):
            raise nats.errors.SecureConnWantedError
        if info.get("tls_verify") and not self.has_certificate:
            raise _CertificateWantedError
        await super()._process_info(info, initial_connection)


class _Expected:
    """Answers that are waited for: one, or all up to the one that has a status."""

    def __init__(self, client: Client, *, several: bool) -> None:
        self.client = client
        self.done: asyncio.Future[list[Msg]] = asyncio.get_running_loop().create_future()
        self._several = several
        self._messages: list[Msg] = []

    def take(self, message: Msg) -> None:
        """Take the next answer."""
        self._messages.append(message)
        is_last = not self._several or "Status" in (message.headers or {})
        if is_last and not self.done.done():
            self.done.set_result(self._messages)

    def fail(self) -> None:
        """Give up: the connection broke."""
        if not self.done.done():
            self.done.set_exception(ConnectionLost())
            self.done.exception()  # whoever waits hears of it; nobody may be waiting any more


class Connection:
    """Asks and publishes over whichever server answers.

    The client's own reconnecting is left off: it would send later what was published while no server was there, after
    its caller has been told that it failed.
    """

    def __init__(self, address: NatsAddress) -> None:
        """Not for callers: `open` connects."""
        self.address = address
        self._servers = list(address.servers)
        self._client: Client | None = None
        self._connected = asyncio.Event()
        self._broken = asyncio.Event()
        self._expected: dict[str, _Expected] = {}
        self._tokens = itertools.count()
        self._inbox = ""
        self._on_connect: list[Callable[[Client], Awaitable[None]]] = []
        self._beside: set[asyncio.Future[None]] = set()
        self._keeping: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, address: NatsAddress) -> "Connection":
        """Connect to the first server that answers.

        Raises `ConfigurationError` when one answers that it will not have us, `Unavailable` when none answers.
        """
        connection = cls(address)
        await connection._connect()
        connection._keeping = asyncio.create_task(connection._keep())
        return connection

    @property
    def max_payload(self) -> int:
        """Tell how many bytes a message may have."""
        return self._client.max_payload if self._client is not None else 1024 * 1024

    @property
    def server(self) -> Client | None:
        """Tell which server answers now; None when none does."""
        return self._client

    def leave(self, server: Client | None) -> None:
        """Hang up on a server that takes what it is sent and brings no answer, if it is still ours: others come first.

        It may be cut off from the others, and would be so for as long as its line to us holds.
        """
        if server is not None and server is self._client and len(self._servers) > 1:
            log.warning("nats.left", server=server.connected_url.netloc if server.connected_url else "")
            self._lost(server)
            self._soon(_hang_up(server))

    async def on_connect(self, listen: Callable[[Client], Awaitable[None]]) -> None:
        """Have this done now and on every later connection."""
        self._on_connect.append(listen)
        if self._client is not None:
            await listen(self._client)

    async def live(self, *, until: float) -> Client:
        """Wait for a connection until that time of the loop's clock, then raise `Unavailable`."""
        if self._client is None and self._keeping is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._connected.wait()
        if self._client is None:
            raise Unavailable(f"no NATS server of stream_url answers ({self.address.shown})", retry_after_s=2)
        return self._client

    def publish_soon(self, subject: str, payload: bytes) -> None:
        """Publish without waiting. It may be lost, and is when no server is there: only for hints."""
        if self._client is not None:
            self._soon(_published(self._client, subject, payload))

    async def request(
        self, subject: str, payload: bytes = b"", *, headers: Mapping[str, str] | None = None, timeout_s: float
    ) -> Msg:
        """Ask for one answer. Raises `ConnectionLost`, `TimeoutError`, and `Unavailable` when no server is there."""
        expected, reply = await self.expect(timeout_s=timeout_s)
        await self.send(expected.client, subject, payload, reply, headers)
        return (await self.answers(expected, reply, timeout_s=timeout_s))[0]

    async def request_several(self, subject: str, payload: bytes, *, timeout_s: float) -> list[Msg]:
        """Ask for answers up to the one with a status, which is the last of the list. Raises as `request` does."""
        expected, reply = await self.expect(timeout_s=timeout_s, several=True)
        await self.send(expected.client, subject, payload, reply, None)
        return await self.answers(expected, reply, timeout_s=timeout_s)

    async def expect(self, *, timeout_s: float, several: bool = False) -> tuple[_Expected, str]:
        """Prepare for an answer: what to wait for, and the subject to have it sent to."""
        client = await self.live(until=asyncio.get_running_loop().time() + timeout_s)
        token = f"{next(self._tokens):x}"
        expected = self._expected[token] = _Expected(client, several=several)
        return expected, f"{self._inbox}.{token}"

    async def answers(self, expected: _Expected, reply: str, *, timeout_s: float) -> list[Msg]:
        """Wait for what was prepared."""
        try:
            async with asyncio.timeout(timeout_s):
                return await expected.done
        finally:
            self._expected.pop(reply.rpartition(".")[2], None)

    async def send(
        self, client: Client, subject: str, payload: bytes, reply: str, headers: Mapping[str, str] | None
    ) -> None:
        """Publish over the connection that an answer is expected on. Raises `ConnectionLost`."""
        try:
            await client.publish(subject, payload, reply, dict(headers) if headers else None)
        except nats.errors.MaxPayloadError:
            raise
        except (nats.errors.Error, OSError) as error:  # it closed, or is closing, under our hands
            raise ConnectionLost from error

    async def close(self) -> None:
        """Disconnect. Safe to call twice."""
        keeping, self._keeping = self._keeping, None
        if keeping is None:
            return
        keeping.cancel()
        await asyncio.wait((keeping, *self._beside))
        if self._client is not None:
            client, self._client = self._client, None
            self._lost(client)
            with contextlib.suppress(Exception):  # it may be half gone
                await client.flush(timeout=1)
            await _hang_up(client)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _keep(self) -> None:
        """Connect anew whenever the connection breaks."""
        tries = 0
        while True:
            await self._broken.wait()
            try:
                await self._connect()
            except (Unavailable, ConfigurationError) as error:
                if tries == 0:
                    log.warning("nats.away", reason=str(error))
                await asyncio.sleep(_PAUSES_S[min(tries, len(_PAUSES_S) - 1)])
                tries += 1
            except Exception:
                log.exception("nats.connect_failed")
                await asyncio.sleep(_PAUSES_S[-1])
            else:
                log.info("nats.connected", tries=tries + 1)
                tries = 0

    async def _connect(self) -> None:
        refusal: ConfigurationError | Unavailable | None = None
        for server in list(self._servers):
            try:
                client = await self._connect_to(server)
            except ConfigurationError as error:
                refusal = error
            except Unavailable as error:
                refusal = refusal or error
            else:
                self._servers.remove(server)
                self._servers.append(server)  # should it break, the others come first
                await self._begin(client)
                return
        raise refusal or Unavailable("stream_url names no server")

    async def _begin(self, client: Client) -> None:
        self._inbox = client.new_inbox()
        await client.subscribe(f"{self._inbox}.*", cb=self._answer)
        known = {server.partition("://")[2] for server in self._servers}
        self._servers += [f"nats://{uri.netloc}" for uri in client.discovered_servers if uri.netloc not in known]
        if client.is_closed:
            raise Unavailable("the NATS server hung up at once", retry_after_s=2)
        self._client = client
        self._broken.clear()
        self._connected.set()
        for listen in self._on_connect:
            await listen(client)

    async def _connect_to(self, server: str) -> Client:
        shown = server.partition("://")[2]
        client = _Client()
        client.insists_on_tls = self.address.is_tls
        client.has_certificate = self.address.tls_cert is not None

        async def closed() -> None:
            self._lost(client)

        try:
            async with asyncio.timeout(CONNECT_S * 2):
                await client.connect(
                    server,
                    name="tidings",
                    allow_reconnect=False,
                    max_reconnect_attempts=1,
                    reconnect_time_wait=0,
                    connect_timeout=int(CONNECT_S),
                    ping_interval=_PING_S,
                    error_cb=_quietly,
                    closed_cb=closed,
                    tls=self.address.tls(),
                    **self.address.login(),
                )
        except ConfigurationError:
            raise
        except Exception as error:
            await _hang_up(client)
            raise _refusal(shown, error, client.last_error) from error
        return client

    def _lost(self, client: Client) -> None:
        for expected in list(self._expected.values()):
            if expected.client is client:
                expected.fail()
        if self._client is client:
            self._client = None
            self._connected.clear()
            self._broken.set()

    async def _answer(self, message: Msg) -> None:
        expected = self._expected.get(message.subject.rpartition(".")[2])
        if expected is not None:
            expected.take(message)


async def _published(client: Client, subject: str, payload: bytes) -> None:
    with contextlib.suppress(nats.errors.Error):
        await client.publish(subject, payload)


async def _hang_up(client: Client) -> None:
    """Close, but do not wait for a goodbye that a broken line never says."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_GOODBYE_S):
            await client.close()


async def _quietly(_error: Exception) -> None:
    """Whatever matters breaks the connection or fails a request, and is told there."""


def _refusal(server: str, error: Exception, last: Exception | None) -> ConfigurationError | Unavailable:
    causes = [each for each in (error, error.__cause__, last) if each is not None]
    text = " ".join(str(each) for each in causes).lower()
    if any(isinstance(each, nats.errors.SecureConnWantedError) for each in causes):
        return ConfigurationError(f"stream_url wants TLS and the NATS server at {server} offers none: write nats://")
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        return ConfigurationError(
            f"stream_url: the certificate of the NATS server at {server} is not trusted: set stream_tls_ca"
        )
    if any(isinstance(each, _CertificateWantedError) for each in causes):
        return ConfigurationError(
            f"stream_url: the NATS server at {server} wants a certificate: set stream_tls_cert and stream_tls_key"
        )
    if any(isinstance(each, ssl.SSLError) for each in causes):
        return ConfigurationError(f"stream_url: no TLS with the NATS server at {server}: {error}")
    if "authorization violation" in text or "authentication" in text or "nonce" in text:
        return ConfigurationError(
            f"stream_url: the NATS server at {server} does not let us in: check its user and password, its token, "
            "or stream_credentials"
        )
    return Unavailable(
        f"no NATS server of stream_url answers ({server}): start it, or correct the URL", retry_after_s=2
    )
