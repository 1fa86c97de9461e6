"""Two environments are two worlds: whatever one holds, the other's key is told what it is told of nothing."""

import pytest

from tidings.messages import Sent, Status

TEMPLATE = {"notification": {"name": "One", "content": {"version": "2022-01-01", "elements": []}}}


@pytest.fixture
async def things(api, world):
    """One of each thing in production: names by which the test environment may try to reach them."""
    template = await world.mapped(api, "Signed Up")
    await api.put("/profiles/ann", json={"profile": {"name": "Ann"}})
    (call,) = await world.calls(world.track("Signed Up"))
    await world.attempt(Sent(), Status.SENT)
    await world.keep(call)
    smtp = {"provider": "smtp", "settings": {"host": "mail.example.com"}}
    provider = (await api.post("/providers", json=smtp)).json()["id"]
    return {"template": template, "event": "Segment-TrackEvent%3ASigned%20Up", "call": call, "provider": provider}


READS = [
    "/profiles/ann",
    "/notifications/{template}",
    "/notifications/{template}?version=draft",
    "/notifications/{template}/versions",
    "/notifications/{template}/content",
    "/events/{event}",
    "/messages/{call}",
    "/messages/{call}/history",
    "/messages/{call}/output",
    "/messages/{call}/output/email/html",
    "/providers/{provider}",
    "/inbound-events/{call}",
    "/outbox/{call}",
]


@pytest.mark.parametrize("path", READS)
async def test_another_environment_reads_nothing(api, test_api, things, path):
    """What is there for one key is not found by the other, in the words of what was never there."""
    assert (await api.get(path.format(**things))).status_code == 200

    crossed = await test_api.get(path.format(**things))
    unknown = {
        name: ("x" * len(value) if name != "call" else "1-00000001-" + "0" * 24) for name, value in things.items()
    }
    nothing = await test_api.get(path.replace("ann", "xxx").format(**unknown))

    assert crossed.status_code == nothing.status_code == 404
    words = crossed.text
    for name, value in things.items():
        words = words.replace(value, unknown[name])
    words = words.replace("Segment-TrackEvent:Signed Up", unknown["event"])
    assert words == nothing.text


@pytest.mark.parametrize("path", ["/notifications", "/events", "/messages", "/providers", "/inbound-events", "/outbox"])
async def test_another_environment_lists_nothing(api, test_api, things, path):
    """Lists hold one environment's things alone."""
    assert (await api.get(path)).json()["results"]
    assert (await test_api.get(path)).json()["results"] == []


WRITES = [
    ("PUT", "/notifications/{template}", TEMPLATE),
    ("DELETE", "/notifications/{template}", None),
    ("POST", "/notifications/{template}/publish", None),
    ("PUT", "/notifications/{template}/content", {"content": {"elements": []}}),
    ("PUT", "/events/hello", {"id": "{template}"}),
    ("DELETE", "/events/{event}", None),
    ("PUT", "/providers/{provider}", {"provider": "smtp", "settings": {"host": "evil.example.com"}}),
    ("PATCH", "/providers/{provider}", {"settings": {"host": "evil.example.com"}}),
    ("DELETE", "/providers/{provider}", None),
]


@pytest.mark.parametrize("write", WRITES)
async def test_another_environment_changes_nothing(api, test_api, things, write):
    """Writing what another environment holds is 404, and leaves it as it was."""
    method, path, body = write
    before = [(await api.get(read.format(**things))).text for read in READS]
    if body == {"id": "{template}"}:
        body = {"id": things["template"]}

    assert (await test_api.request(method, path.format(**things), json=body)).status_code == 404
    assert [(await api.get(read.format(**things))).text for read in READS] == before


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
async def test_equal_ids_are_different_users(api, test_api, method):
    """A profile of the same id in the other environment is somebody else's."""
    await api.put("/profiles/ann", json={"profile": {"name": "Ann"}})
    bodies = {"PATCH": {"patch": [{"op": "add", "path": "/name", "value": "Eve"}]}, "DELETE": None}

    body = bodies.get(method, {"profile": {"name": "Eve"}})
    assert (await test_api.request(method, "/profiles/ann", json=body)).status_code == 200

    assert (await api.get("/profiles/ann")).json()["profile"] == {"name": "Ann"}


async def test_equal_aliases_do_not_meet(api, test_api):
    """Each environment maps its own events."""
    body = {"notification": {**TEMPLATE["notification"], "alias": "hello"}}
    made = [(await client.post("/notifications", json=body)).json()["id"] for client in (api, test_api)]

    shown = [(await client.get("/events/hello")).json()["id"] for client in (api, test_api)]
    assert shown == made
