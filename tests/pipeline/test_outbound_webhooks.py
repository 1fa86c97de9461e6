"""Courier's outbound webhooks: endpoints are told what becomes of messages and templates, in the same transaction."""

import hashlib
import hmac
import re

import msgspec
import pytest

from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.backends.sql.status_news_store import SqlStatusNewsStore
from tidings.backends.sql.submission_store import SqlSubmissionStore
from tidings.carriers.http_carrier import HttpCarrier
from tidings.destinations import Destination
from tidings.filters import Filter
from tidings.filters.filter import Drop
from tidings.forwarding import outlet_of
from tidings.messages import Receipt, Status
from tidings.pipeline.delivery import Delivery
from tidings.pipeline.herald import Herald
from tidings.templates import TemplateVersion
from tidings.testing.http_services import HttpService

HOUR_MS = 3_600_000
CONTENT = {"title": "Hi", "body": "Ho"}


class Told:
    """An installation with an endpoint that is told."""

    def __init__(self, house, service):
        self.house = house
        self.service = service
        self.deliveries = SqlDeliveryStore(house.database)
        self.carrier = HttpCarrier(allow_private=True)
        self.herald = None

    async def listen(self, *, environment_id=1, **changes):
        """Add the endpoint, and give what works for it."""
        of = {"environment_id": environment_id, "id": "dst_w", "kind": "outbound_webhook", "name": "Hook"}
        destination = Destination(settings={"url": self.service.url, "secret": "s"}, **of, **changes)
        await self.house.destinations.put(destination)
        delivery = Delivery(
            outlet=outlet_of(destination),
            store=self.deliveries,
            carrier=self.carrier,
            clock=self.house.clock,
            chance=lambda: 1.0,
        )
        news = SqlStatusNewsStore(self.house.database)
        self.herald = Herald(store=news, step=delivery, clock=self.house.clock, hold_ms=HOUR_MS)

    async def send(self, **message):
        """Send a message, and tell of it."""
        (message_id,) = await self.house.send_many([{"to": {"email": "ann@x.test"}, "content": CONTENT, **message}])
        fleet = self.house.fleet()
        await self.house.outbound(fleet).run_once()
        await fleet.close()
        return message_id

    async def bodies(self):
        """Tell all there is; give what the endpoint got."""
        while await self.herald.round():
            pass
        await self.herald.step.retry_once()
        return [msgspec.json.decode(each.raw) for each in self.service.received if each.mood == "ok"]

    async def template(self):
        """Make a draft."""
        content = {"version": "2022-01-01", "elements": []}
        await self.house.templates.create(1, TemplateVersion(template_id="nt_a", version=0, name="A", content=content))


@pytest.fixture
async def told(house):
    """The installation, and its endpoint."""
    async with HttpService() as service:
        made = Told(house, service)
        yield made
        await made.carrier.close()


async def test_an_endpoint_is_told_what_becomes_of_a_message(told):
    """Each status is told once, with the message as it stood then and its attempts; requests are signed."""
    await told.listen()
    message_id = await told.send()
    at = told.house.clock.at
    opened = Receipt(message_id=message_id, status=Status.OPENED, at=at + 5, id="o")
    await SqlReceiptLog(told.house.database).record(1, [opened, opened], channel="email", provider="outbox")

    first, second = await told.bodies()

    assert [first["type"], second["type"]] == ["message:updated"] * 2
    assert {key: first["data"][key] for key in ("id", "status", "recipientId", "sent")} == {
        "id": message_id, "status": "SENT", "recipientId": "ann@x.test", "sent": at,
    }  # fmt: skip
    assert "opened" not in first["data"]
    assert (second["data"]["status"], second["data"]["opened"]) == ("OPENED", at + 5)
    assert [each["provider"] for each in first["data"]["providers"]] == ["outbox"]
    (got, _) = told.service.received
    t, signature = re.fullmatch(r"t=(\d+),signature=([0-9a-f]{64})", got.headers["courier-signature"]).groups()
    assert signature == hmac.new(b"s", t.encode() + b"." + got.raw, hashlib.sha256).hexdigest()


