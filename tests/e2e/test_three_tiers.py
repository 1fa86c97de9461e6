"""`tidings serve` on PostgreSQL, and on PostgreSQL with NATS. What happens when they die: see `faults`."""

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tidings.testing.nats_server import NatsServers
from tidings.testing.postgres import PostgresServer

WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
SOURCE = str(Path(__file__).parents[2] / "src")
SETTLE_S = 90.0
TIERS = ("postgres", "postgres+nats")


@pytest.fixture(params=TIERS)
def tier(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[dict[str, str]]:
    """The settings of a tier, on servers of which nobody else uses anything."""
    settings = {"database_url": postgres_url}
    if request.param == "postgres":
        yield settings
        return
    servers = NatsServers(1)
    servers.start()
    yield settings | {"stream_url": servers.url}
    servers.close()


class Load:
    """Clients as Segment's libraries behave: the same batch again until it is answered 200."""

    def __init__(self, server: Any) -> None:
        self.accepted: set[str] = set()
        self.refused = 0
        self.said = ""
        self._url = server.url
        self._log = server.log
        self._numbers = itertools.count()

    async def batch(self, http: httpx.AsyncClient) -> None:
        """Have one batch accepted."""
        numbers = [next(self._numbers) for _ in range(20)]
        batch = [
            {"type": "identify", "userId": f"user{number % 50}", "messageId": f"call-{number}", "traits": {}}
            for number in numbers
        ]
        until = time.monotonic() + SETTLE_S
        while True:
            try:
                answer = await http.post("/v1/batch", json={"batch": batch})
                if answer.status_code == 200:
                    break
                assert answer.status_code == 503
                self.said = answer.text
            except httpx.TransportError as error:
                self.said = repr(error)
            self.refused += 1
            assert time.monotonic() < until, f"{self.refused} refusals, the last: {self.said}\n{self.log()}"
            await asyncio.sleep(0.05)
        self.accepted |= {f"call-{number}" for number in numbers}

    def log(self) -> str:
        """Read what the server said lately."""
        return str(self._log.read_text()[-6000:])

    def http(self) -> httpx.AsyncClient:
        """Open a client."""
        return httpx.AsyncClient(base_url=self._url, auth=(WRITE_KEY, ""), timeout=15)


async def counted(http: httpx.AsyncClient, load: Load) -> Counter[str]:
    """Wait until every accepted call is in the log, as long as more and more are, and count how often each is."""
    deadline = time.monotonic() + SETTLE_S
    found: Counter[str] = Counter()
    while True:
        with contextlib.suppress(httpx.HTTPError, KeyError):
            before, found = len(found), Counter(await _logged(http))
            if load.accepted <= found.keys():
                return found
            if len(found) > before:
                deadline = time.monotonic() + SETTLE_S
        assert time.monotonic() < deadline, f"{len(found)} of {len(load.accepted)} are applied\n{load.log()}"
        await asyncio.sleep(0.05)


async def _logged(http: httpx.AsyncClient) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        page = (await http.get("/inbound-events", params=query)).json()
        found += [event["message_id"] for event in page["results"]]
        cursor = page["paging"]["cursor"]
        if not page["paging"]["more"]:
            return found


@pytest.mark.timeout(300)
async def test_a_call_becomes_a_message_on_every_tier(serve: Any, api: Any, tier: dict[str, str]) -> None:
    """What goes in as a call is applied, and what goes in as a message comes out, whatever the tier."""
    server = serve(**tier)
    http = api(server)
    load = Load(server)
    async with load.http() as calls:
        await load.batch(calls)
    assert set((await counted(http, load)).values()) == {1}
    body = {"message": {"to": {"email": "ann@example.com"}, "content": {"title": "Hello", "body": "Ann"}}}
    answer = await http.post("/send", json=body)
    assert answer.status_code == 202
    until = time.monotonic() + SETTLE_S
    while True:
        message = (await http.get(f"/messages/{answer.json()['requestId']}")).json()
        if message.get("status") in {"SENT", "DELIVERED", "SIMULATED"}:
            break
        assert time.monotonic() < until, f"{message}\n{server.log.read_text()[-3000:]}"
        await asyncio.sleep(0.02)
    assert server.stop() == 0


@pytest.mark.kill
@pytest.mark.timeout(300)
@pytest.mark.parametrize("death", ["stop", "kill"])
async def test_accept_goes_on_without_the_database(
    serve: Any, api: Any, own_postgres_server: PostgresServer, death: str
) -> None:
    """With the stream in NATS, calls are accepted while PostgreSQL is away; when it is back, each is applied once."""
    servers = NatsServers(1)
    servers.start()
    try:
        server = serve(database_url=own_postgres_server.url(), stream_url=servers.url)
        load = Load(server)
        async with load.http() as calls:
            await load.batch(calls)
            await asyncio.to_thread(getattr(own_postgres_server, death))
            for _ in range(10):
                await load.batch(calls)
            assert load.refused == 0
            ready = (await calls.get("/health/ready")).json()["components"]
            assert ready["stream"] == "ok"
            assert "database_url" in ready["database"]
            await asyncio.to_thread(own_postgres_server.start)
            await load.batch(calls)
        assert set((await counted(api(server), load)).values()) == {1}
        assert len(load.accepted) == 12 * 20
        assert server.stop() == 0
    finally:
        servers.close()
