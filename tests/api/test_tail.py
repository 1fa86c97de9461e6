"""The live tail of a source's calls: in order, resumable, bounded, and ending when the server does."""

import asyncio
from contextlib import ExitStack
from dataclasses import replace

import msgspec
import pytest

from tidings.api import debugger
from tidings.api import tail as tail_module
from tidings.api.debugger import follow
from tidings.api.tail import FOLLOWERS_MAX, LATE_MS, Following, Tail
from tidings.errors import Unavailable
from tidings.inbound_events import EventStatus, InboundEvent


def events_of(text):
    """Read server-sent events as a browser does."""
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        event = {}
        for line in block.split("\n"):
            name, colon, value = line.partition(": ")
            if colon and name:
                event[name] = event[name] + "\n" + value if name in event else value
        if "event" in event:
            found.append((event["event"], event["id"], msgspec.json.decode(event["data"])))
    return found


@pytest.fixture
def stopped(broken):
    """A client of a server that is about to stop: a stream says what there is, and ends."""
    stop = asyncio.Event()
    stop.set()
    return broken(following=Following(stop))


async def read(client, source_id=1, **options):
    """Read a whole stream."""
    answer = await client.get(f"/sources/{source_id}/debugger/stream", **options)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return events_of(answer.text)


async def test_calls_come_as_events(stopped, world):
    """The newest calls come first, oldest of them ahead, raw and normalised side by side, with the discard reason."""
    bad = msgspec.structs.replace(world.track("x"), type="unknown", discarded="no_user_anon_id", detail="no id")
    await world.calls(world.track("One", body=b'{"event": "One",\n "userId": 5}'), bad)

    (kind, _, one), (_, _, discarded) = await read(stopped)

    assert (kind, one["raw"], one["normalised"]["userId"]) == ("call", {"event": "One", "userId": 5}, "ann")
    assert (discarded["discarded"], discarded["reason"], discarded["normalised"]) == (True, "no_user_anon_id", None)
    assert [each["name"] for _, _, each in await read(stopped, params={"last": 0})] == []


async def test_a_stream_goes_on_where_it_broke_off(stopped, world):
    """`Last-Event-ID` gives what came after that event, also when it broke off in the middle; and so does `cursor`."""
    await world.calls(world.track("One"), world.track("Two"), world.track("Three"))
    (_, first, _), *_ = await read(stopped)

    by_header = await read(stopped, headers={"Last-Event-ID": first})
    by_query = await read(stopped, params={"cursor": first})

    assert [each["name"] for _, _, each in by_header] == ["Two", "Three"]
    assert by_query == by_header
    assert await read(stopped, headers={"Last-Event-ID": by_header[-1][1]}) == []


async def test_who_may_follow(stopped, api, test_api, stranger, refused):
    """A stream is its environment's own, and needs a key and a cursor of ours."""
    path = "/sources/1/debugger/stream"
    refused(await stopped.get(path, headers={"Last-Event-ID": "x"}), 400, "cursor")
    refused(await test_api.get(path), 404)
    refused(await stranger.get(path), 401)


async def test_only_so_many_follow(broken, refused):
    """Beyond the bound it is 503; who goes makes room."""
    following = Following()
    client = broken(following=following)
    with ExitStack() as stack:
        for _ in range(FOLLOWERS_MAX):
            stack.enter_context(following.one())
        refused(await client.get("/sources/1/debugger/stream"), 503, "follow already")
    following.check()


class Live:
    """A stream that is being followed."""

    def __init__(self, services, environment_id):
        self.stop = asyncio.Event()
        services = replace(services, following=Following(self.stop))
        tail = Tail(log=services.events, environment_id=environment_id, start=(0, -1), source_id=1)
        self.messages = follow(services, tail, [])

    async def next(self):
        """Wait for the next message."""
        return await anext(self.messages)


