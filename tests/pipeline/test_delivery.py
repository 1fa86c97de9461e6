"""Outside destinations, fed by followers: real stores, a real stream, real HTTP services in every mood."""

import asyncio

import msgspec
import pytest

from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.backends.sql.status_news_store import SqlStatusNewsStore
from tidings.carriers.http_carrier import HttpCarrier
from tidings.destinations import FOUR_HOURS, Destination
from tidings.filters import Filter
from tidings.filters.filter import Only
from tidings.forwarding import outlet_of
from tidings.forwarding.circuit import FAILURES_MAX
from tidings.pipeline import delivery as delivery_module
from tidings.pipeline.delivery import Delivery
from tidings.pipeline.follower import Follower
from tidings.pipeline.followers import Followers, Shelf
from tidings.secrets import SecretBox
from tidings.testing.http_services import CourierCloudService, HttpService, TrackingService

HOUR_MS = 3_600_000


def track(event="Order", user="ann", **fields):
    """Write a track call."""
    return {"type": "track", "userId": user, "event": event, "properties": {}, **fields}


class Outside:
    """What delivers, put together as a worker does."""

    def __init__(self, house):
        self.house = house
        self.offsets = SqlFollowerStore(house.database)
        self.store = SqlDeliveryStore(house.database)
        self.carrier = HttpCarrier(allow_private=True)
        self.inbound = house.inbound()

    async def add(self, service, destination_id="dst_1", kind="webhook", **fields):
        """Add a destination and its follower, which begins where the inbound step stands."""
        of_kind = {
            "webhook": {"url": f"{service.url}/hook", "timeout_s": 10},
            "courier_cloud": {"api_key": "pk_prod_test", "base_url": service.url},
            "segment": {"write_key": "wk_test", "base_url": f"{service.url}/v1"},
        }
        settings = {**of_kind[kind], **fields.pop("settings", {})}
        base = {"environment_id": 1, "id": destination_id, "kind": kind, "name": destination_id, "created": 1}
        destination = Destination(**{**base, "settings": settings, **fields})
        await self.house.destinations.put(destination)
        follower = self.follower(destination)
        await follower.run_once(0)
        return follower

    def follower(self, destination):
        """Make a follower for a destination."""
        step = Delivery(
            outlet=outlet_of(destination),
            store=self.store,
            carrier=self.carrier,
            clock=self.house.clock,
            chance=lambda: 1.0,
        )
        return Follower(stream=self.house.stream, store=self.offsets, step=step)

    async def call(self, *bodies):
        """Let calls come in as one request, and be applied."""
        await self.house.append(*bodies)
        while await self.inbound.run_once(0):
            pass

    async def counts(self, destination_id="dst_1"):
        """Sum the counts by result and reason."""
        found = {}
        for tally in await self.store.tallies(1, destination_id, since_hour=0):
            if tally.result != "latency":
                key = f"{tally.result} {tally.reason}".strip()
                found[key] = found.get(key, 0) + tally.count
        return found


@pytest.fixture
async def outside(house):
    """Deliver to the outside."""
    outside = Outside(house)
    yield outside
    await outside.carrier.close()


@pytest.fixture
async def service():
    """A service in a good mood."""
    async with HttpService() as service:
        yield service


async def test_calls_are_delivered_once(outside, service):
    """Each call arrives once, whole, with its messageId; what had come before the destination was made does not."""
    await outside.call(track("Before"))
    follower = await outside.add(service)
    await outside.call(track("One", messageId="m1"), {"type": "page", "userId": "ann", "name": "Home"})
    await outside.call(track("Two"))

    while await follower.run_once(0):
        pass

    assert [each.call.get("event") for each in service.received if each.call["type"] == "track"] == ["One", "Two"]
    assert service.received[0].call["messageId"] == "m1"
    assert await outside.counts() == {"received": 3, "delivered": 3}
    assert not await follower.run_once(0)


async def test_a_follower_is_never_ahead_of_the_inbound_step(outside, service):
    """What the inbound step has not applied is not delivered yet."""
    follower = await outside.add(service)
    await outside.house.append(track())

    assert not await follower.run_once(0)
    assert service.received == []


async def test_what_came_twice_is_delivered_once(outside, service):
    """A repeated messageId that the inbound step dropped is not delivered; nor are discarded calls and sends."""
    follower = await outside.add(service)
    await outside.call(track(messageId="m1"))
    await outside.call(track(messageId="m1"), {"type": "send", "userId": "ann", "to": {}, "content": {}})

    while await follower.run_once(0):
        pass

    assert len(service.received) == 1


