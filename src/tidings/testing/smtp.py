"""An SMTP server for tests: it keeps what it is sent, counts it, and misbehaves on request.

Needs the extra `testing` (`pip install tidings[testing]`), which brings aiosmtpd and trustme.
"""

import asyncio
import logging
import re
import ssl
import warnings
from collections import Counter, deque
from enum import StrEnum
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

import msgspec
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of what a server for tests is meant to do

KEPT_MAX = 1_000
"""Mails kept whole; older ones are only counted."""
COUNTED_MAX = 1_000_000
"""Different mails counted; beyond it `counted` no longer grows."""

Tls = Literal["none", "starttls", "tls"]


class Mood(StrEnum):
    """How the server treats one mail, or one connection."""

    OK = "takes it"
    REFUSE_CONNECTION = "421 instead of a greeting"
    REFUSE_LOGIN_LATER = "454 to AUTH"
    REFUSE_SENDER = "550 to MAIL"
    REFUSE_SENDER_LATER = "451 to MAIL"
    CLOSE = "421 to MAIL, and hangs up"
    REFUSE_RECIPIENT = "550 5.1.1 to RCPT: user unknown"
    REFUSE_RECIPIENT_BY_POLICY = "550 5.7.1 to RCPT"
    REFUSE_RECIPIENT_LATER = "451 4.7.1 to RCPT: greylisted"
    REFUSE_COPIES = "550 to every RCPT but the first"
    GARBAGE_BEFORE_BODY = "no reply of SMTP to DATA"
    HANG_BEFORE_BODY = "no answer to DATA"
    DROP_BEFORE_BODY = "hangs up at DATA"
    REFUSE_DATA = "554 to DATA"
    REFUSE_BODY = "554 to the body"
    REFUSE_BODY_LATER = "452 to the body"
    GARBAGE_AFTER_BODY = "takes it and answers nonsense"
    HANG_AFTER_BODY = "takes it and does not answer"
    DROP_AFTER_BODY = "takes it and hangs up without an answer"


