"""The delivery view and the debugger, over real counts and a real log."""

import msgspec

from tidings.effects import Deferred, Failure, Tally
from tidings.forwarding.tallying import HOUR_MS
from tidings.messages import Sent, Status


async def a_webhook(api):
    """Add a destination with a filter."""
    only = {"title": "Only pro", "if": "properties.plan = 'pro'", "actions": [{"type": "ONLY"}]}
    body = {"kind": "webhook", "name": "Hook", "settings": {"url": "https://example.com"}, "filters": [only]}
    return (await api.post("/destinations", json=body)).json()


def a_failure(of, *, at):
    """Make a failure of an order."""
    fields = {"position": 1, "name": "Order", "call_id": "m1", "reason": "400", "detail": "no", "tries": 1}
    return Failure(environment_id=of[0], destination_id=of[1], at=at, **fields)


def waiting_call(of, *, at):
    """Make an order that is to be tried again."""
    fields = {"position": 2, "user_key": "u:ann", "name": "Order", "tries": 1, "error": "503", "body": b"{}"}
    return Deferred(environment_id=of[0], destination_id=of[1], due_at=at, received_at=at, first_at=at, **fields)


async def test_the_view_sums_up(api, services, environments):
    """Counts are summed by result, reason, event and hour, each with its latencies; filters have their titles."""
    made = await a_webhook(api)
    filter_id = made["filters"][0]["id"]
    now = services.clock.now_ms()
    of, hour = (environments.production, made["id"]), now // HOUR_MS
    tallies = [
        Tally(*of, hour, "Order", "received", "", 10),
        Tally(*of, hour, "Order", "filtered", f"FILTERED_BY_RULES:{filter_id}", 2),
        Tally(*of, hour, "Order", "delivered", "", 7),
        Tally(*of, hour, "Order", "failed", "400", 1),
        Tally(*of, hour, "Order", "retried", "503", 3),
        Tally(*of, hour - 1, "identify", "received", "", 4),
        Tally(*of, hour - 1, "identify", "delivered", "", 4),
        Tally(*of, hour - 1, "identify", "latency", "50", 9),
        Tally(*of, hour, "Order", "latency", "1000", 2),
        Tally(*of, hour - 2, "", "latency", "25", 1),  # as earlier versions counted it
        Tally(*of, hour - 30, "Old", "received", "", 99),
    ]
    failure, waiting = a_failure(of, at=now), waiting_call(of, at=now)
    await services.deliveries.settle(*of, done=[], again=[waiting], tallies=tallies, failures=[failure])

    view = (await api.get(f"/destinations/{made['id']}/delivery")).json()

    assert view["totals"] == {
        "received": 14,
        "filtered": 2,
        "delivered": 11,
        "retried": 3,
        "failed": 1,
        "skipped": 0,
    }
    assert view["filtered"] == [
        {"reason": "FILTERED_BY_RULES", "count": 2, "filter_id": filter_id, "filter_title": "Only pro"}
    ]
    assert [(cause["reason"], cause["count"]) for cause in view["failed"] + view["retried"]] == [("400", 1), ("503", 3)]
    assert view["latency_ms"] == {"p50": 50, "p95": 1000, "p99": 1000}
    assert [event["name"] for event in view["events"]] == ["Order", "identify"]
    assert [event["latency_ms"]["p95"] for event in view["events"]] == [1000, 50]
    assert [(point["received"], point["latency_ms"]["p50"]) for point in view["hours"]] == [
        (0, 25),
        (4, 50),
        (10, 1000),
    ]
    assert view["waiting"] == 1
    assert view["failures"][0]["message_id"] == "m1"
    longer = (await api.get(f"/destinations/{made['id']}/delivery", params={"hours": 100})).json()
    assert longer["totals"]["received"] == 113
    of_one = (await api.get(f"/destinations/{made['id']}/delivery", params={"event": "identify"})).json()
    assert (of_one["totals"]["received"], of_one["latency_ms"]["p95"], of_one["failures"]) == (4, 50, [])
    assert ([event["name"] for event in of_one["events"]], len(of_one["hours"])) == (["identify"], 1)


async def test_a_view_is_its_environments_own(api, test_api, refused):
    """Another environment's key sees nothing, and the built-in destination points to its log."""
    made = await a_webhook(api)

    refused(await test_api.get(f"/destinations/{made['id']}/delivery"), 404)
    refused(await api.get("/destinations/courier/delivery"), 400, "/inbound-events")


async def a_hook(api):
    """Add an endpoint of Courier's outbound webhooks."""
    body = {"kind": "outbound_webhook", "name": "Hook", "settings": {"url": "https://example.com", "secret": "s"}}
    return (await api.post("/destinations", json=body)).json()