async def test_a_live_call_is_shown_when_it_comes(services, environments, world, monkeypatch):
    """Who waits sees the next call; a stop ends the stream at once."""
    monkeypatch.setattr(debugger, "_LOOK_S", 0.001)
    live = Live(services, environments.production)
    assert (await live.next()).comment == "following"
    waiting = asyncio.create_task(live.next())
    await world.calls(world.track("Now"))

    assert msgspec.json.decode((await waiting).data)["name"] == "Now"
    live.stop.set()
    with pytest.raises(StopAsyncIteration):
        await live.next()


async def test_silence_is_broken_now_and_then(services, environments, monkeypatch):
    """While nothing comes, comments keep the connection open; when storage is away too."""
    monkeypatch.setattr(debugger, "_HEARTBEAT_S", 0.0)
    monkeypatch.setattr(debugger, "_LOOK_S", 0.001)
    live = Live(services, environments.production)
    await live.next()
    assert (await live.next()).comment == "still here"

    class Away:
        async def after(self, *_, **__):
            raise Unavailable("away")

    away = Live(replace(services, events=Away()), environments.production)
    await away.next()
    assert (await away.next()).comment == "still here"


async def test_an_hour_is_enough(services, environments, monkeypatch):
    """A stream ends by itself; clients come back."""
    monkeypatch.setattr(debugger, "_FOLLOW_S_MAX", 0.0)
    live = Live(services, environments.production)
    await live.next()
    with pytest.raises(StopAsyncIteration):
        await live.next()


async def test_who_is_far_behind_sees_the_present(services, environments, world, monkeypatch):
    """When more came than can be shown, the stream says from when to when, and goes on from now."""
    monkeypatch.setattr(tail_module, "_PAGE", 1)
    monkeypatch.setattr(tail_module, "_PAGES_MAX", 2)
    monkeypatch.setattr(debugger, "_BEHIND_MS_MAX", 1_000)
    old = services.clock.now_ms() - 60_000
    await world.calls(*[world.track(f"Old {n}", received_at=old + n) for n in range(5)])
    live = Live(services, environments.production)
    await live.next()

    shown = [await live.next() for _ in range(3)]
    assert [message.event for message in shown] == ["call", "call", "skipped"]
    assert msgspec.json.decode(shown[-1].data)["from"] == old + 1


class Log:
    """A log in which calls appear when a test says so."""

    def __init__(self):
        self.events = []

    async def after(self, _environment_id, received_at, position, *, limit):
        """Read on."""
        places = sorted(self.events, key=lambda event: (event.received_at, event.position))
        return [each for each in places if (each.received_at, each.position) > (received_at, position)][:limit]


async def names(tail):
    """Look once."""
    return [event.name for event in await tail.look()]


@pytest.fixture
def an_event():
    """Make a call at a place."""

    def make(name, received_at, position, **fields):
        fields = {"environment_id": 1, "user_key": "u:ann", "source_id": 1, "type": "track", **fields}
        more = {"message_id": name, "timestamp": received_at, "status": EventStatus.UNMAPPED}
        return InboundEvent(name=name, received_at=received_at, position=position, **fields, **more)

    return make


async def test_a_call_that_comes_late_is_not_missed(an_event):
    """Partitions are applied side by side: what enters the log behind younger calls is shown, once."""
    log = Log()
    tail = Tail(log=log, environment_id=1, start=(1_000, 0))
    log.events.append(an_event("young", 5_000, 7))
    assert await names(tail) == ["young"]
    log.events.append(an_event("late", 5_000 - LATE_MS, 3))
    log.events.append(an_event("of another user", 5_000, 7, user_key="u:bob"))
    log.events.append(an_event("before the start", 999, 1))

    assert await names(tail) == ["late", "of another user"]
    assert await names(tail) == []


async def test_what_is_remembered_is_bounded(an_event):
    """Only what could come again is remembered."""
    log = Log()
    tail = Tail(log=log, environment_id=1, start=(0, 0))
    for at in range(0, 20 * LATE_MS, LATE_MS // 2):
        log.events.append(an_event("x", at + 1, at))
        await tail.look()
    assert len(tail._seen) <= 4
