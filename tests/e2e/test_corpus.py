"""Six hundred calls of every family through the live door: each is in the log once, with its right status."""

import asyncio
import time
from collections import Counter
from typing import Any
from urllib.parse import quote

import httpx

from tidings.testing.corpus import corpus
from tidings.testing.corpus.__main__ import send

API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
MAPPED = "Order Completed"
ELEMENTS = [{"type": "meta", "title": "Order"}, {"type": "text", "content": "Thanks for {{order_id}}"}]
CONTENT = {"version": "2022-01-01", "elements": [{"type": "channel", "channel": "email", "elements": ELEMENTS}]}


async def everything(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Read the whole log."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await http.get("/inbound-events", params={"limit": "100", **cursor})).json()
        found += page["results"]
        if not page["paging"]["more"]:
            return found
        cursor = {"cursor": page["paging"]["cursor"]}


async def test_a_whole_world_is_applied(shared_server: Any) -> None:
    """Tracks are mapped or unmapped, identifies and groups applied, views filtered; every profile has its traits."""
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=shared_server.url, headers=headers, timeout=30) as http:
        template = {"name": "Order", "content": CONTENT, "alias": f"Segment-TrackEvent:{MAPPED}"}
        made = await http.post("/notifications", json={"notification": template, "state": "PUBLISHED"})
        assert made.is_success, made.text
        world = corpus(600, seed=1, now_ms=time.time_ns() // 1_000_000)
        for start in range(0, 600, 100):
            await asyncio.to_thread(send, shared_server.url, WRITE_KEY, world[start : start + 100])
        async with asyncio.timeout(60):
            while len(events := await everything(http)) < 600:
                await asyncio.sleep(0.1)

        logged = {event["message_id"]: event for event in events}
        assert Counter(event["message_id"] for event in events).most_common(1)[0][1] == 1
        assert logged.keys() == {call["messageId"] for call in world}
        for call in world:
            assert logged[call["messageId"]]["status"] == status_of(call), call
        last = {call["userId"]: call["traits"] for call in world if call["type"] == "identify" and "userId" in call}
        for user, traits in last.items():
            profile = (await http.get(f"/profiles/{quote(user)}")).json()["profile"]
            assert {key: profile[key] for key in traits} == traits


def status_of(call: dict[str, Any]) -> str:
    """Tell what should become of a call."""
    match call["type"]:
        case "track":
            return "MAPPED" if call["event"] == MAPPED else "UNMAPPED"
        case "page" | "screen":
            return "FILTERED"
    return "APPLIED"
