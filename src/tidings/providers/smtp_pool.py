"""A few connections to one SMTP server, opened when needed and used again."""

import asyncio
import ssl

import structlog

from tidings.messages import Reason, RetryLater, Undeliverable
from tidings.providers.smtp_connection import SmtpConnection
from tidings.providers.smtp_opening import open_connection, tls_context
from tidings.providers.smtp_settings import SmtpSettings

IDLE_S_MAX = 60.0
"""Then a connection is closed; servers commonly hang up after 300 s at the earliest."""
PROBE_AFTER_S = 10.0
"""A connection idle for longer is asked (NOOP) before use: firewalls forget connections silently."""
PROBE_TIMEOUT_S = 5.0
CLOSE_TIMEOUT_S = 1.0

log = structlog.get_logger(__name__)


class SmtpPool:
    """At most `connections_max` connections, the last used first, so that unneeded ones grow old and are closed."""

    def __init__(
        self, settings: SmtpSettings, *, idle_s_max: float = IDLE_S_MAX, probe_after_s: float = PROBE_AFTER_S
    ) -> None:
        self._settings = settings
        self._idle_s_max = idle_s_max
        self._probe_after_s = probe_after_s
        self._idle: list[SmtpConnection] = []
        self._leaving: list[SmtpConnection] = []
        self._room = asyncio.Semaphore(settings.connections_max)
        self._context: ssl.SSLContext | None = None
        self._reaper: asyncio.TimerHandle | None = None
        self._closed = False

    async def take(self, *, deadline: float, fresh: bool = False) -> SmtpConnection | RetryLater | Undeliverable:
        """Get a connection before `deadline` (the loop's clock), or the reason why there is none.

        `fresh` wants a new one: one was found dead, so the idle ones, which are no younger, are let go. What is
        taken must be given back.
        """
        if self._room.locked():
            try:
                async with asyncio.timeout_at(deadline):
                    await self._room.acquire()
            except TimeoutError:
                return RetryLater(f"all connections to {self._settings.server} are busy")
        else:
            await self._room.acquire()
        taken: SmtpConnection | RetryLater | Undeliverable | None = None
        try:
            taken = await self._connection(deadline, fresh=fresh)
        finally:
            if not isinstance(taken, SmtpConnection):
                self._room.release()
        return taken

    def give(self, connection: SmtpConnection) -> None:
        """Give a connection back; a broken one is replaced when next needed."""
        self._room.release()
        if not connection.is_open:
            return
        if self._closed:
            self._part_with(connection)
            return
        loop = asyncio.get_running_loop()
        connection.used_at = loop.time()
        self._idle.append(connection)
        if self._reaper is None:
            self._reaper = loop.call_later(self._idle_s_max, self._reap)

    async def close(self) -> None:
        """Close what is idle and wait for it, a second at most; what is in use is closed when given back."""
        self._closed = True
        if self._reaper is not None:
            self._reaper.cancel()
            self._reaper = None
        self._part_with_idle()
        leaving, self._leaving = self._leaving, []
        await asyncio.gather(*(connection.wait_closed(timeout_s=CLOSE_TIMEOUT_S) for connection in leaving))

    async def _connection(self, deadline: float, *, fresh: bool) -> SmtpConnection | RetryLater | Undeliverable:
        if self._closed:
            return RetryLater(f"connections to {self._settings.server} are being closed")
        if fresh:
            self._part_with_idle()
        if (reused := await self._reusable(deadline)) is not None:
            return reused
        try:
            context = await self._tls()
        except ssl.SSLError:
            return Undeliverable(Reason.PROVIDER_ERROR, "ca_certificates holds no certificate that can be read")
        left_s = deadline - asyncio.get_running_loop().time()
        if left_s <= 0:
            return RetryLater(f"{self._settings.server} did not answer in time")
        return await open_connection(self._settings, context=context, timeout_s=left_s)

    async def _reusable(self, deadline: float) -> SmtpConnection | None:
        loop = asyncio.get_running_loop()
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_open:
                continue
            if loop.time() - connection.used_at < self._probe_after_s:
                return connection
            left_s = min(PROBE_TIMEOUT_S, max(deadline - loop.time(), 0))
            probe = await connection.exchange(b"NOOP\r\n", 1, timeout_s=left_s)
            if not probe.fault and probe.replies[0].code == 250 and connection.is_open:
                return connection
            connection.abort()
            self._part_with_idle()  # the others have been idle for longer
        return None

    async def _tls(self) -> ssl.SSLContext:
        if self._context is None:
            self._context = await asyncio.to_thread(tls_context, self._settings)
            if not self._settings.verify:
                log.warning("smtp.certificates_unverified", server=self._settings.server)
        return self._context

    def _reap(self) -> None:
        loop = asyncio.get_running_loop()
        oldest_allowed = loop.time() - self._idle_s_max
        while self._idle and (self._idle[0].used_at <= oldest_allowed or not self._idle[0].is_open):
            self._part_with(self._idle.pop(0))
        self._reaper = None
        if self._idle:
            self._reaper = loop.call_at(self._idle[0].used_at + self._idle_s_max, self._reap)

    def _part_with_idle(self) -> None:
        while self._idle:
            self._part_with(self._idle.pop())

    def _part_with(self, connection: SmtpConnection) -> None:
        connection.close()
        self._leaving = [leaving for leaving in self._leaving if not leaving.is_gone]
        self._leaving.append(connection)
