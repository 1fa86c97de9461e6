"""Courier as a Segment source: messages tell our own sources and others what becomes of them, never in a circle."""

import msgspec
import pytest

from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.backends.sql.status_news_store import SqlStatusNewsStore
from tidings.carriers.http_carrier import HttpCarrier
from tidings.carriers.inside_carrier import InsideCarrier
from tidings.channels import Available
from tidings.destinations import Destination
from tidings.forwarding import outlet_of
from tidings.inbound_events import EventStatus
from tidings.messages import Receipt, Sent, Status
from tidings.pipeline import delivery as delivery_module
from tidings.pipeline.delivery import Delivery
from tidings.pipeline.herald import Herald
from tidings.ports import EventFilter, MessageFilter
from tidings.secrets import SecretBox
from tidings.testing.http_services import TrackingService

HOUR_MS = 3_600_000
HERE = {"write_key": "wk_own", "base_url": "here"}
SECRETS = SecretBox("a secret key for tests")


class Willing:
    """A provider that takes everything."""

    async def available(self, _environment):
        """Offer one account."""
        return (Available("smtp", "", "email"),)

    def admit(self, _way):
        """Have room for everybody."""
        return 0.0

    def forgo(self, _way):
        """Have room anyway."""

    async def send(self, _way, _dispatch):
        """Take it."""
        return Sent()


class Source:
    """An installation whose messages tell what becomes of them."""

    def __init__(self, house):
        self.house = house
        self.news = SqlStatusNewsStore(house.database)
        self.deliveries = SqlDeliveryStore(house.database)
        self.carrier = InsideCarrier(
            outside=HttpCarrier(allow_private=True),
            stream=house.stream,
            sources=SqlSourceStore(house.database, SECRETS),
            clock=house.clock,
            wakeup=house.wakeup,
        )
        self.inbound = house.inbound()
        self.outbound = house.outbound(Willing())

    async def tell(self, settings):
        """Add the destination, and give what works for it."""
        of = {"environment_id": 1, "id": "dst_news", "kind": "courier_source", "name": "News", "created": 1}
        destination = Destination(**of, settings=settings, updated=1)
        await self.house.destinations.put(destination)
        delivery = Delivery(
            outlet=outlet_of(destination),
            store=self.deliveries,
            carrier=self.carrier,
            clock=self.house.clock,
            chance=lambda: 1.0,
        )
        return Herald(store=self.news, step=delivery, clock=self.house.clock, hold_ms=24 * HOUR_MS)

    async def order(self):
        """Let Ann order something."""
        await self.house.append({"type": "track", "userId": "ann", "event": "Order"})
        await self.work()

    async def work(self):
        """Apply what came, and send what is due."""
        while await self.inbound.run_once(0):
            pass
        while await self.outbound.run_once():
            pass

    async def templates(self):
        """Name the templates of the messages, oldest first."""
        page = await self.house.messages.page(1, MessageFilter(), limit=50, cursor=None)
        return [each.template_id for each in reversed(page.items) if each.status is not Status.UNMAPPED]

    async def message_id(self):
        """Name the one message."""
        page = await self.house.messages.page(1, MessageFilter(event="Segment-TrackEvent:Order"), limit=2, cursor=None)
        (message,) = page.items
        return message.id

    async def events(self):
        """List what came in, oldest first."""
        return (await self.house.events.page(1, EventFilter(), limit=50, cursor=None)).items[::-1]

    async def counts(self):
        """Sum the counts by result and reason."""
        found = {}
        for tally in await self.deliveries.tallies(1, "dst_news", since_hour=0):
            if tally.result != "latency":
                key = f"{tally.result} {tally.reason}".strip()
                found[key] = found.get(key, 0) + tally.count
        return found


@pytest.fixture
async def source(house, email_elements):
    """An installation that sends an email for each order."""
    await SqlApiKeyStore(house.database).bootstrap(now=1)
    await SqlSourceStore(house.database, SECRETS).add(1, "own", "wk_own", now=1)
    await house.map("Order", email_elements())
    await house.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com"}, now=house.clock.at)
    source = Source(house)
    yield source
    await source.carrier.close()


@pytest.fixture
async def tracking():
    """Another Tracking API."""
    async with TrackingService() as service:
        yield service


def outside(service):
    """Settings that lead there."""
    return {"write_key": "wk_test", "base_url": f"{service.url}/v1"}


