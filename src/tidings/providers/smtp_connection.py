"""One connection to an SMTP server. aiosmtplib opens it (TLS, EHLO, login); mails then go in two round trips.

aiosmtplib's own way of sending takes a round trip per command and does not say whether the body was begun when a
connection breaks: the one thing that decides between trying again and never daring to. So once it has logged in, its
transport is handed to `SmtpConnection`, which pipelines MAIL, RCPT and DATA (RFC 2920) where the server offers it.
"""

import asyncio
import re
from typing import NamedTuple

from tidings.providers.mime import Mail
from tidings.providers.smtp_reply import Replies, Reply

REPLY_BYTES_MAX = 65_536
"""All lines of the replies to one exchange; a real server needs a few hundred."""
LOST = "the connection was lost"
SILENT = "no answer in time"
GARBLED = "an unreadable answer"

_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?")


class Offers(NamedTuple):
    """What the server said it can do."""

    pipelining: bool = False
    size: bool = False
    utf8: bool = False


class SmtpConnection(asyncio.Protocol):
    """An open, logged-in connection: one exchange at a time. Closed for good by any fault."""

    def __init__(self, transport: asyncio.Transport, offers: Offers, *, encrypted: bool) -> None:
        self.offers = offers
        self.encrypted = encrypted
        self.mails = 0
        """How many mails were offered on it."""
        self.used_at = 0.0
        """When it was last given back, by the loop's clock."""
        self.needs_reset = False
        """True when a mail was offered and not taken: RSET comes before the next."""
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._buffer = bytearray()
        self._lines: list[str] = []
        self._replies: list[Reply] = []
        self._wanted = 0
        self._fault = LOST if transport.is_closing() else ""
        self._waiter: asyncio.Future[None] | None = None
        self._lost = asyncio.Event()
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Whether it may be used again."""
        return not self._fault and not self._transport.is_closing()

    @property
    def is_gone(self) -> bool:
        """Whether the transport has let go of its socket."""
        return self._lost.is_set()

    async def offer(self, mail: Mail, *, timeout_s: float) -> Replies:
        """Say MAIL, RCPT and DATA; stop at the first refusal that matters. Nothing of the mail is sent."""
        self.mails += 1
        commands = self._commands(mail)
        resets = int(self.needs_reset)
        self.needs_reset = True
        if self.offers.pipelining:
            got = await self.exchange(b"".join(commands), len(commands), timeout_s=timeout_s)
            return Replies(got.replies[resets:], got.fault)
        got = await self._one_by_one(commands, stop_at=resets + 1, timeout_s=timeout_s)
        return Replies(got.replies[resets:], got.fault)

    async def _one_by_one(self, commands: list[bytes], *, stop_at: int, timeout_s: float) -> Replies:
        deadline = self._loop.time() + timeout_s
        replies: list[Reply] = []
        for place, command in enumerate(commands):
            got = await self.exchange(command, 1, timeout_s=max(deadline - self._loop.time(), 0))
            replies += got.replies
            if got.fault or (place <= stop_at and replies[-1].code >= 400):
                return Replies(replies, got.fault)
        return Replies(replies)

    async def deliver(self, mail: Mail, *, timeout_s: float) -> Replies:
        """Send the mail itself, after 354, and wait for the one answer that counts."""
        self.needs_reset = False
        return await self.exchange(mail.raw.replace(b"\r\n.", b"\r\n..") + b".\r\n", 1, timeout_s=timeout_s)

    async def exchange(self, data: bytes, count: int, *, timeout_s: float) -> Replies:
        """Write, and wait until `count` replies have come. Never raises for what the server does."""
        if self.is_open:
            self._replies, self._wanted = [], count
            self._waiter = self._loop.create_future()
            timer = self._loop.call_later(timeout_s, self._break_off, SILENT)
            try:
                self._transport.write(data)
                await self._waiter
            except asyncio.CancelledError:
                self._break_off(LOST)
                raise
            finally:
                timer.cancel()
                self._waiter, self._wanted = None, 0
            return Replies(self._replies, "" if len(self._replies) >= count else self._fault)
        return Replies((), self._fault or LOST)

    def close(self) -> None:
        """Leave politely: say QUIT and do not wait for the answer."""
        if self.is_open:
            self._transport.write(b"QUIT\r\n")
            self._fault = LOST
            self._transport.close()

    def abort(self) -> None:
        """Leave at once. Before the end of a mail's body this takes the mail back (RFC 5321 §4.1.1.4)."""
        self._break_off(LOST)

    async def wait_closed(self, *, timeout_s: float) -> None:
        """Wait until the transport has let go, and make it when it takes longer."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._lost.wait()
        except TimeoutError:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take replies apart; nobody may speak without being asked."""
        self._buffer += data
        if self._waiter is None or len(self._buffer) > REPLY_BYTES_MAX:
            # Between mails a server speaks to say goodbye (421); the connection is of no use then.
            self._break_off(LOST if self._waiter is None else GARBLED)
            return
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end]).rstrip(b"\r")
            del self._buffer[: end + 1]
            if not self._read_line(line):
                self._break_off(GARBLED)
                return
        if len(self._replies) >= self._wanted and not self._waiter.done():
            if len(self._replies) > self._wanted or self._buffer or self._lines:
                self._break_off(GARBLED)  # more than was asked for: the next reply could not be told apart
                return
            self._waiter.set_result(None)

    def _read_line(self, line: bytes) -> bool:
        match = _LINE.fullmatch(line)
        if match is None:
            return False
        code, dash, text = match.groups()
        self._lines.append((text or b"").decode("utf-8", "replace"))
        if dash != b"-":
            self._replies.append(Reply(int(code), " ".join(self._lines)))
            self._lines = []
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Wake whoever waits."""
        self._fault = self._fault or LOST
        self._lost.set()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _break_off(self, fault: str) -> None:
        self._fault = self._fault or fault
        self._transport.abort()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _commands(self, mail: Mail) -> list[bytes]:
        options = f" SIZE={len(mail.raw)}" if self.offers.size else ""
        if mail.needs_utf8:
            options += " SMTPUTF8 BODY=8BITMIME"  # its headers are not ASCII (RFC 6531 §3.6)
        commands = [b"RSET\r\n"] if self.needs_reset else []
        commands.append(f"MAIL FROM:<{mail.sender}>{options}\r\n".encode())
        commands += [f"RCPT TO:<{address}>\r\n".encode() for address in mail.recipients]
        commands.append(b"DATA\r\n")
        return commands
