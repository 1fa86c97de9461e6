"""Email through any SMTP server (RFC 5321)."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

import msgspec

from tidings.channels import Dispatch
from tidings.errors import InvalidInput
from tidings.messages import Outcome, Reason, Undeliverable
from tidings.providers.base import Account, Check, Provider
from tidings.providers.email import letter
from tidings.providers.mailbox import one_mailbox
from tidings.providers.mime import Mail, build
from tidings.providers.nodemailer import changed
from tidings.providers.smtp_connection import SmtpConnection
from tidings.providers.smtp_pool import SmtpPool
from tidings.providers.smtp_reply import Replies, answered, copies_refused, offered
from tidings.providers.smtp_settings import SmtpSettings


class Smtp(Provider):
    """One account at one SMTP server, over a pool of connections."""

    key: ClassVar[str] = "smtp"
    TELLS_WHEN: ClassVar[bool] = True
    channel: ClassVar[str] = "email"
    name: ClassVar[str] = "SMTP"
    description: ClassVar[str] = "Email through any SMTP server: your own, your provider's, or a relay."
    OVERRIDES: ClassVar[frozenset[str]] = frozenset({"body", "headers", "config"})

    def __init__(self, settings: SmtpSettings, account: Account) -> None:
        self._settings = settings
        self._sender = settings.from_address or account.email_from
        self._pool = SmtpPool(settings)

    @property
    def server(self) -> str:
        """Host and port."""
        return self._settings.server

    @staticmethod
    def as_changed(dispatch: Dispatch) -> Dispatch:
        """Lay what the message changes of its mail over the content."""
        if not dispatch.override:
            return dispatch
        return msgspec.structs.replace(dispatch, content=changed(dispatch.content, dispatch.override))

    def mail(self, dispatch: Dispatch) -> Mail:
        """Build the mail of a dispatch. Raises `InvalidInput` when it cannot be said in one."""
        return build(letter(dispatch), message_id=dispatch.message_id, date_ms=dispatch.at, default_sender=self._sender)

    async def send(self, dispatch: Dispatch) -> Outcome:
        """Hand one mail over, within `timeout_s` and `answer_timeout_s`; the first recipient's fate is the mail's."""
        try:
            mail = self.mail(self.as_changed(dispatch))
        except InvalidInput as error:
            return Undeliverable(Reason.PROVIDER_ERROR, error.message)
        deadline = asyncio.get_running_loop().time() + self._settings.timeout_s
        outcome, was_stale = await self._attempt(mail, deadline, dispatch.handing, fresh=False)
        if was_stale:  # the server had hung up on an idle connection: no fault of the mail's, and none of it was sent
            outcome, _ = await self._attempt(mail, deadline, dispatch.handing, fresh=True)
        return outcome

    async def _attempt(
        self, mail: Mail, deadline: float, handing: Callable[[], None] | None, *, fresh: bool
    ) -> tuple[Outcome, bool]:
        connection = await self._pool.take(deadline=deadline, fresh=fresh)
        if not isinstance(connection, SmtpConnection):
            return connection, False
        try:
            was_used = connection.mails > 0
            if mail.needs_utf8 and not connection.offers.utf8:
                return _NEEDS_UTF8, False
            left_s = deadline - asyncio.get_running_loop().time()
            replies = await connection.offer(mail, timeout_s=max(left_s, 0))
            outcome = offered(replies, mail)
            if outcome is None:
                _tell(handing, connection)  # so far nothing was sent, and nothing is without the body
                answer = await connection.deliver(mail, timeout_s=self._settings.answer_timeout_s)
                return answered(answer, mail, copies_refused(replies)), False
            if replies.replies and replies.replies[-1].code == 354:
                connection.abort()  # the server waits for a body that it shall not have
            return outcome, was_used and _hung_up(replies)
        finally:
            self._pool.give(connection)

    async def check(self) -> Check:
        """Connect, log in, and see that the sender is an address."""
        try:
            one_mailbox(self._sender, field="from_address")
        except InvalidInput as error:
            return Check(ok=False, detail=error.message)
        deadline = asyncio.get_running_loop().time() + self._settings.timeout_s
        connection = await self._pool.take(deadline=deadline, fresh=True)
        if not isinstance(connection, SmtpConnection):
            return Check(ok=False, detail=connection.detail)
        self._pool.give(connection)
        how = "with TLS" if connection.encrypted else "without TLS"
        unverified = " (certificate not verified)" if connection.encrypted and not self._settings.verify else ""
        login = "logged in" if self._settings.username else "no login"
        return Check(ok=True, detail=f"connected to {self._settings.server} {how}{unverified}, {login}")

    async def close(self) -> None:
        """Close the pool; sends under way still end."""
        await self._pool.close()


_NEEDS_UTF8 = Undeliverable(
    Reason.PROVIDER_ERROR, "an address has no ASCII form and the server does not offer SMTPUTF8 (RFC 6531)"
)


def _tell(handing: Callable[[], None] | None, connection: SmtpConnection) -> None:
    if handing is not None:
        try:
            handing()
        except OSError:
            connection.abort()  # the server waits for a body that it shall not have
            raise


def _hung_up(replies: Replies) -> bool:
    return bool(replies.fault) or any(reply.code == 421 for reply in replies.replies)
