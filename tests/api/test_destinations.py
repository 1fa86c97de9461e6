"""Destinations over HTTP: adding, changing, masking, and trying them."""

import asyncio

import pytest
from httpx import AsyncClient

from tidings.carriers.http_carrier import HttpCarrier
from tidings.config import Config
from tidings.destinations import Parked
from tidings.testing.http_services import CourierCloudService, HttpService


async def add(api: AsyncClient, kind="webhook", **fields):
    """Add a destination and give the answer's body."""
    settings = {"webhook": {"url": "https://example.com/hook"}, "courier_cloud": {"api_key": "pk_prod_1"}}
    body = {"kind": kind, "name": f"A {kind}", "settings": settings.get(kind, {}), **fields}
    answer = await api.post("/destinations", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_the_catalogue_finds_courier(api):
    """A search in any case finds what there is, with its settings (R1, R3, R12)."""
    results = (await api.get("/destinations/catalog", params={"name": "cour"})).json()["results"]

    assert [entry["kind"] for entry in results] == ["courier", "courier_cloud", "courier_source"]
    assert results[1]["settings"]["api_key"] == {
        "type": "string",
        "required": True,
        "secret": True,
        "description": "In Courier: Settings, API Keys. Shown there as Auth Token.",
    }
    assert results[1]["partner_owned"]


async def test_a_destination_is_added_and_read(api):
    """What was added is listed behind the built-in one, with its secrets masked (R6)."""
    made = await add(api, "courier_cloud")

    assert made["settings"] == {"api_key": "********"}
    assert (made["integration"], made["enabled"], made["sources"]) == ("Courier", True, None)
    listed = (await api.get("/destinations")).json()["results"]
    assert [each["id"] for each in listed] == ["courier", made["id"]]
    found = (await api.get(f"/destinations/{made['id']}")).json()
    assert {name: value for name, value in found.items() if name != "standing"} == made


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"kind": "courier_cloud", "name": "x", "settings": {}}, "settings.api_key"),
        ({"kind": "courier_cloud", "name": "x", "settings": {"api_key": "  "}}, "settings.api_key"),
        ({"kind": "nothing", "name": "x"}, "kind"),
        ({"kind": "webhook", "name": "x", "settings": {"url": "nonsense"}}, "settings.url"),
        ({"kind": "webhook", "name": "x", "settings": {"url": "https://a.example"}, "sources": [99]}, "sources[0]"),
        (
            {
                "kind": "webhook",
                "name": "x",
                "settings": {"url": "https://a.example"},
                "filters": [{"title": "t", "if": "a ==", "actions": [{"type": "DROP"}]}],
            },
            "filters[0].if: line 1, column 4",
        ),
    ],
)
async def test_what_is_wrong_is_refused_with_its_path(api, refused, body, path):
    """A missing or odd setting, an unknown source and an unreadable condition are named (R3)."""
    refused(await api.post("/destinations", json=body), 400, path)


async def test_changes_at_once_all_hold(api):
    """Two who change different things at the same time both find theirs, of the built-in one's first change too."""
    made = await add(api)
    for destination_id in (made["id"], "courier"):
        path = f"/destinations/{destination_id}"
        changes = [{"name": f"New {destination_id}"}, {"enabled": False}, {"sources": [0]}]
        answers = await asyncio.gather(*(api.patch(path, json=change) for change in changes))
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        found = (await api.get(path)).json()
        wanted = {name: value for change in changes for name, value in change.items()}
        assert {name: found[name] for name in wanted} == wanted