async def test_what_messages_have_become_is_told_again(api, services, world):
    """The status as it is now waits for the endpoint, and is listed; a message of nobody's is refused."""
    await world.mapped(api, "Order")
    hook = await a_hook(api)
    assert hook["settings"]["secret"] == "********"
    await world.calls(world.track("Order"))
    message_id = await world.attempt(Sent("r"), Status.SENT)

    path = f"/destinations/{hook['id']}"
    answer = await api.post(f"{path}/redeliver", json={"message_ids": [message_id]})
    assert (answer.status_code, answer.json()) == (202, {"queued": 1})
    (waiting,) = (await api.get(f"{path}/deliveries")).json()["results"]
    assert (waiting["event"], waiting["message_id"]) == ("message:updated", f"{message_id}:sent")
    assert (await api.post(f"{path}/redeliver", json={"message_ids": ["1-none"]})).status_code == 404


async def test_failures_are_delivered_again(api, services, environments):
    """What failed waits again, with what was to be sent."""
    hook = await a_hook(api)
    fields = {"name": "message:updated", "call_id": "m", "reason": "400", "detail": "", "tries": 1}
    of = {"environment_id": environments.production, "destination_id": hook["id"], "at": 1, "position": 1}
    failure = Failure(**of, **fields, body=b'{"messageId":"m"}')
    key = (environments.production, hook["id"])
    await services.deliveries.settle(*key, done=(), again=(), tallies=(), failures=[failure])

    assert (await api.post(f"/destinations/{hook['id']}/redeliver", json={})).json() == {"queued": 1}
    (waiting,) = (await api.get(f"/destinations/{hook['id']}/deliveries")).json()["results"]
    assert (waiting["message_id"], waiting["tries"]) == ("m", 0)


async def test_what_cannot_be_told_again(api, world, refused):
    """A destination of calls is told of no messages, and the built-in one delivers nothing."""
    hook = await a_webhook(api)
    await world.mapped(api, "Order")
    await world.calls(world.track("Order"))
    message_id = await world.attempt(Sent("r"), Status.SENT)
    body = {"message_ids": [message_id]}
    refused(await api.post(f"/destinations/{hook['id']}/redeliver", json=body), 400, "message_ids")
    refused(await api.post("/destinations/courier/redeliver", json={}), 400)


async def test_the_debugger_follows(api, services, world):
    """Calls are shown raw and normalised, oldest first; the cursor gives what came since, and nothing twice."""
    source = (await services.sources.all(services.grants.api_key(api.headers["authorization"][7:]).environment_id))[0]
    path = f"/sources/{source.id}/debugger"
    await world.calls(world.track("One", body=b'{"event": "One", "userId": 5}'))

    first = (await api.get(path)).json()
    (call,) = first["results"]
    assert call["raw"] == {"event": "One", "userId": 5}
    assert call["normalised"]["userId"] == "ann"
    assert call["normalised"]["type"] == "track"
    assert (call["status"], call["discarded"]) == ("UNMAPPED", False)

    assert (await api.get(path, params={"cursor": first["cursor"]})).json()["results"] == []
    await world.calls(world.track("Two"), world.track("Three"))
    seen, cursor = [], first["cursor"]
    for _ in range(3):
        tail = (await api.get(path, params={"cursor": cursor, "limit": 1})).json()
        seen += [each["name"] for each in tail["results"]]
        cursor = tail["cursor"]
    assert seen == ["Two", "Three"]


async def test_the_debugger_says_why_a_call_was_discarded(api, services, world):
    """A discarded call is shown as it came, with the reason; another source's calls are not shown."""
    record = msgspec.structs.replace(world.track("x"), type="unknown", discarded="no_user_anon_id", detail="no id")
    await world.calls(record)
    mine = services.grants.api_key(api.headers["authorization"][7:]).environment_id
    source = (await services.sources.all(mine))[0]
    other = (await api.post("/sources", json={"name": "other"})).json()

    (call,) = (await api.get(f"/sources/{source.id}/debugger")).json()["results"]
    assert (call["discarded"], call["reason"], call["detail"]) == (True, "no_user_anon_id", "no id")
    assert call["normalised"] is None
    assert (await api.get(f"/sources/{other['id']}/debugger")).json()["results"] == []


async def test_odd_cursors_are_refused(api, services, refused):
    """A cursor that is none of ours, and a source that is none, are refused."""
    mine = services.grants.api_key(api.headers["authorization"][7:]).environment_id
    source = (await services.sources.all(mine))[0]

    refused(await api.get(f"/sources/{source.id}/debugger", params={"cursor": "x"}), 400, "cursor")
    refused(await api.get("/sources/999/debugger"), 404)