async def test_every_status_is_told(told):
    """A message that waits, and is then taken back, is told of both; a source of Courier's would hear of neither."""
    await told.listen()
    source = {"kind": "courier_source", "name": "Source", "settings": {"write_key": "w", "base_url": "here"}}
    await told.house.destinations.put(Destination(environment_id=1, id="dst_s", **source))
    message_id = await told.send(delay={"duration": HOUR_MS})
    await told.house.changes.cancel(1, message_id, now=told.house.clock.at)

    assert {each["data"]["status"] for each in await told.bodies()} == {"DELAYED", "CANCELED"}
    assert await SqlStatusNewsStore(told.house.database).waiting(1, "dst_s", limit=9) == []


async def test_an_endpoint_that_is_down(told):
    """What it does not take is tried again for a day, then listed as failed, and delivered again when asked."""
    await told.listen()
    told.service.mood = "broken"
    await told.send()
    assert await told.bodies() == []
    told.house.clock.at += 25 * HOUR_MS
    await told.herald.step.retry_once()
    (failure,) = await told.deliveries.failures(1, "dst_w", limit=5)
    assert (failure.name, failure.reason) == ("message:updated", "503")

    told.service.mood = "ok"
    told.herald.step.circuit = type(told.herald.step.circuit)()
    assert await told.deliveries.again(1, "dst_w", now=told.house.clock.at) == 1
    assert [each["data"]["status"] for each in await told.bodies()] == ["SENT"]


async def test_templates_are_told(told):
    """Handing in, taking back and publishing are told with ids and times, each once."""
    await told.listen()
    await told.template()
    submissions, at = SqlSubmissionStore(told.house.database), told.house.clock.at
    await submissions.submit(1, "nt_a", submission_id="7", by="b", now=at)
    await submissions.cancel(1, "nt_a", "7", now=at)
    await told.house.templates.publish(1, "nt_a", version=None, by="b", now=at)

    got = await told.bodies()
    assert sorted(got, key=lambda each: each["type"]) == [
        {"type": "notification:published", "data": {"id": "nt_a", "published_at": at}},
        {"type": "notification:submission_canceled",
         "data": {"id": "nt_a", "canceled_at": at, "submission_id": "7"}},
        {"type": "notification:submitted", "data": {"id": "nt_a", "submission_id": "7"}},
    ]  # fmt: skip


async def test_filters_choose_events(told):
    """Conditions see type and data, of messages and of templates alike."""
    keeps = Filter(id="f", title="no templates", condition='type != "message:updated"', actions=(Drop(),))
    await told.listen(filters=(keeps,))
    await told.template()
    await told.house.templates.publish(1, "nt_a", version=None, by="b", now=told.house.clock.at)
    await told.send()

    assert [each["type"] for each in await told.bodies()] == ["message:updated"]
    reasons = {(each.result, each.reason) for each in await told.deliveries.tallies(1, "dst_w", since_hour=0)}
    assert ("filtered", "FILTERED_BY_RULES:f") in reasons


async def test_environments_do_not_meet(told):
    """An endpoint of another environment hears nothing of this one."""
    await told.listen(environment_id=2)
    await told.template()
    await told.house.templates.publish(1, "nt_a", version=None, by="b", now=told.house.clock.at)
    await told.send()
    assert await told.bodies() == []


async def test_nothing_of_a_transaction_that_fails(told):
    """A change that is refused is told to nobody."""
    await told.listen()
    await told.template()
    await told.house.templates.archive(1, "nt_a", now=1)
    with pytest.raises(Exception, match="nt_a"):
        await told.house.templates.publish(1, "nt_a", version=None, by="b", now=2)
    assert await told.bodies() == []