_ON_CONNECTION = frozenset({Mood.REFUSE_CONNECTION, Mood.REFUSE_LOGIN_LATER})
_MAIL_ANSWERS = {
    Mood.REFUSE_SENDER: "550 5.7.1 <{address}> may not send",
    Mood.REFUSE_SENDER_LATER: "451 4.3.0 not now",
}
_RCPT_ANSWERS = {
    Mood.REFUSE_RECIPIENT: "550 5.1.1 <{address}>: user unknown in our table",
    Mood.REFUSE_RECIPIENT_BY_POLICY: "550 5.7.1 relaying denied for {address}",
    Mood.REFUSE_RECIPIENT_LATER: "451 4.7.1 <{address}> greylisted, come back",
}
_BODY_ANSWERS = {
    Mood.REFUSE_BODY: "554 5.6.0 content refused",
    Mood.REFUSE_BODY_LATER: "452 4.3.1 no space left",
    Mood.GARBAGE_AFTER_BODY: "well, hello there",
}


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """One mail as it came."""

    message_id: str
    """The Message-ID header, without its angle brackets."""
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class SmtpServer:
    """A real SMTP server on a free port of 127.0.0.1, in the running loop.

        async with SmtpServer() as server:
            ...  # send to server.url
        assert server.counted[message_id, "ann@example.com"] == 1

    With `tls` it has a certificate of its own authority, `ca_certificates`, which nobody trusts. With `credentials`
    it takes mail only after a login. `delay_s` slows every answer to a body.
    """

    def __init__(
        self,
        *,
        tls: Tls = "none",
        credentials: tuple[str, str] | None = None,
        pipelining: bool = True,
        smtputf8: bool = True,
        delay_s: float = 0,
    ) -> None:
        self.tls = tls
        self.credentials = credentials
        self.pipelining = pipelining
        self.smtputf8 = smtputf8
        self.delay_s = delay_s
        self.mood = Mood.OK
        """How it treats what the script does not cover."""
        self.received: deque[Received] = deque(maxlen=KEPT_MAX)
        self.counted: Counter[tuple[str, str]] = Counter()
        """How often each mail came for each recipient, by Message-ID and address."""
        self.connections = 0
        """Connections accepted so far."""
        self.connections_open_max = 0
        """Most connections open at once."""
        self.commands: Counter[str] = Counter()
        """MAIL and DATA commands, to tell what was tried."""
        self.ca_certificates = ""
        self.port = 0
        self._script: deque[Mood] = deque()
        self._open: set[asyncio.BaseTransport] = set()
        self._listener: asyncio.Server | None = None
        self._context: ssl.SSLContext | None = None
        self.hanging = asyncio.Event()
        """Set when those who hang may go on: at the end."""

    @property
    def url(self) -> str:
        """Where it is, as `TIDINGS_SMTP_URL` wants it."""
        login = "{}:{}@".format(*(quote(part, safe="") for part in self.credentials)) if self.credentials else ""
        return f"{'smtps' if self.tls == 'tls' else 'smtp'}://{login}127.0.0.1:{self.port}"

    @property
    def connections_open(self) -> int:
        """Connections open now."""
        return len(self._open)

    def script(self, *moods: Mood) -> None:
        """Treat the next mails so, one mood each; then `mood` holds again."""
        self._script.extend(moods)

    async def start(self) -> None:
        """Listen: at first on a free port, after `stop` on the same again."""
        if self.tls != "none" and self._context is None:
            self._context = self._certified()
        self.hanging.clear()
        self._listener = await asyncio.get_running_loop().create_server(
            self._session, "127.0.0.1", self.port, ssl=self._context if self.tls == "tls" else None
        )
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and hang up on everybody. Stopping twice is safe."""
        if self._listener is None:
            return
        self._listener.close()
        self.hang_up()
        await self._listener.wait_closed()
        self._listener = None

    def hang_up(self) -> None:
        """Cut every open connection, as a server does that is restarted or that tires of idle clients."""
        self.hanging.set()
        self.hanging = asyncio.Event()
        for transport in tuple(self._open):
            transport.close()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def _certified(self) -> ssl.SSLContext:
        authority = trustme.CA()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        self.ca_certificates = authority.cert_pem.bytes().decode()
        return context

    def _session(self) -> asyncio.Protocol:
        self.connections += 1
        if self.take(Mood.REFUSE_CONNECTION):
            return _Refusal()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a login without TLS is unsafe, which a test may want
            return _Session(self, self._context if self.tls == "starttls" else None)

    def take(self, wanted: Mood) -> bool:
        """Take a mood that is about a connection, if it is next."""
        if self._script and self._script[0] is wanted:
            self._script.popleft()
            return True
        return not self._script and self.mood is wanted

    def next_mood(self) -> Mood:
        """Tell how to treat the mail that begins."""
        if self._script and self._script[0] not in _ON_CONNECTION:
            return self._script.popleft()
        return Mood.OK if self.mood in _ON_CONNECTION else self.mood

    def lost(self, transport: asyncio.BaseTransport) -> None:
        """Forget a connection."""
        self._open.discard(transport)

    def opened(self, transport: asyncio.BaseTransport) -> None:
        """Note a connection."""
        self._open.add(transport)
        self.connections_open_max = max(self.connections_open_max, len(self._open))

    def keep(self, envelope: Envelope) -> None:
        """Keep and count a mail."""
        raw = bytes(envelope.original_content or b"")
        found = re.search(rb"^Message-ID: <([^>]*)>", raw, re.MULTILINE | re.IGNORECASE)
        message_id = found[1].decode() if found else ""
        recipients = tuple(envelope.rcpt_tos)
        self.received.append(
            Received(message_id=message_id, sender=envelope.mail_from or "", recipients=recipients, raw=raw)
        )
        for recipient in recipients:
            if len(self.counted) < COUNTED_MAX:
                self.counted[message_id, recipient] += 1


class _Refusal(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - for the type checker
        transport.write(b"421 4.3.2 too busy\r\n")
        transport.close()


class _Session(SMTP):
    """One connection. aiosmtpd speaks; the hooks below decide."""

    def __init__(self, server: SmtpServer, context: ssl.SSLContext | None) -> None:
        self._server = server
        self._mood = Mood.OK
        super().__init__(
            self,
            hostname="smtp.test",
            ident="tidings testing",
            enable_SMTPUTF8=server.smtputf8,
            tls_context=context,
            auth_required=server.credentials is not None,
            auth_require_tls=server.credentials is None or server.tls == "starttls",
            authenticator=self._judge_login,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._server.opened(transport)

    def connection_lost(self, error: Exception | None) -> None:
        for transport in (self.transport, self._original_transport):
            if transport is not None:
                self._server.lost(transport)
        super().connection_lost(error)

    def _judge_login(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        if self._server.take(Mood.REFUSE_LOGIN_LATER):
            return AuthResult(success=False, handled=False, message="454 4.7.0 try again later")
        assert isinstance(data, LoginPassword)  # noqa: S101 - for the type checker
        given = (data.login.decode(), data.password.decode())
        # Answers as some servers do: with the user name, which must not get into anybody's log.
        refusal = f"535 5.7.8 authentication of {given[0]} failed"
        success = given == self._server.credentials
        return AuthResult(success=success, handled=False, message=None if success else refusal)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], "250-PIPELINING", *responses[1:]] if self._server.pipelining else responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._server.commands["MAIL"] += 1
        self._mood = self._server.next_mood()
        if self._mood is Mood.CLOSE:
            await self.push("421 4.3.2 closing")
            self._hang_up()
            return "421 4.3.2 closing"
        if answer := _MAIL_ANSWERS.get(self._mood):
            return answer.format(address=address)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := _RCPT_ANSWERS.get(self._mood):
            return answer.format(address=address)
        if self._mood is Mood.REFUSE_COPIES and envelope.rcpt_tos:
            return f"550 5.1.1 <{address}> unknown"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        self._server.commands["DATA"] += 1
        match self._mood:
            case Mood.DROP_BEFORE_BODY:
                self._hang_up()
            case Mood.HANG_BEFORE_BODY:
                await self._server.hanging.wait()
            case Mood.GARBAGE_BEFORE_BODY:
                await self.push("well, hello there")
            case Mood.REFUSE_DATA:
                await self.push("554 5.5.0 no")
            case _:
                await super().smtp_DATA(arg)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self._mood in {Mood.REFUSE_BODY, Mood.REFUSE_BODY_LATER}:
            return _BODY_ANSWERS[self._mood]
        self._server.keep(envelope)
        if self._server.delay_s:
            await asyncio.sleep(self._server.delay_s)
        if self._mood is Mood.HANG_AFTER_BODY:
            await self._server.hanging.wait()
        if self._mood is Mood.DROP_AFTER_BODY:
            self._hang_up()
        return _BODY_ANSWERS.get(self._mood, f"250 2.0.0 OK: queued as {len(self._server.counted):X}")

    def _hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()