async def test_how_destinations_stand_is_shown(api, services, world):
    """A list tells which destination is left alone and why, what it has not seen yet, and what waits for it."""
    made = await add(api)
    now = services.clock.now_ms()
    environment_id = services.grants.api_key(api.headers["authorization"][7:]).environment_id
    parked = Parked(parked_until=now + 60_000, failures=8, reason="503")
    await services.deliveries.note(environment_id, made["id"], parked)
    source = {"kind": "courier_source", "name": "News", "settings": {"write_key": "wk", "base_url": "here"}}
    news = (await api.post("/destinations", json=source)).json()

    ours, hook, _ = (await api.get("/destinations")).json()["results"]
    assert "standing" not in ours
    assert hook["standing"] == {
        "circuit": "parked",
        "parked_until": now + 60_000,
        "reason": "503",
        "lag": 0,
        "waiting": 0,
    }
    quiet = {"circuit": "closed", "parked_until": None, "reason": "", "lag": 0, "waiting": 0}
    assert (await api.get(f"/destinations/{news['id']}")).json()["standing"] == quiet


async def test_a_destination_told_of_messages_has_no_sources(api, refused):
    """It is told what becomes of messages: sources mean nothing to it. `here` is an address that it alone knows."""
    body = {"kind": "courier_source", "name": "News", "settings": {"write_key": "wk", "base_url": "here"}}
    refused(await api.post("/destinations", json={**body, "sources": [1]}), 400, "sources")
    made = (await api.post("/destinations", json=body)).json()

    assert (made["sources"], made["settings"]) == (None, {"write_key": "********", "base_url": "here"})
    refused(await api.patch(f"/destinations/{made['id']}", json={"sources": [1]}), 400, "sources")


async def test_the_built_in_one_is_changed_under_its_id(api, refused):
    """The Courier destination cannot be added again or deleted; it can be disabled and filtered."""
    refused(await api.post("/destinations", json={"kind": "courier", "name": "x"}), 409)
    refused(await api.delete("/destinations/courier"), 409)

    filters = [{"title": "t", "if": "properties.test = true", "actions": [{"type": "DROP"}]}]
    changed = (await api.patch("/destinations/courier", json={"enabled": False, "filters": filters})).json()

    assert (changed["built_in"], changed["enabled"]) == (True, False)
    assert changed["filters"][0]["if"] == "properties.test = true"
    assert changed["filters"][0]["id"].startswith("flt_")


async def test_settings_change_and_masked_secrets_stay(api, services):
    """A secret sent back masked stays; a new one counts; null removes an optional setting (R5)."""
    made = await add(api, settings={"url": "https://a.example/h", "shared_secret": "one", "headers": {"X-A": "1"}})
    path = f"/destinations/{made['id']}"

    await api.patch(path, json={"settings": {"shared_secret": "********", "ordered": True}})
    environment = services.grants.api_key(api.headers["authorization"].removeprefix("Bearer ")).environment_id
    stored = await services.destinations.get(environment, made["id"])
    assert stored.settings == {
        "url": "https://a.example/h",
        "shared_secret": "one",
        "headers": {"X-A": "1"},
        "ordered": True,
    }
    body = {"kind": "webhook", "name": "New", "settings": {"url": "https://b.example", "shared_secret": "********"}}
    assert (await api.put(path, json=body)).json()["settings"]["url"] == "https://b.example"
    assert (await services.destinations.get(environment, made["id"])).settings["shared_secret"] == "one"
    gone = (await api.patch(path, json={"settings": {"shared_secret": None}})).json()["settings"]
    assert gone == {"url": "https://b.example"}


async def test_filters_keep_their_ids(api):
    """A filter that is sent back with its id is the same filter; one without is new."""
    drop = {"title": "t", "if": "all", "actions": [{"type": "DROP"}]}
    made = await add(api, filters=[drop])
    first = made["filters"][0]

    kept = {"id": first["id"], **drop, "title": "renamed"}
    changed = (await api.patch(f"/destinations/{made['id']}", json={"filters": [drop, kept]})).json()

    assert changed["filters"][1]["id"] == first["id"]
    assert changed["filters"][1]["created"] == first["created"]
    assert changed["filters"][0]["id"] != first["id"]


