"""One account that is slow, limited or away delays nobody else. Real stores, real local services."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tidings.messages import Status
from tidings.testing.email_services import PostmarkService, ResendService
from tidings.testing.http_service import HttpMood, HttpService

HANGING = 260
"""More than one account may have under way."""
OTHERS = 60


@pytest.fixture
async def services() -> AsyncIterator[tuple[HttpService, HttpService]]:
    """Two email services."""
    async with PostmarkService() as postmark, ResendService() as resend:
        yield postmark, resend


async def configure(house: Any, key: str, service: HttpService, **settings: Any) -> None:
    """Switch a provider on at its local service."""
    await house.switch_on(key, {"base_url": service.url, "api_key": service.KEY, "timeout_s": 30, **settings})


def mail_by(provider: str, number: int) -> dict[str, Any]:
    """Ask for a mail by one provider."""
    return {
        "to": {"email": f"user{number}@example.com"},
        "content": {"title": "Hi", "body": "Hello"},
        "routing": {"method": "single", "channels": [provider]},
    }


async def test_a_hanging_provider_delays_nobody(house: Any, services: Any) -> None:
    """While one provider hangs with more messages than it may hold, every message of another is sent at once."""
    hanging, well = services
    hanging.mood = HttpMood.HANG
    await configure(house, "postmark", hanging)
    await configure(house, "resend", well)
    await house.send_many([mail_by("postmark", number) for number in range(HANGING)])
    house.clock.at += 1
    await house.send_many([mail_by("resend", number) for number in range(OTHERS)])
    house.clock.at += 10
    fleet = house.fleet()
    step, stop = house.outbound(fleet), asyncio.Event()
    running = asyncio.create_task(step.run(stop))
    async with asyncio.timeout(60):
        while sum(well.counted.values()) < OTHERS:
            house.clock.at += 20  # time passes, so that what was put back comes again
            await asyncio.sleep(0.02)
    assert hanging.in_flight <= 150
    stop.set()
    house.wakeup.wake("due")
    await hanging.stop()
    await running
    await fleet.close()
    assert max(well.counted.values()) == 1


class Counting:
    """The real queue; it counts in which claim each message was taken last."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self._made = 0
        self.taken: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    async def claim(self, **facts: Any) -> Any:
        """Claim, and count."""
        claims = await self._queue.claim(**facts)
        self._made += 1
        self.taken |= {claim.message.id: self._made for claim in claims}
        return claims


async def test_behind_a_hanging_provider_nobody_waits_for_more_claims(house: Any, services: Any) -> None:
    """Of those who are sent to behind a long queue of another provider, 99 of 100 wait for as many claims as ever."""
    slow, well = services
    await configure(house, "postmark", slow)
    await configure(house, "resend", well)
    queue, waits, sent = house.queue, [], 0
    for mood in (HttpMood.OK, HttpMood.HANG):
        slow.mood = mood
        await house.send_many([mail_by("postmark", number) for number in range(160)])
        house.clock.at += 1
        others = await house.send_many([mail_by("resend", number) for number in range(60)])
        house.clock.at += 10
        sent += len(others)
        house.queue = counting = Counting(queue)
        fleet, stop = house.fleet(), asyncio.Event()
        running = asyncio.create_task(house.outbound(fleet).run(stop))
        async with asyncio.timeout(60):
            while sum(well.counted.values()) < sent or (mood is HttpMood.OK and await queue.depth()):
                await asyncio.sleep(0.01)
                house.clock.at += 20 if mood is HttpMood.OK else 0  # what found no place comes again
        waits.append(sorted(counting.taken[each] for each in others)[len(others) * 99 // 100])
        stop.set()
        house.wakeup.wake("due")
        if mood is HttpMood.HANG:
            await slow.stop()
        await running
        await fleet.close()
    assert waits[1] <= waits[0] * 1.2


async def test_a_provider_that_is_away_is_passed_by(house: Any, services: Any) -> None:
    """When a provider is found to be away, messages go by the next one at once instead of waiting for it."""
    away, well = services
    await configure(house, "postmark", away)
    house.clock.at += 1
    await configure(house, "resend", well)
    await away.stop()
    await house.send_many([mail_by("email", number) for number in range(30)])
    fleet = house.fleet()
    step = house.outbound(fleet)
    for _ in range(20):
        house.clock.at += 1_000
        await step.run_once()
        if sum(well.counted.values()) >= 20:
            break
    assert sum(well.counted.values()) >= 20
    assert max(well.counted.values()) == 1
    await fleet.close()


async def test_a_rate_limit_keeps_what_is_more(house: Any, services: Any) -> None:
    """What is more than an account may send waits in the queue, untried and not lost."""
    _, well = services
    await configure(house, "resend", well, rate_limit={"rate": 5, "period": "hour"})
    ids = await house.send_many([mail_by("resend", number) for number in range(12)])
    fleet = house.fleet()
    await house.outbound(fleet).run_once()
    assert sum(well.counted.values()) == 1  # one at the start; the rest of the hour's five follow evenly
    statuses = [(await house.messages.get(1, message_id)).status for message_id in ids]
    assert statuses.count(Status.SENT) == 1
    assert statuses.count(Status.ENQUEUED) == 11
    assert await house.queue.depth() == 11
    await fleet.close()