@pytest.mark.parametrize("mood", ["busy", "broken", "reset", "garbage", "slow"])
async def test_a_failure_that_may_pass_is_tried_again(outside, service, mood):
    """The call waits in its own table, the offset moves on, and the next try, when it is due, delivers it."""
    service.mood = mood
    follower = await outside.add(service, settings={"timeout_s": 0.2})
    await outside.call(track(messageId="m1"))
    await follower.run_once(0)
    assert await outside.store.depth(1, "dst_1") == 1
    assert await follower.step.retry_once() == 0

    service.mood = "ok"
    outside.house.clock.at += 10_000
    assert await follower.step.retry_once() == 1

    assert await outside.store.depth(1, "dst_1") == 0
    assert [each.call["messageId"] for each in service.taken] == ["m1"]
    counts = await outside.counts()
    assert (counts["received"], counts["delivered"]) == (1, 1)
    assert sum(count for key, count in counts.items() if key.startswith("retried")) == 1


@pytest.mark.parametrize(("mood", "reason"), [("bad_request", "400"), ("unauthorized", "401"), ("unsupported", "501")])
async def test_a_final_refusal_is_recorded(outside, service, mood, reason):
    """A refusal that another try would not change is put on record with what was said, and not tried again."""
    service.mood = mood
    follower = await outside.add(service)
    await outside.call(track("One", messageId="m1"))
    await follower.run_once(0)

    assert await outside.store.depth(1, "dst_1") == 0
    (failure,) = await outside.store.failures(1, "dst_1", limit=10)
    assert (failure.reason, failure.call_id, failure.name, failure.tries) == (reason, "m1", "One", 1)
    assert failure.detail == f"in a mood: {mood}"
    assert await outside.counts() == {"received": 1, f"failed {reason}": 1}


async def test_retry_after_is_honoured(outside, service):
    """A service that asks for time is not asked again before it is over, by any call."""
    service.mood, service.retry_after_s = "busy", 60
    follower = await outside.add(service)
    await outside.call(track("One"))
    await follower.run_once(0)
    service.mood = "ok"

    await outside.call(track("Two"))
    await follower.run_once(0)
    outside.house.clock.at += 59_000
    assert await follower.step.retry_once() == 0
    assert len(service.received) == 1

    outside.house.clock.at += 1_001
    assert await follower.step.retry_once() == 2
    assert {each.call["event"] for each in service.taken} == {"One", "Two"}


async def test_after_four_hours_it_is_enough(outside, service):
    """A call that could not be delivered for four hours is given up, and on record."""
    service.mood = "broken"
    follower = await outside.add(service)
    await outside.call(track())
    await follower.run_once(0)
    end = outside.house.clock.at + FOUR_HOURS.give_up_ms
    while await outside.store.depth(1, "dst_1"):
        outside.house.clock.at = max(await outside.store.next_due_at(1, "dst_1"), follower.step.circuit.parked_until)
        await follower.step.retry_once()

    assert outside.house.clock.at >= end
    (failure,) = await outside.store.failures(1, "dst_1", limit=10)
    assert failure.reason == "503"
    assert failure.tries == len(service.received)


async def test_a_dead_destination_is_left_alone(outside, service):
    """After some failures in a row no more requests are made and no tries are spent, until the park is over."""
    service.mood = "broken"
    follower = await outside.add(service, settings={"ordered": True})
    await outside.call(*[track(user=f"u{number}") for number in range(100)])
    await follower.run_once(0)

    asked = len(service.received)
    assert FAILURES_MAX <= asked < 40
    assert await outside.store.depth(1, "dst_1") == 100
    untried = [
        call for call in await outside.store.due(1, "dst_1", now=2**60, limit=200, in_order=False) if not call.tries
    ]
    assert len(untried) == 100 - asked

    service.mood = "ok"
    outside.house.clock.at += 60_000
    while await follower.step.retry_once():
        pass
    assert await outside.store.depth(1, "dst_1") == 0
    assert len(service.taken) == 100


