"""Keep Courier, add tidings: Segment's own library in front, real services behind, a real server in between."""

import asyncio
import base64
import itertools
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import segment.analytics.client as segment

from tidings.testing.http_services import CourierCloudService, HttpService

WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"


async def test_calls_fan_out(shared_server: Any, wait_until: Any, api: Any) -> None:
    """One source feeds Courier's service and a webhook, each with its own filter; the view tells the story."""
    async with CourierCloudService() as cloud, HttpService() as hook:
        http = api(shared_server)
        bodies = [
            {
                "kind": "courier_cloud",
                "name": "Courier",
                "settings": {"api_key": "pk_prod_test", "base_url": cloud.url},
            },
            {
                "kind": "webhook",
                "name": "Orders",
                "settings": {"url": f"{hook.url}/hook", "shared_secret": "s"},
                "filters": [{"title": "Orders", "if": "event = 'Order'", "actions": [{"type": "ONLY"}]}],
            },
        ]
        made = [(await http.post("/destinations", json=body)).json() for body in bodies]
        made = [(await http.get(f"/destinations/{each['id']}")).json() for each in made]

        analytics = segment.Client(WRITE_KEY, host=shared_server.url, on_error=lambda *_: None)
        analytics.identify("ann", {"email": "ann@example.com"})
        analytics.track("ann", "Order", {"total": 5})
        analytics.track("ann", "Click", {})
        analytics.page("ann", "Docs", "Home")
        analytics.flush()
        await wait_until(lambda: len(cloud.taken) == 3 and len(hook.taken) == 1)

        assert sorted(each.call["type"] for each in cloud.taken) == ["identify", "track", "track"]
        assert hook.taken[0].call["event"] == "Order"
        assert hook.taken[0].headers["x-signature"]

        async def view(destination: dict[str, Any]) -> dict[str, Any]:
            found: dict[str, Any] = (await http.get(f"/destinations/{destination['id']}/delivery")).json()
            return found

        async with asyncio.timeout(30):  # the view is written after the answer came
            while (totals := (await view(made[1]))["totals"])["delivered"] == 0:
                await asyncio.sleep(0.05)
        assert (totals["received"], totals["filtered"], totals["delivered"]) == (4, 3, 1)
        async with asyncio.timeout(30):  # the catalogue is another follower, with a pace of its own
            while not {"Order", "Click"} <= await known_events(http):
                await asyncio.sleep(0.05)
        for each in made:
            await http.delete(f"/destinations/{each['id']}")


async def known_events(http: Any) -> set[str]:
    """Ask for the names in the catalogue of the first source."""
    return {event["name"] for event in (await http.get("/sources/1/events")).json()["results"]}


async def test_a_killed_worker_loses_no_delivery(serve: Any, wait_until: Any, api: Any) -> None:
    """However often the worker is killed, every call arrives at least once, with its own messageId."""
    async with HttpService() as hook:
        server = serve(allow_private_destinations="true")
        http = api(server)
        body = {"kind": "webhook", "name": "Hook", "settings": {"url": hook.url}}
        assert (await http.post("/destinations", json=body)).status_code == 201
        analytics = segment.Client(WRITE_KEY, host=server.url, on_error=lambda *_: None)
        sent = set()
        for round_ in range(4):
            for number in range(100):
                ok, call = analytics.track("ann", f"Event {round_}", {"number": number})
                assert ok
                sent.add(call["messageId"])
            analytics.flush()
            if worker := server.children().get("worker"):
                os.kill(worker, signal.SIGKILL)
        await wait_until(lambda: {each.call["messageId"] for each in list(hook.taken)} >= sent, seconds=90)