async def test_a_message_tells_a_tracking_api_what_becomes_of_it(source, tracking):
    """Sent, delivered and opened come as track calls of the user, once each, with ids of their own."""
    herald = await source.tell(outside(tracking))
    await source.order()
    assert await herald.round()
    message_id, at = await source.message_id(), source.house.clock.at
    facts = [
        Receipt(message_id=message_id, status=status, at=at + n, id=f"f{n}")
        for n, status in enumerate((Status.DELIVERED, Status.OPENED, Status.OPENED), 1)
    ]
    await SqlReceiptLog(source.house.database).record(1, facts, channel="email", provider="smtp")
    assert await herald.round()
    assert not await herald.round()

    first, *later = (each.call for each in tracking.taken)
    assert (first["event"], first["userId"], first["properties"]["notification"]) == ("Message Sent", "ann", "nt_order")
    assert first["messageId"] == f"{message_id}:sent"
    assert {(call["event"], call["messageId"]) for call in later} == {
        ("Message Delivered", f"{message_id}:delivered"),
        ("Message Opened", f"{message_id}:opened"),
    }
    assert await source.counts() == {"received": 3, "delivered": 3}


async def test_a_service_that_is_down_is_told_later(source, tracking):
    """What fails is tried again with the same id, like every call of a destination; nothing is told twice."""
    herald = await source.tell(outside(tracking))
    tracking.mood = "broken"
    await source.order()
    assert await herald.round()
    assert await source.deliveries.depth(1, "dst_news") == 1
    tracking.mood = "ok"
    source.house.clock.at += HOUR_MS
    assert await herald.step.retry_once() == 1

    assert [each.call["event"] for each in tracking.taken] == ["Message Sent"]
    assert await source.deliveries.depth(1, "dst_news") == 0
    assert await source.counts() == {"received": 1, "retried 503": 1, "delivered": 1}


async def test_who_dies_after_telling_tells_the_same_again(source, tracking):
    """A worker that told and could not note it leaves the news; the next one tells it with the same `messageId`."""
    herald = await source.tell(outside(tracking))
    await source.order()
    await herald.step.tell(await source.news.waiting(1, "dst_news", limit=10))  # and dies
    assert await herald.round()

    first, second = (each.call for each in tracking.taken)
    assert first == second


async def test_our_own_source_is_told(source):
    """Calls come back through the stream as any other, and are in the log of inbound events."""
    herald = await source.tell(HERE)
    await source.order()
    assert await herald.round()
    await source.work()

    told, message_id = (await source.events())[-1], await source.message_id()
    assert (told.name, told.message_id, told.user_key) == ("Message Sent", f"{message_id}:sent", "u:ann")
    assert told.status is EventStatus.UNMAPPED
    assert msgspec.json.decode(told.body)["properties"]["id"] == message_id


async def test_news_told_twice_are_applied_once(source):
    """Our own source drops the repetition by its `messageId`: inside, news are exactly once."""
    herald = await source.tell(HERE)
    await source.order()
    await herald.step.tell(await source.news.waiting(1, "dst_news", limit=10))  # and dies
    assert await herald.round()
    await source.work()

    assert [event.name for event in await source.events()] == ["Order", "Message Sent"]


async def test_a_message_about_messages_ends(source, email_elements):
    """`Message Sent` mapped to a template that writes to the same user: one message more, and no circle."""
    await source.house.map("Message Sent", email_elements("About your mail"))
    herald = await source.tell(HERE)
    await source.order()
    for _ in range(6):
        await herald.round()
        await source.work()

    assert await source.templates() == ["nt_order", "nt_message_sent"]
    last = (await source.events())[-1]
    assert (last.name, last.status, last.reason) == ("Message Sent", EventStatus.FILTERED, "LOOP")
    assert not await herald.round()


async def test_the_way_round_through_somebody_else_ends_too(source, tracking, email_elements):
    """Calls that return by another service, with other ids and through another source, carry their mark with them."""
    await source.house.map("Message Sent", email_elements("About your mail"))
    herald = await source.tell(outside(tracking))
    await source.order()
    returned = 0
    for _ in range(6):
        await herald.round()
        for each in tracking.taken[returned:]:
            returned += 1
            await source.house.append({**each.call, "messageId": f"back-{returned}"})
        await source.work()

    assert returned == 2
    assert await source.templates() == ["nt_order", "nt_message_sent"]


async def test_what_cannot_be_taken_for_long_is_skipped_and_counted(source, tracking, monkeypatch):
    """When too much waits, news stay where they are; what is older than the bound is skipped, and counted."""
    monkeypatch.setattr(delivery_module, "DEFERRED_MAX", 0)
    herald = await source.tell(outside(tracking))
    await source.order()
    assert not await herald.round()
    assert len(await source.news.waiting(1, "dst_news", limit=10)) == 1
    source.house.clock.at += 25 * HOUR_MS
    assert await herald.round()

    assert tracking.taken == []
    assert await source.counts() == {"skipped TOO_OLD": 1}
