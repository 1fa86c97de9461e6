import msgspec
import pytest


async def test_a_call_is_listed_with_what_became_of_it(api, world):
    """Name, user, times and status; the event id is what an event map maps."""
    (event_id,) = await world.calls(world.track("Login Button Clicked"))

    (event,) = (await api.get("/inbound-events")).json()["results"]

    assert event["id"] == event_id
    assert (event["status"], event["type"], event["name"]) == ("UNMAPPED", "track", "Login Button Clicked")
    assert event["event"] == "Segment-TrackEvent:Login Button Clicked"
    assert (event["user_id"], event["anonymous_id"]) == ("ann", None)
    assert event["message_id"] == "call-Login Button Clicked-ann"
    assert event["received_at"] > 0


async def test_one_call_is_read_with_its_payload_and_profile(api, world):
    """The call as it came, to the digit, and its user's profile."""
    await api.put("/profiles/ann", json={"profile": {"name": "Ann"}})
    (event_id,) = await world.calls(world.track("Odd"))

    event = (await api.get(f"/inbound-events/{event_id}")).json()

    assert event["call"] == {"type": "track", "event": "Odd", "properties": {"total": 12345678980}}
    assert event["profile"] == {"name": "Ann"}


async def test_a_call_without_a_profile_is_read_too(api, world):
    """An anonymous user of whom nothing is known."""
    (event_id,) = await world.calls(world.track("Odd", None, anonymous_id="anon-1"))

    event = (await api.get(f"/inbound-events/{event_id}")).json()

    assert (event["user_id"], event["anonymous_id"], event["profile"]) == (None, "anon-1", None)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("?status=MAPPED", 1),
        ("?status=mapped,UNMAPPED", 2),
        ("?type=identify", 1),
        ("?name=Odd", 1),
        ("?user_id=bob", 1),
        ("?received_after=2090-01-01T00:00:00Z", 0),
        ("?limit=3", 3),
    ],
)
async def test_the_list_is_filtered(api, world, query, count):
    """By status, type, name, user and time."""
    await world.mapped(api, "Signed Up")
    body = msgspec.json.encode({"type": "identify", "traits": {}})
    await world.calls(
        world.track("Signed Up"),
        world.track("Odd", "bob"),
        world.track(None, type="identify", body=body),
        world.track(None, "", type="page", message_id="p"),
    )

    assert len((await api.get(f"/inbound-events{query}")).json()["results"]) == count


async def test_pages_go_on_where_they_ended(api, world):
    """Newest first, each once."""
    ids = await world.calls(*(world.track(f"Event {number}") for number in range(5)))

    first = (await api.get("/inbound-events", params={"limit": 3})).json()
    rest = (await api.get("/inbound-events", params={"limit": 3, "cursor": first["paging"]["cursor"]})).json()

    assert [event["id"] for event in first["results"] + rest["results"]] == ids[::-1]
    assert (first["paging"]["more"], rest["paging"]["more"]) == (True, False)


@pytest.mark.parametrize("query", ["status=GONE", "received_after=soon", "limit=1000", "cursor=%21"])
async def test_what_cannot_be_asked_is_refused(api, refused, query):
    """Odd filters are named."""
    refused(await api.get(f"/inbound-events?{query}"), 400, query.split("=")[0])


async def test_an_unknown_call_is_not_found(api, refused):
    """404 for an id that is none, and for one that nothing has."""
    refused(await api.get("/inbound-events/nonsense"), 404)
    refused(await api.get("/inbound-events/1-00000001-000000000000000000000001"), 404)
