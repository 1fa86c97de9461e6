"""How destinations stand: who is left alone, and how far each is behind."""

import pytest

from tidings.app.standing import Books, standings
from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.status_news_store import SqlStatusNewsStore
from tidings.carriers.http_carrier import HttpCarrier
from tidings.destinations import Destination, Standing
from tidings.forwarding import outlet_of
from tidings.forwarding.circuit import FAILURES_MAX, PARK_FIRST_MS
from tidings.pipeline.delivery import Delivery
from tidings.pipeline.follower import Follower
from tidings.testing.http_services import HttpService


class Outside:
    """One webhook, and what tells how it stands."""

    def __init__(self, house, carrier, url):
        self.house = house
        self.deliveries = SqlDeliveryStore(house.database)
        self.offsets = SqlFollowerStore(house.database)
        news = SqlStatusNewsStore(house.database)
        self.books = Books(house.stream, house.inbound_store, self.offsets, self.deliveries, news)
        of = {"environment_id": 1, "id": "dst_1", "kind": "webhook", "name": "Hook"}
        self.destination = Destination(**of, settings={"url": url})
        self.step = Delivery(
            outlet=outlet_of(self.destination),
            store=self.deliveries,
            carrier=carrier,
            clock=house.clock,
            chance=lambda: 1.0,
        )
        self.follower = Follower(stream=house.stream, store=self.offsets, step=self.step)

    async def call(self, count):
        """Let requests come in, one call each, and be applied."""
        for number in range(count):
            await self.house.append({"type": "track", "userId": f"user-{number}", "event": "Order"})
        step = self.house.inbound()
        while await step.run_once(0):
            pass

    async def stands(self):
        """Tell how it stands."""
        found = await standings(self.books, [self.destination], now=self.house.clock.at)
        return found["dst_1"]


@pytest.fixture
async def outside(house):
    """A webhook that follows from the beginning."""
    carrier = HttpCarrier(allow_private=True)
    async with HttpService() as service:
        outside = Outside(house, carrier, service.url)
        outside.service = service
        await outside.house.destinations.put(outside.destination)
        await outside.follower.run_once(0)
        yield outside
    await carrier.close()


async def test_what_it_has_not_looked_at_is_its_lag(outside):
    """Requests that were applied and not yet read are counted, and gone when they are."""
    await outside.call(3)
    assert await outside.stands() == Standing(circuit="closed", lag=3, waiting=0)

    await outside.follower.round(1)
    assert await outside.stands() == Standing(circuit="closed", lag=0, waiting=0)


async def test_who_fails_is_seen_to_be_left_alone(outside):
    """After too many failures it is parked, with the reason; later it is tried; when it answers all is well again."""
    outside.service.mood = "broken"
    await outside.call(FAILURES_MAX)
    await outside.follower.round(1)
    await outside.step.note_circuit()
    parked_until = outside.house.clock.at + PARK_FIRST_MS
    parked = Standing(circuit="parked", parked_until=parked_until, reason="503", lag=0, waiting=FAILURES_MAX)
    assert await outside.stands() == parked

    outside.house.clock.at = parked_until
    assert (await outside.stands()).circuit == "trying"
    outside.service.mood = "ok"
    outside.house.clock.at += 60_000
    await outside.step.retry_once()
    await outside.step.note_circuit()
    assert await outside.stands() == Standing(circuit="closed", lag=0, waiting=0)