async def test_a_destination_is_its_environments_own(api, test_api, refused):
    """Another environment's key finds no such destination."""
    made = await add(api)

    refused(await test_api.get(f"/destinations/{made['id']}"), 404)
    refused(await test_api.delete(f"/destinations/{made['id']}"), 404)
    assert (await api.delete(f"/destinations/{made['id']}")).status_code == 204
    refused(await api.get(f"/destinations/{made['id']}"), 404)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x",
        "http://localhost:9/x",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://2130706433/",
    ],
)
async def test_inside_addresses_are_refused(broken, refused, url):
    """By default a URL that leads inside is refused when it is saved, however it is written (row 75)."""
    async with broken(config=Config()) as api:
        answer = await api.post("/destinations", json={"kind": "webhook", "name": "x", "settings": {"url": url}})
    refused(answer, 400, "settings.url: leads into a private network")


async def test_the_key_is_tried(api):
    """The key test asks the service, and says when it does not know the key."""
    async with CourierCloudService(api_key="pk_good") as service:
        good = await add(api, "courier_cloud", settings={"api_key": " pk_good ", "base_url": service.url})
        bad = await add(api, "courier_cloud", name="bad", settings={"api_key": "pk_bad", "base_url": service.url})

        assert (await api.post(f"/destinations/{good['id']}/test")).json()["ok"] is True
        verdict = (await api.post(f"/destinations/{bad['id']}/test")).json()
        assert verdict == {"ok": False, "detail": "the service answered 401: the key is not valid there"}
        assert {received.path for received in service.received} == {"/debug"}


@pytest.mark.parametrize(
    ("condition", "holds", "passes", "why"),
    [
        ("properties.plan = 'pro'", False, True, '`properties.plan` is "free", not "pro"'),
        ("properties.plan = 'free'", True, False, '`properties.plan` is "free"'),
        ("type = 'track' and userId = 'ann'", True, False, '`type` is "track"; `userId` is "ann"'),
        ("!contains(event, 'Order')", False, True, "`contains(event, 'Order')` is true: `event` is \"Order Done\""),
    ],
)
async def test_a_condition_is_tried(api, condition, holds, passes, why):
    """A condition and a call give a verdict and the value that decided."""
    call = {"type": "track", "userId": "ann", "event": "Order Done", "properties": {"plan": "free"}}

    verdict = (await api.post("/destinations/filters/test", json={"if": condition, "call": call})).json()

    assert (verdict["holds"], verdict["passes"], verdict["why"]) == (holds, passes, why)


async def test_an_unreadable_condition_says_where(api, refused):
    """A condition that is none is refused with line and column."""
    answer = await api.post("/destinations/filters/test", json={"if": "a = = 1", "call": {"type": "track"}})

    refused(answer, 400, "if: line 1, column 5: found `=` where a value could stand")


async def test_a_test_event_is_really_sent(api):
    """A call goes through every gate to the service; the answer shows request and response, without secrets."""
    async with HttpService() as service:
        settings = {"url": f"{service.url}/hook", "shared_secret": "s", "headers": {"X-Key": "hidden"}}
        made = await add(api, settings=settings)

        verdict = (await api.post(f"/destinations/{made['id']}/test-event", json={})).json()

        assert verdict["delivered"] is True
        gates = ["switch", "source", "settings", "type", "integrations", "filters"]
        assert [step["step"] for step in verdict["steps"]] == ["accept", *gates, "delivered"]
        assert verdict["request"]["headers"]["X-Key"] == "********"
        assert verdict["response"]["status"] == 200
        (received,) = service.received
        assert received.call["event"] == "Test Event"
        assert received.headers["x-key"] == "hidden"