async def test_a_users_calls_keep_their_order(outside, service):
    """Where order is asked for, a call that must wait holds up its user's next ones and nobody else's."""
    service.mood = lambda received: "broken" if received.call["event"] == "One" else "ok"
    follower = await outside.add(service, settings={"ordered": True})
    await outside.call(track("One"), track("Two"), track("Other", user="bob"))
    await follower.run_once(0)
    await outside.call(track("Three"))
    await follower.run_once(0)
    assert [each.call["event"] for each in service.taken] == ["Other"]

    service.mood = "ok"
    outside.house.clock.at += 10_000
    while await follower.step.retry_once():
        pass

    assert [each.call["event"] for each in service.taken] == ["Other", "One", "Two", "Three"]


async def test_without_order_nobody_waits(outside, service):
    """Where order is not asked for, the next call does not wait for one that failed."""
    service.mood = lambda received: "broken" if received.call["event"] == "One" else "ok"
    follower = await outside.add(service)
    await outside.call(track("One"), track("Two"))
    await follower.run_once(0)

    assert [each.call["event"] for each in service.taken] == ["Two"]


async def test_what_is_kept_back_is_counted_by_reason(outside, service):
    """A filter is counted with its id; other sources' calls are not counted at all."""
    only = Filter(id="flt_1", title="Only orders", condition="event = 'Order'", actions=(Only(),))
    follower = await outside.add(service, filters=(only,))
    await outside.call(track("Order"), track("Click"), track("Order", integrations={"All": False}))
    while await follower.run_once(0):
        pass

    assert await outside.counts() == {
        "received": 3,
        "delivered": 1,
        "filtered FILTERED_BY_RULES:flt_1": 1,
        "filtered FILTERED_BY_INTEGRATIONS_OBJECT": 1,
    }


async def test_a_disabled_destination_is_passed_by(outside, service):
    """What arrives while a destination is disabled is not kept for it."""
    follower = await outside.add(service, enabled=False)
    await outside.call(track())
    while await follower.run_once(0):
        pass

    assert service.received == []
    assert await outside.counts() == {"received": 1, "filtered DESTINATION_DISABLED": 1}


async def test_another_environments_calls_stay_there(outside, service):
    """A destination gets its own environment's calls alone."""
    follower = await outside.add(service)
    await outside.house.append(track(), environment_id=2)
    await outside.call(track("Mine"))
    while await follower.run_once(0):
        pass

    assert [each.call["event"] for each in service.received] == ["Mine"]


async def test_a_crash_delivers_again_with_the_same_id(outside, service):
    """Who dies between the request and the offset makes it again: at least once, recognisable by its messageId."""
    follower = await outside.add(service)
    await outside.call(track(messageId="m1"))

    class Dying(SqlFollowerStore):
        async def apply(self, *_, **__):
            raise RuntimeError("died")

    dying = Follower(stream=outside.house.stream, store=Dying(outside.house.database), step=follower.step)
    with pytest.raises(RuntimeError):
        await dying.run_once(0)
    await follower.run_once(0)

    assert [each.call["messageId"] for each in service.taken] == ["m1", "m1"]


async def test_of_two_who_race_one_moves_the_offset(outside, service):
    """The second of two followers of one destination finds the offset moved, writes nothing, and goes on from there."""
    follower = await outside.add(service)
    destination = follower.step.outlet.destination
    other = outside.follower(destination)
    await outside.offsets.offset(follower.step.reader, 0)
    await other.run_once(0)
    await outside.call(track())
    await follower.run_once(0)
    await other.run_once(0)

    assert await outside.counts() == {"received": 1, "delivered": 1}
    assert not await other.run_once(0)


async def test_too_much_waiting_stops_the_reading(outside, service, monkeypatch):
    """When the waiting calls reach their bound, the follower reads no further and nothing is lost."""
    monkeypatch.setattr(delivery_module, "DEFERRED_MAX", 3)
    service.mood = "broken"
    follower = await outside.add(service)
    await outside.call(track("1"), track("2"), track("3"))
    assert await follower.run_once(0)
    await outside.call(track("4"))
    assert not await follower.run_once(0)
    assert await outside.store.depth(1, "dst_1") == 3

    service.mood = "ok"
    outside.house.clock.at += 60_000
    await follower.step.retry_once()
    assert await follower.run_once(0)
    assert len(service.taken) == 4


