"""Deletions of users, as outside destinations hear of them: real stores and real HTTP services."""

import pytest

from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.erasing import SqlErasure
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.regulation_store import SqlRegulationStore
from tidings.carriers.http_carrier import HttpCarrier
from tidings.destinations import Delivered, Destination, HttpAnswer, kind_of
from tidings.filters import Filter
from tidings.filters.filter import Drop
from tidings.forwarding import outlet_of
from tidings.pipeline.delivery import Delivery
from tidings.pipeline.follower import Follower
from tidings.pipeline.regulating import SETTLE_MS, Regulating, Shelf
from tidings.regulations import Regulation, overall, told_status
from tidings.testing.http_services import CourierCloudService, HttpService

ORDER = {"type": "track", "userId": "ann", "event": "Order", "properties": {}}


@pytest.fixture
def database_place(sqlite_place):
    """One backend: what it asks of a database is told of each in the contracts of the stores."""
    return sqlite_place


class Agency:
    """What carries out regulations, and what delivers to the outside."""

    def __init__(self, house, library):
        self.house = house
        self.regulations = SqlRegulationStore(house.database)
        self.deliveries = SqlDeliveryStore(house.database)
        self.offsets = SqlFollowerStore(house.database)
        self.carrier = HttpCarrier(allow_private=True)
        self.steps = {}
        self._worker = Regulating(
            regulations=self.regulations,
            erasure=SqlErasure(house.database, partitions=1),
            shelf=Shelf(archive=None, manifest=library.manifest),
            destinations=house.destinations,
            leases=library.offsets,
            clock=house.clock,
            holder="w1",
        )

    async def add(self, destination_id, kind, settings, **fields):
        """Add a destination, or put it anew."""
        base = {"environment_id": 1, "id": destination_id, "kind": kind, "name": destination_id.title(), "created": 1}
        destination = Destination(**base, settings=settings, **fields)
        await self.house.destinations.put(destination)
        self.steps[destination_id] = Delivery(
            outlet=outlet_of(destination),
            store=self.deliveries,
            carrier=self.carrier,
            clock=self.house.clock,
            chance=lambda: 1.0,
        )

    async def ask(self, kind="SUPPRESS_WITH_DELETE", *user_ids):
        """Take a request."""
        fields = {"environment_id": 1, "id": "r1", "asked_by": "key", "created": self.house.clock.at}
        await self.regulations.add(Regulation(**fields, type=kind, user_ids=user_ids or ["ann"]))

    async def carry_out(self):
        """Make the passes that it takes."""
        for _ in range(3):
            await self._worker.run_once()
            self.house.clock.at += SETTLE_MS

    async def deliver(self):
        """Try what is due at every destination."""
        for step in self.steps.values():
            while await step.retry_once():
                pass

    async def receipt(self):
        """Tell what it says of each destination, and all in all."""
        regulation = await self.regulations.get(1, "r1")
        there = {each.id for each in await self.house.destinations.all(1)}
        said = {key: told_status(told, is_there=key in there) for key, told in (regulation.outside or {}).items()}
        return said, overall(regulation, destinations=there), regulation.outside or {}


@pytest.fixture
async def agency(house, library):
    """An agency beside a house."""
    agency = Agency(house, library)
    yield agency
    await agency.carrier.close()


@pytest.fixture
async def service():
    """A service that answers by its mood."""
    async with HttpService() as service:
        yield service


async def test_every_kind_is_asked_in_its_own_words(agency, service):
    """Courier's profile is deleted, Segment gets the regulation, a webhook a signed call; who cannot is on record."""
    async with CourierCloudService() as courier:
        hook = {"url": f"{service.url}/hook", "shared_secret": "s"}
        nothing = (Filter(id="f", title="Nothing", condition="all", actions=(Drop(),)),)
        segment = {"write_key": "wk", "public_api_token": "sgp_1", "public_api_url": service.url}
        await agency.add("hook", "webhook", hook, filters=nothing)
        await agency.add("cloud", "courier_cloud", {"api_key": "pk_prod_test", "base_url": courier.url})
        await agency.add("there", "segment", segment)
        await agency.add("one", "segment", {**segment, "public_api_source": "src/1"})
        await agency.add("mute", "segment", {"write_key": "wk"})
        await agency.add("off", "webhook", hook, enabled=False)
        await agency.add("news", "outbound_webhook", {"url": service.url})
        await agency.ask("DELETE_ONLY", "ann", "b/ö b")
        await agency.carry_out()
        assert (await agency.receipt())[1] == "RUNNING"
        await agency.deliver()

    said, whole, outside = await agency.receipt()
    assert whole == "FINISHED"
    assert said == dict.fromkeys(("hook", "cloud", "there", "one"), "FINISHED") | dict.fromkeys(
        ("mute", "off", "news"), "NOT_SUPPORTED"
    )
    assert "public_api_token" in outside["mute"].why_not
    assert [(each.method, each.path) for each in courier.received] == [
        ("DELETE", "/profiles/ann"),
        ("DELETE", "/profiles/b/ö b"),
    ]
    by_path = {each.path: each for each in service.received if b'"ann"' in each.raw}
    assert by_path["/hook"].headers["x-signature-256"]
    call = by_path["/hook"].call
    assert (call["type"], call["userId"], call["channel"]) == ("delete", "ann", "server")
    assert (call["context"], call["integrations"], call["regulationId"]) == (None, None, "r1")
    asked = {"regulationType": "DELETE_ONLY", "subjectType": "USER_ID", "subjectIds": ["ann"]}
    assert by_path["/regulations"].call == by_path["/regulations/sources/src/1"].call == asked
    assert by_path["/regulations"].headers["authorization"] == "Bearer sgp_1"