async def test_a_test_event_says_what_held_it_back(api):
    """A filtered call is not sent, and the step that kept it says why; the filters can be passed by."""
    async with HttpService(mood="bad_request") as service:
        only = {"title": "Only pro", "if": "properties.plan = 'pro'", "actions": [{"type": "ONLY"}]}
        made = await add(api, settings={"url": service.url}, filters=[only])
        path = f"/destinations/{made['id']}/test-event"

        verdict = (await api.post(path, json={})).json()
        assert verdict["steps"][-1] == {
            "step": "FILTERED_BY_RULES",
            "ok": False,
            "detail": 'Only pro: `properties.plan` is null, not "pro"',
        }
        assert service.received == []

        verdict = (await api.post(path, json={"bypass_filters": True})).json()
        assert verdict["delivered"] is False
        assert verdict["steps"][-1] == {"step": "refused", "ok": False, "detail": "400: in a mood: bad_request"}


async def test_a_test_event_names_every_gate(api):
    """The gates speak in their order, each filter by its title, and none behind the one that keeps the call."""
    filters = [
        {"title": "No tests", "if": "properties.test = true", "actions": [{"type": "DROP"}]},
        {"title": "Elsewhere", "if": "all", "actions": [{"type": "DROP"}], "source_id": 7},
    ]
    made = await add(api, filters=filters)
    path = f"/destinations/{made['id']}/test-event"
    call = {"type": "track", "userId": "ann", "event": "Order"}

    verdict = (await api.post(path, json={"call": call, "dry_run": True})).json()
    told = [(step["step"], step["ok"], step["detail"]) for step in verdict["steps"][-3:]]
    assert told == [
        ("integrations", True, "the call may go to Webhooks"),
        ("filter", True, "No tests: `properties.test` is null, not true"),
        ("filters", True, "none keeps it back"),
    ]

    call["integrations"] = {"Webhooks": False}
    verdict = (await api.post(path, json={"call": call, "dry_run": True})).json()
    assert [step["step"] for step in verdict["steps"][-2:]] == ["type", "FILTERED_BY_INTEGRATIONS_OBJECT"]


async def test_a_test_event_says_what_our_engine_would_make_of_it(api):
    """For the built-in destination the last step is the inbound step's own decision, and nothing is done."""

    async def last(call):
        answer = await api.post("/destinations/courier/test-event", json={"call": {"userId": "ann", **call}})
        step = answer.json()["steps"][-1]
        return step["step"], step["ok"], step["detail"]

    order = {"type": "track", "event": "Order"}
    assert await last(order) == ("UNMAPPED", False, "no template is mapped to Segment-TrackEvent:Order")
    notification = {"name": "Order", "tags": [], "brand": None, "subscription": None, "routing": None}
    words = {"type": "channel", "channel": "email", "elements": [{"type": "text", "content": "Hello"}]}
    notification["content"] = {"version": "2022-01-01", "elements": [words]}
    made = (await api.post("/notifications", json={"notification": notification})).json()
    mapping = {"id": made["id"], "type": "notification"}
    assert (await api.put("/events/Segment-TrackEvent:Order", json=mapping)).status_code == 200
    assert await last(order) == ("UNPUBLISHED", False, f"template {made['id']} is not published")
    await api.post(f"/notifications/{made['id']}/publish", json={})
    assert await last(order) == ("MAPPED", True, f"it would become a message of {made['id']}; nothing was sent")
    old = {**order, "timestamp": "2020-01-01T00:00:00Z"}
    assert (await last(old))[:2] == ("HISTORICAL", False)
    applied = ("APPLIED", True, "it would be applied; nothing was")
    assert await last({"type": "identify"}) == applied
    assert await last({"type": "alias", "previousId": "device"}) == applied
    assert (await last({"type": "page"}))[:2] == ("UNSUPPORTED_EVENT_TYPE", False)


async def test_the_guard_holds_in_tests_too(broken):
    """A destination that was saved while private addresses were allowed is not called once they are not."""
    async with broken() as api, HttpService() as service:
        made = await add(api, settings={"url": service.url})
        path = f"/destinations/{made['id']}/test-event"
        carrier = HttpCarrier()
        async with broken(carrier=carrier) as guarded:
            verdict = (await guarded.post(path, json={})).json()
        await carrier.close()
        assert verdict["response"]["fault"] == "BLOCKED"
        assert service.received == []