async def test_real_protocols(outside):
    """Courier Cloud takes what Segment would send it, and a Tracking API takes every type at its path."""
    async with CourierCloudService() as cloud, TrackingService() as tracking:
        followers = [
            await outside.add(cloud, "dst_cloud", "courier_cloud"),
            await outside.add(tracking, "dst_segment", "segment"),
        ]
        await outside.call(
            track(),
            {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}},
            {"type": "group", "userId": "ann", "groupId": "g1", "traits": {"total billed": 830}},
            {"type": "page", "userId": "ann", "name": "Home"},
            {"type": "screen", "anonymousId": "x", "name": "Home"},
        )
        for follower in followers:
            while await follower.run_once(0):
                pass

        assert sorted(each.call["type"] for each in cloud.taken) == ["group", "identify", "track"]
        assert sorted(each.path for each in tracking.taken) == [
            f"/v1/{kind}" for kind in ("group", "identify", "page", "screen", "track")
        ]
        group = next(each.call for each in cloud.taken if each.call["type"] == "group")
        assert group["traits"] == {"total billed": 830}
        assert (await outside.counts("dst_cloud"))["filtered UNSUPPORTED_EVENT_TYPE"] == 2


class Running:
    """All followers of a worker, running."""

    def __init__(self, outside, holder="w1", **changes):
        house = outside.house
        sources = SqlSourceStore(house.database, SecretBox("a secret key for tests"))
        news = SqlStatusNewsStore(house.database)
        shelf = Shelf(house.stream, outside.offsets, outside.store, house.destinations, sources, news)
        self.followers = Followers(shelf=shelf, carrier=outside.carrier, clock=house.clock, holder=holder, **changes)
        self._stop = asyncio.Event()

    async def __aenter__(self):
        await self.followers.refresh()
        self._task = asyncio.create_task(self.followers.run(self._stop))
        return self.followers

    async def __aexit__(self, *_):
        self._stop.set()
        await self._task


async def test_a_dead_destination_slows_nobody(outside, service):
    """While one destination hangs, another gets everything."""
    async with HttpService(mood="slow") as dead:
        await outside.add(dead, "dst_dead", settings={"timeout_s": 5})
        await outside.add(service, "dst_live")
        async with Running(outside) as followers:
            await outside.call(*[track(str(number)) for number in range(200)])
            followers.nudge()
            await asyncio.wait_for(service.wait_for(200), 20)
            assert not dead.taken
            for each in followers._running.values():  # what hangs need not be waited for here
                each[2].cancel()
            followers._running.clear()


async def test_one_worker_delivers(outside, service):
    """Of two workers one follows a destination; when it has let go, the other does."""
    await outside.add(service)
    async with Running(outside, "w1") as first:
        await outside.call(track("One"))
        first.nudge()
        await asyncio.wait_for(service.wait_for(1), 20)
        assert not await outside.offsets.hold(
            "destination:dst_1", "w2", now=outside.house.clock.at, until=outside.house.clock.at + 1
        )
    async with Running(outside, "w2") as second:
        await outside.call(track("Two"))
        second.nudge()
        await asyncio.wait_for(service.wait_for(2), 20)

    assert [each.call["event"] for each in service.received] == ["One", "Two"]


async def test_a_changed_destination_is_followed_anew(outside, service):
    """A change of settings counts for the next call, and a deleted destination gets nothing."""
    async with HttpService() as other:
        follower = await outside.add(service)
        running = Running(outside)
        async with running as followers:
            stored = follower.step.outlet.destination
            moved = msgspec.structs.replace(stored, settings={"url": f"{other.url}/hook"}, updated=2)
            await outside.house.destinations.put(moved)
            await followers.refresh()
            await outside.call(track("One"))
            followers.nudge()
            await asyncio.wait_for(other.wait_for(1), 20)
            await outside.house.destinations.delete(1, "dst_1")
            await followers.refresh()
            assert followers._running == {}
        assert service.received == []


async def test_what_arrives_after_a_change_goes_as_changed(outside, service):
    """No call that was accepted after a change was answered goes out by the old settings or filters (R5)."""
    follower = await outside.add(service, settings={"headers": {"X-Key": "old"}})
    is_current = False

    async def ask():
        return is_current

    follower.step._is_current = ask
    await outside.call(track("One"))
    assert not await follower.run_once(0)
    assert (service.received, await outside.counts()) == ([], {})
    is_current = True
    assert await follower.run_once(0)
    assert [each.call["event"] for each in service.received] == ["One"]


async def test_a_stale_destination_is_read_again_at_once(outside, service):
    """A worker that finds a change while calls are in hand looks again, and delivers by the new settings."""
    await outside.add(service, settings={"headers": {"X-Key": "old"}})
    async with Running(outside) as followers:
        changed = await outside.house.destinations.get(1, "dst_1")
        settings = {**changed.settings, "headers": {"X-Key": "new"}}
        await outside.house.destinations.put(msgspec.structs.replace(changed, settings=settings))
        await outside.call(track("Two"))
        followers.nudge()
        await asyncio.wait_for(service.wait_for(1), 20)
    assert [each.headers["x-key"] for each in service.received] == ["new"]


