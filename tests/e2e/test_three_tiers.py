"""`tidings serve` on PostgreSQL, and on PostgreSQL with NATS. What happens when they die: see `faults`."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from steady_load import SETTLE_S, Load, counted

from tidings.testing.nats_server import NatsServers
from tidings.testing.postgres import PostgresServer

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