class Door:
    """The product as its users meet it: sources, destinations and calls."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.mark = f"{next(NUMBERS)}"

    async def source(self, name: str) -> tuple[int, str]:
        """Make a source; give its id and write key, once the front door knows it."""
        made = (await self.http.post("/sources", json={"name": f"{name} {self.mark}"})).json()
        async with asyncio.timeout(30):
            while (await self.http.get(f"/v1/projects/{made['write_key']}/settings")).status_code != 200:
                await asyncio.sleep(0.01)
        return made["id"], made["write_key"]

    async def destination(self, cloud: CourierCloudService, name: str = "Courier Cloud", **fields: Any) -> Any:
        """Add Courier's own service, as the capture server plays it."""
        settings = {"api_key": KEY, "base_url": cloud.url, **fields.pop("settings", {})}
        body = {"kind": "courier_cloud", "name": f"{name} {self.mark}", "settings": settings, **fields}
        answer = await self.http.post("/destinations", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def call(self, write_key: str, **call: Any) -> None:
        """Send one call."""
        body = {"userId": "ann", **call}
        assert (await self.http.post(f"/v1/{call['type']}", json=body, auth=(write_key, ""))).status_code == 200

    async def view(self, destination: Any) -> Any:
        """Read what came of a destination's calls."""
        return (await self.http.get(f"/destinations/{destination['id']}/delivery")).json()


KEY = "pk_prod_key_of_the_service"
NUMBERS = itertools.count(1)


@pytest.fixture
async def door(shared_server: Any, api: Any) -> Door:
    """A client of the one server of this file."""
    return Door(api(shared_server))


@pytest.fixture
async def cloud() -> AsyncIterator[CourierCloudService]:
    """A capture server that answers as Courier does."""
    async with CourierCloudService(api_key=KEY) as service:
        yield service


async def test_r1_r3_r12_courier_is_in_the_catalogue(door: Door, cloud: CourierCloudService) -> None:
    """R1: it is found by search in any case, and can be added. R3: its key is required. R12: who runs it is said."""
    found = (await door.http.get("/destinations/catalog", params={"name": "cOuR"})).json()["results"]
    entries = {entry["name"]: entry for entry in found}
    assert {"Courier", "Courier Cloud"} <= set(entries)
    assert {entries[name]["integration"] for name in ("Courier", "Courier Cloud")} == {"Courier"}
    assert "courier" in [each["kind"] for each in (await door.http.get("/destinations")).json()["results"]]

    key = entries["Courier Cloud"]["settings"]["api_key"]
    assert (key["type"], key["required"]) == ("string", True)
    assert "API Keys" in key["description"]
    for missing in ({}, {"api_key": ""}, {"api_key": " \n"}):
        body = {"kind": "courier_cloud", "name": "No key", "enabled": True, "settings": missing}
        refused = await door.http.post("/destinations", json=body)
        assert (refused.status_code, "settings.api_key" in refused.json()["message"]) == (400, True)

    made = await door.destination(cloud)
    assert "support" in made["partner_owned"]
    assert made["partner_owned"] == entries["Courier Cloud"]["partner_owned"]


async def test_r2_r36_each_instance_gets_its_sources_calls(door: Door, cloud: CourierCloudService) -> None:
    """R2: calls of its sources alone, by its own settings. R36: one request an event, Bearer or Basic, JSON, whole.

    R7 to R10: identify, track and group arrive as such; page, screen and alias do not, and the reason is on record.
    """
    web, phone = await door.source("web"), await door.source("phone")
    mine = await door.destination(cloud, "Web", sources=[web[0]])
    both = await door.destination(cloud, "Both", sources=[web[0], phone[0]], settings={"authentication": "basic"})
    traits = {"name": "Initech", "employees": 329, "total billed": 830}
    for call in (
        {"type": "identify", "traits": {"email": "ann@example.com"}, "messageId": "web-identify"},
        {"type": "group", "groupId": "0e8c78ea", "traits": traits, "messageId": "web-group"},
        {"type": "page", "name": "Home", "messageId": "web-page"},
        {"type": "screen", "name": "Main", "messageId": "web-screen"},
        {"type": "alias", "previousId": "device", "messageId": "web-alias"},
    ):
        await door.call(web[1], **call)
    await door.call(phone[1], type="track", event="Order", properties={"total": 5}, messageId="phone-track")
    async with asyncio.timeout(30):
        await cloud.wait_for(5)

    bearer, basic = f"Bearer {KEY}", f"Basic {base64.b64encode(f'{KEY}:'.encode()).decode()}"
    seen = sorted((each.headers["authorization"], each.call["messageId"]) for each in cloud.taken)
    web_calls = ("web-group", "web-identify")
    wanted = [(basic, "phone-track"), *((proof, call) for proof in (basic, bearer) for call in web_calls)]
    assert seen == sorted(wanted)
    assert {each.headers["content-type"] for each in cloud.taken} == {"application/json"}
    calls = {each.call["messageId"]: each.call for each in cloud.taken}
    assert (calls["web-group"]["type"], calls["web-group"]["groupId"]) == ("group", "0e8c78ea")
    assert (calls["web-group"]["traits"], calls["phone-track"]["properties"]) == (traits, {"total": 5})
    async with asyncio.timeout(30):
        while (view := await door.view(both))["totals"]["delivered"] < 3:
            await asyncio.sleep(0.02)
    assert [(each["reason"], each["count"]) for each in view["filtered"]] == [("UNSUPPORTED_EVENT_TYPE", 3)]
    assert (await door.view(mine))["totals"]["delivered"] == 2


async def test_r5_r6_r37_a_key_changes_and_a_failure_passes(
    door: Door, cloud: CourierCloudService, shared_server: Any
) -> None:
    """R5: the next call goes with the new key; a wrong one is a visible failure, tried once. R37: 503 is tried again.

    R6: no answer and no log has the key.
    """
    source, write_key = await door.source("keys")
    wrong = "pk_prod_a_key_that_is_wrong"
    made = await door.destination(cloud, "Keys", sources=[source], settings={"api_key": wrong})
    path = f"/destinations/{made['id']}"
    await door.call(write_key, type="track", event="Too early", messageId="wrong")
    async with asyncio.timeout(30):
        while not (view := await door.view(made))["failures"]:
            await asyncio.sleep(0.02)
    assert [(each["reason"], each["message_id"], each["tries"]) for each in view["failures"]] == [("401", "wrong", 1)]
    assert view["totals"]["retried"] == 0

    cloud.mood = lambda _: "broken" if len(cloud.received) == 1 else "ok"  # once
    changed = await door.http.patch(path, json={"settings": {"api_key": f" {KEY} "}})
    await door.call(write_key, type="track", event="In time", messageId="right")
    async with asyncio.timeout(30):
        while (view := await door.view(made))["totals"]["delivered"] == 0:
            await asyncio.sleep(0.02)
    assert [each.call["messageId"] for each in cloud.received] == ["wrong", "right", "right"]
    assert [each.call["messageId"] for each in cloud.taken] == ["right"]
    assert (view["totals"]["retried"], view["totals"]["failed"]) == (1, 1)

    answers = [changed, *[await door.http.get(each) for each in (path, "/destinations", f"{path}/delivery")]]
    assert changed.json()["settings"]["api_key"] == "********"
    for text in (*[answer.text for answer in answers], shared_server.log.read_text()):
        assert KEY not in text
        assert wrong not in text