async def test_the_stream_keeps_what_a_follower_has_not_read(outside, service):
    """The stream is trimmed to the slowest follower, not to the inbound step."""
    follower = await outside.add(service)
    await outside.call(track("One"))
    applied = {0: await outside.offsets.ceiling(0)}
    followers = Running(outside).followers

    assert (await followers.keep_from(applied))[0] < applied[0]
    while await follower.run_once(0):
        pass
    assert await followers.keep_from(applied) == applied


async def test_but_not_for_ever(outside, service):
    """What is older than the bound is skipped and counted, so that a dead destination cannot fill the disk."""
    await outside.add(service)
    await outside.call(track("Old"), track("Older"))
    outside.house.clock.at += 25 * HOUR_MS
    await outside.call(track("New"))
    applied = {0: await outside.offsets.ceiling(0)}

    limits = await Running(outside, hold_hours=24).followers.keep_from(applied)

    assert 0 < limits[0] < applied[0]
    assert await outside.counts() == {"skipped TOO_OLD": 2}


async def test_no_secret_and_no_body_is_in_the_logs(outside, service, capsys):
    """What goes wrong is logged by ids, never with what was sent or by which secret."""
    service.mood = "broken"
    follower = await outside.add(service, settings={"shared_secret": "s3cret", "headers": {"X-Key": "h1dden"}})
    await outside.call(*[track(user="ann@example.com") for _ in range(20)])
    await follower.run_once(0)

    written = "".join(capsys.readouterr())
    assert "destination.parked" in written
    assert not any(word in written for word in ("s3cret", "h1dden", "ann@example.com", service.url))


async def test_a_destination_begins_where_it_was_made(outside, service):
    """What arrives after a destination was made is delivered, however late a worker comes to see it."""
    await outside.call(track("Before"))
    settings = {"url": f"{service.url}/hook"}
    made = Destination(environment_id=1, id="dst_1", kind="webhook", name="Hook", settings=settings, created=1)
    await outside.house.destinations.put(made)
    await outside.call(track("After"))

    follower = outside.follower(made)
    while await follower.run_once(0):
        pass

    assert [each.call["event"] for each in service.received] == ["After"]


async def test_a_destination_made_before_any_call_misses_none(outside, service):
    """On a new installation the very first call is delivered too."""
    settings = {"url": f"{service.url}/hook"}
    made = Destination(environment_id=1, id="dst_1", kind="webhook", name="Hook", settings=settings, created=1)
    await outside.house.destinations.put(made)
    await outside.call(track("First"))

    follower = outside.follower(made)
    while await follower.run_once(0):
        pass

    assert [each.call["event"] for each in service.received] == ["First"]


async def test_what_a_source_blocks_goes_nowhere(outside, service):
    """A source's address stripping and block-list hold for outside destinations too."""
    from tidings.backends.sql.api_key_store import SqlApiKeyStore
    from tidings.workspaces import SourceChange, SourceSettings

    await SqlApiKeyStore(outside.house.database).bootstrap(now=1)
    sources = SqlSourceStore(outside.house.database, SecretBox("a secret key for tests"))
    source = await sources.add(1, "web", "wk_0123456789", now=1)
    settings = SourceSettings(strip_ip=True, blocked_properties=("properties.ssn",))
    await sources.change(1, source.id, SourceChange(settings=settings))
    await outside.add(service)

    async with Running(outside) as followers:
        await outside.call(track(context={"ip": "192.0.2.7", "locale": "de"}, properties={"ssn": "1", "total": 5}))
        followers.nudge()
        await asyncio.wait_for(service.wait_for(1), 20)

    call = service.received[0].call
    assert (call["context"], call["properties"]) == ({"locale": "de"}, {"total": 5})


async def test_a_kind_that_is_no_more_stops_nobody(outside, service):
    """A destination of a kind that this version does not know is left, and the others are followed."""
    unknown = Destination(environment_id=1, id="dst_0", kind="gone", name="Gone", created=1)
    await outside.house.destinations.put(unknown)
    await outside.add(service)

    async with Running(outside) as followers:
        assert "destination:dst_1" in followers._running
        assert "destination:dst_0" not in followers._running