async def test_nobody_is_told_of_a_deletion_here_alone(agency, service):
    """INTERNAL stays inside, and a suppression deletes nothing."""
    await agency.add("hook", "webhook", {"url": service.url})
    await agency.ask("SUPPRESS_WITH_DELETE_INTERNAL")
    await agency.carry_out()
    await agency.deliver()

    assert service.received == []
    assert await agency.receipt() == ({}, "FINISHED", {})


async def test_it_comes_after_everything_else_of_the_user(agency, house, service):
    """Calls that wait for the destination are deleted; the deletion follows those that were under way, and once."""
    await agency.add("hook", "webhook", {"url": service.url, "ordered": True})
    follower = Follower(stream=house.stream, store=agency.offsets, step=agency.steps["hook"])
    await follower.run_once(0)
    service.mood = "broken"
    await house.append(ORDER)
    await house.inbound().run_once(0)
    await follower.run_once(0)
    assert await agency.deliveries.depth(1, "hook") == 1

    await agency.ask()
    await agency._worker.run_once()
    (queued,) = await agency.deliveries.due(1, "hook", now=house.clock.at + SETTLE_MS, limit=9, in_order=True)
    assert (queued.name, queued.due_at) == ("delete", house.clock.at + SETTLE_MS)
    service.mood = "ok"
    await agency.carry_out()
    await agency.deliver()

    assert [each.call["type"] for each in service.taken] == ["delete"]
    assert await agency.deliveries.depth(1, "hook") == 0


async def test_it_is_retried_and_given_up_as_other_calls_are(agency, house, service):
    """A destination that is unwell hears it later; one that refuses is on the receipt with its words."""
    service.mood = lambda received: "bad_request" if b'"bob"' in received.raw else "broken"
    await agency.add("hook", "webhook", {"url": service.url})
    await agency.ask("DELETE_ONLY", "ann", "bob")
    await agency.carry_out()
    await agency.deliver()
    assert (await agency.receipt())[:2] == ({"hook": "RUNNING"}, "RUNNING")

    service.mood = lambda received: "bad_request" if b'"bob"' in received.raw else "ok"
    house.clock.at += 3_600_000
    await agency.deliver()
    said, whole, outside = await agency.receipt()
    assert (said, whole) == ({"hook": "PARTIAL_SUCCESS"}, "PARTIAL_SUCCESS")
    assert outside["hook"].error == "400 in a mood: bad_request"
    assert list(outside["hook"].failed) == ["bob"]

    service.mood = "ok"
    assert await agency.deliveries.again(1, "hook", now=house.clock.at) == 1
    await agency.deliver()
    assert (await agency.receipt())[:2] == ({"hook": "FINISHED"}, "FINISHED")


async def test_a_destination_that_changes_meanwhile(agency, house, service):
    """Without the setting that it needs it fails, and says so; deleted, it is waited for no longer."""
    token = {"write_key": "wk", "public_api_token": "sgp_1", "public_api_url": service.url}
    await agency.add("there", "segment", token)
    await agency.add("hook", "webhook", {"url": service.url})
    await agency.ask()
    await agency.carry_out()
    await agency.add("there", "segment", {"write_key": "wk"})
    await house.destinations.delete(1, "hook")
    await agency.steps["there"].retry_once()

    said, whole, outside = await agency.receipt()
    assert (said, whole) == ({"there": "FAILED", "hook": "FAILED"}, "PARTIAL_SUCCESS")
    assert outside["there"].error.startswith("NOT_SUPPORTED set public_api_token")


def test_a_courier_without_the_profile_has_nothing_to_delete():
    """404 for a profile means that it is gone already."""
    assert kind_of("courier_cloud").erased(HttpAnswer(status=404)) == Delivered(404)
