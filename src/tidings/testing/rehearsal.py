"""A rehearsal: each provider against a local service that behaves as documented, and misbehaves as services do."""

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from tidings.errors import NotAuthenticated
from tidings.messages import Receipt, RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.base import Provider
from tidings.testing import rehearsal_apprise, rehearsal_smtp
from tidings.testing.http_service import HttpMood, HttpService
from tidings.testing.news import DELIVERED, forged, news
from tidings.testing.scene import Scene, judged
from tidings.testing.stands import RECEIPTS_URL, STANDS, dispatch_of, place, provider_at

OTHERS = {rehearsal_smtp.KEY: rehearsal_smtp.rehearse_smtp, rehearsal_apprise.KEY: rehearsal_apprise.rehearse_apprise}
"""Those whose services are of another kind."""
REHEARSED = frozenset({*STANDS, *OTHERS})


async def rehearse(keys: Sequence[str]) -> AsyncIterator[Scene]:
    """Play every scene with each of these providers."""
    for key in keys:
        if key in OTHERS:
            async for scene in OTHERS[key]():
                yield scene
            continue
        async with STANDS[key].service() as service:
            provider = provider_at(key, service, timeout_s=0.5)
            broken = provider_at(key, service, **STANDS[key].wrong)
            try:
                async for scene in _scenes(key, service, provider, broken):
                    yield scene
            finally:
                await provider.close()
                await broken.close()


async def _scenes(key: str, service: HttpService, provider: Provider, broken: Provider) -> AsyncIterator[Scene]:
    yield await _play(key, "a message", service, provider, 1, Sent)
    yield await _play(key, "a wrong key", service, broken, 2, Undeliverable)
    if STANDS[key].bounces:
        yield await _play(key, "a dead address", service, provider, 3, Undeliverable, bounces=True)
    moods = {
        HttpMood.SLOW: (Sent,),
        HttpMood.RATE_LIMIT: (RetryLater,),
        HttpMood.BROKEN: (RetryLater,),
        HttpMood.OUTAGE: (RetryLater,),
        HttpMood.GATEWAY_TIMEOUT: (Unknown, RetryLater),
        HttpMood.GARBAGE: (Unknown, RetryLater, Sent),
        HttpMood.HANG: (Unknown, RetryLater),
        HttpMood.RESET_AFTER: (Unknown, RetryLater),
    }
    for number, (mood, right) in enumerate(moods.items(), 10):
        service.mood = mood
        yield await _play(key, mood.value, service, provider, number, *right)
    service.mood = HttpMood.OK
    if key in DELIVERED:
        for scene in await _told(key, service, provider):
            yield scene
    yield await _play(key, "and well again", service, provider, 30, Sent)
    await service.stop()
    newcomer = provider_at(key, service)  # without a connection from before, on which a request may still go out
    yield await _play(key, "nobody there", service, newcomer, 31, RetryLater)
    await newcomer.close()


async def _told(key: str, service: HttpService, provider: Provider) -> list[Scene]:
    """Let the service report that a message arrived: signed, and with a signature that is not its own."""
    webhook, scenes = news(key, service, dispatch_of(key, service=service).message_id, url=RECEIPTS_URL), []
    for words, posted, right in (("a webhook", webhook, "DELIVERED"), ("a forged webhook", forged(webhook), "refused")):
        started = time.perf_counter()
        try:
            told = await provider.receive(posted)
            outcome = ", ".join(str(one.status) for one in told if isinstance(one, Receipt))
        except NotAuthenticated:
            outcome = "refused"
        scenes.append(Scene(key, words, outcome, outcome == right, time.perf_counter() - started))
    return scenes


async def _play(
    key: str,
    scene: str,
    service: HttpService,
    provider: Provider,
    number: int,
    *right: Any,
    bounces: bool = False,
) -> Scene:
    """Send one message."""
    stand = STANDS[key]
    changed = {"content": stand.bad or stand.content, "address": place(stand.bounces, service)} if bounces else {}
    before, started = sum(service.counted.values()), time.perf_counter()
    outcome = await provider.send(dispatch_of(key, number, service=service, **changed))
    went_out = sum(service.counted.values()) - before
    return judged(key, scene, outcome, right, went_out=went_out, took_s=time.perf_counter() - started)
