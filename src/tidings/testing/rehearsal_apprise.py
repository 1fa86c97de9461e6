"""The rehearsal of Apprise, which says yes or no: all but a yes is unknown."""

import time
from collections.abc import AsyncIterator

from tidings.channels import ChatContent, Dispatch
from tidings.messages import Sent, Undeliverable, Unknown
from tidings.providers.apprise_long_tail import AppriseProvider, AppriseSettings
from tidings.providers.base import Account
from tidings.testing.chat_services import NotesService
from tidings.testing.http_service import HttpMood
from tidings.testing.scene import Scene, judged

KEY = "apprise"
_MOODS: dict[HttpMood, tuple[type, ...]] = {
    HttpMood.SLOW: (Sent,),
    HttpMood.RATE_LIMIT: (Unknown,),
    HttpMood.BROKEN: (Unknown,),
    HttpMood.OUTAGE: (Unknown,),
    HttpMood.GARBAGE: (Sent,),
    HttpMood.RESET_AFTER: (Unknown,),
    HttpMood.HANG: (Unknown,),
}


async def rehearse_apprise() -> AsyncIterator[Scene]:
    """Play every scene with a service of the long tail."""
    async with NotesService() as service:
        account, stranger = _account(f"json://127.0.0.1:{service.port}/notes"), _account("pigeon://loft")
        try:
            yield await _play("a message", service, account, 1, Sent)
            yield await _play("a service that nobody knows", service, stranger, 2, Undeliverable)
            for number, (mood, right) in enumerate(_MOODS.items(), 10):
                service.mood = mood
                yield await _play(mood.value, service, account, number, *right)
            service.mood = HttpMood.OK
            yield await _play("and well again", service, account, 30, Sent)
            await service.stop()
            yield await _play("nobody there", service, account, 31, Unknown)
        finally:
            await account.close()
            await stranger.close()


def _account(url: str) -> AppriseProvider:
    return AppriseProvider(AppriseSettings(urls=url, timeout_s=1), Account(private_urls=True))


async def _play(scene: str, service: NotesService, account: AppriseProvider, number: int, *right: type) -> Scene:
    dispatch = Dispatch(
        environment_id=1,
        message_id=f"1-{number:08x}-{number:024x}",
        recipient="ann",
        channel="direct_message",
        content=ChatContent(to="", title="Your diagnosis", text="is private"),
        at=1_700_000_000_000,
        address="settings",
    )
    before, started = service.counted.total(), time.perf_counter()
    outcome = await account.send(dispatch)
    went_out = service.counted.total() - before
    return judged(KEY, scene, outcome, right, went_out=went_out, took_s=time.perf_counter() - started)
