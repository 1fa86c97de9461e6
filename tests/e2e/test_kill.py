"""kill -9 of accept and worker at random moments under load: nothing accepted is lost, nothing is sent twice."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tidings.testing import SmtpServer

SEEDS = range(int(os.environ.get("TIDINGS_KILL_SEEDS", "2")))
LOAD_S = 6.0
EVENT = "Order Completed"
EVENT_ID = f"Segment-TrackEvent:{EVENT}"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
CLIENTS = 6


class Load:
    """Clients as Segment's libraries behave: the same call again until it is answered 200."""

    def __init__(self, url: str, seed: int) -> None:
        self.url = url
        self.random = random.Random(seed)
        self.accepted: set[str] = set()
        self.mapped: set[str] = set()
        self._made = 0

    async def client(self, until: float) -> None:
        """Send requests until the time is over."""
        async with httpx.AsyncClient(base_url=self.url, auth=(WRITE_KEY, ""), timeout=5) as http:
            while time.monotonic() < until:
                calls = [self._call() for _ in range(self.random.choice([1, 1, 3, 20]))]
                path, body = (
                    ("/v1/batch", {"batch": calls}) if len(calls) > 1 else (f"/v1/{calls[0]['type']}", calls[0])
                )
                if await self._deliver(http, path, body, until + 20):
                    self.accepted |= {call["messageId"] for call in calls}
                    self.mapped |= {call["messageId"] for call in calls if call.get("event") == EVENT}

    async def _deliver(self, http: httpx.AsyncClient, path: str, body: Any, until: float) -> bool:
        while time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                answer = await http.post(path, json=body)
                if answer.status_code == 200:
                    return True
                assert answer.status_code in {429, 500, 503}, answer.text
            await asyncio.sleep(0.05)
        return False

    def _call(self) -> dict[str, Any]:
        self._made += 1
        call: dict[str, Any] = {"userId": f"user{self.random.randrange(20)}", "messageId": f"call-{self._made}"}
        match self.random.randrange(4):
            case 0:
                return {**call, "type": "track", "event": EVENT, "properties": {"call": call["messageId"]}}
            case 1:
                return {**call, "type": "track", "event": "Nobody Maps This"}
            case 2:
                return {**call, "type": "group", "groupId": "acme"}
            case _:
                return {**call, "type": "identify", "traits": {call["messageId"]: True}}


async def assassin(server: Any, seed: int, until: float) -> int:
    """Kill a random process of the server now and then; return how many died."""
    choice = random.Random(seed + 1)
    killed = 0
    while time.monotonic() < until:
        await asyncio.sleep(choice.uniform(0.2, 1.2))
        victims = server.children()
        role = choice.choice(["api", "worker", "worker"])
        if role in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victims[role], signal.SIGKILL)
                killed += 1
    return killed


async def everything(http: httpx.AsyncClient, path: str, **query: str) -> list[dict[str, Any]]:
    """Read all pages of a listing."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = (await http.get(path, params={**query, "limit": "100", **({"cursor": cursor} if cursor else {})})).json()
        items += page["results"]
        cursor = page["paging"]["cursor"]
        if not page["paging"]["more"]:
            return items


async def set_up(http: httpx.AsyncClient) -> None:
    """Make a profile for every user and map the event to a published template."""
    for number in range(20):
        await http.post(f"/profiles/user{number}", json={"profile": {"email": f"user{number}@example.com"}})
    elements = [
        {
            "type": "channel",
            "channel": "email",
            "elements": [{"type": "meta", "title": "{{call}}"}, {"type": "text", "content": "Thanks"}],
        }
    ]
    payload = {"name": "Order", "tags": [], "brand": None, "subscription": None, "routing": None}
    content = {"version": "2022-01-01", "elements": elements}
    created = await http.post("/notifications", json={"notification": {**payload, "content": content}})
    template_id = created.json()["id"]
    assert (await http.post(f"/notifications/{template_id}/publish", json={})).is_success
    mapped = await http.put(f"/events/{quote(EVENT_ID)}", json={"id": template_id, "type": "notification"})
    assert mapped.status_code == 200


async def settled(http: httpx.AsyncClient, load: Load) -> bool:
    """Tell whether every accepted call is in the log and every message has come to its end."""
    events = await everything(http, "/inbound-events")
    if not {event["message_id"] for event in events} >= load.accepted:
        return False
    pending = await everything(http, "/messages", status="ENQUEUED,ROUTED")
    return not pending


@pytest.mark.kill
@pytest.mark.timeout(180)
@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_accepted_is_lost_and_nothing_is_sent_twice(
    serve: Callable[..., Any], api: Any, seed: int
) -> None:
    """Every call answered 200 is in the log once; every mapped one was sent once, or is marked unknown."""
    async with SmtpServer() as smtp:
        server = serve(smtp_url=smtp.url, claim_s="3")
        http = api(server)
        await set_up(http)
        load = Load(server.url, seed)
        until = time.monotonic() + LOAD_S
        *_, killed = await asyncio.gather(*(load.client(until) for _ in range(CLIENTS)), assassin(server, seed, until))
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(httpx.HTTPError, KeyError):
                if await settled(http, load):
                    break
            assert time.monotonic() < deadline, "the server did not come to rest"
            await asyncio.sleep(0.05)
        assert killed > 0
        assert len(load.accepted) > 100

        events = await everything(http, "/inbound-events")
        logged = Counter(event["message_id"] for event in events)
        assert load.accepted <= logged.keys()
        assert set(logged.values()) == {1}
        mapped_ids = {event["id"]: event["message_id"] for event in events if event["status"] == "MAPPED"}
        assert load.mapped <= set(mapped_ids.values())
        messages = {message["id"]: message for message in await everything(http, "/messages", event=EVENT_ID)}
        assert messages.keys() == mapped_ids.keys()
        received = {header.partition("@")[0]: count for (header, _), count in smtp.counted.items()}
        assert max(received.values()) == 1
        for message_id, message in messages.items():
            unknown = message["status"] == "UNDELIVERABLE" and message.get("outcome_unknown", False)
            assert unknown or (message["status"] == "SENT" and received[message_id] == 1), message
        for number in range(20):
            profile = (await http.get(f"/profiles/user{number}")).json()["profile"]
            own = {
                event["message_id"]
                for event in events
                if event["type"] == "identify" and event["user_id"] == f"user{number}"
            }
            assert own <= profile.keys()
        assert server.stop() == 0
