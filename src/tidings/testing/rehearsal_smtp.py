"""The rehearsal of SMTP: its server speaks another language than the services of the others."""

import time
from collections.abc import AsyncIterator

from tidings.channels import Dispatch, EmailContent
from tidings.messages import RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.base import Account
from tidings.providers.smtp import Smtp
from tidings.providers.smtp_settings import SmtpSettings
from tidings.testing.scene import Scene, judged
from tidings.testing.smtp import Mood, SmtpServer

KEY = "smtp"
_MOODS: dict[Mood, tuple[type, ...]] = {
    Mood.REFUSE_RECIPIENT: (Undeliverable,),
    Mood.REFUSE_SENDER: (Undeliverable,),
    Mood.REFUSE_BODY: (Undeliverable,),
    Mood.REFUSE_RECIPIENT_LATER: (RetryLater,),
    Mood.REFUSE_SENDER_LATER: (RetryLater,),
    Mood.REFUSE_BODY_LATER: (RetryLater,),
    Mood.CLOSE: (RetryLater,),
    Mood.GARBAGE_BEFORE_BODY: (RetryLater,),
    Mood.HANG_BEFORE_BODY: (RetryLater,),
    Mood.DROP_BEFORE_BODY: (RetryLater,),
    Mood.GARBAGE_AFTER_BODY: (Unknown,),
    Mood.HANG_AFTER_BODY: (Unknown,),
    Mood.DROP_AFTER_BODY: (Unknown,),
}


async def rehearse_smtp() -> AsyncIterator[Scene]:
    """Play every scene: what is refused or lost before the body may be repeated, what is lost after it is unknown."""
    async with SmtpServer(credentials=("shop", "a password")) as server:
        account = _account(server, "a password")
        try:
            yield await _play("a message", server, account, 1, Sent)
            yield await _play("a wrong key", server, _account(server, "another"), 2, Undeliverable)
            server.delay_s = 0.1
            yield await _play("takes it and answers after a while", server, account, 3, Sent)
            server.delay_s = 0
            for number, (mood, right) in enumerate(_MOODS.items(), 10):
                server.script(mood)
                yield await _play(mood.value, server, account, number, *right)
                server.hang_up()
            yield await _play("and well again", server, account, 30, Sent)
            await server.stop()
            yield await _play("nobody there", server, account, 31, RetryLater)
        finally:
            await account.close()


def _account(server: SmtpServer, password: str) -> Smtp:
    settings = SmtpSettings(
        host="127.0.0.1", port=server.port, username="shop", password=password, timeout_s=0.5, answer_timeout_s=0.5
    )
    return Smtp(settings, Account(email_from="Shop <shop@shop.test>"))


async def _play(scene: str, server: SmtpServer, account: Smtp, number: int, *right: type) -> Scene:
    dispatch = Dispatch(
        environment_id=1,
        message_id=f"1-{number:08x}-{number:024x}",
        recipient="ann",
        channel="email",
        content=EmailContent(
            to="ann@example.com", subject="Your diagnosis", html="<p>is private</p>", text="is private"
        ),
        at=1_700_000_000_000,
        address="ann@example.com",
    )
    before, started = server.counted.total(), time.perf_counter()
    outcome = await account.send(dispatch)
    went_out = server.counted.total() - before
    return judged(KEY, scene, outcome, right, went_out=went_out, took_s=time.perf_counter() - started)
