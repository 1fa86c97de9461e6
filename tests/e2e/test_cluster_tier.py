"""`tidings serve` with its stream in a NATS cluster, while nodes of it die."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from steady_load import SETTLE_S, WRITE_KEY, Load, counted, leader_of, standing

from tidings.testing.nats_server import NatsServers

LOAD_S = 5.0


@pytest.fixture
def cluster() -> Iterator[NatsServers]:
    """A cluster of three of one's own."""
    servers = NatsServers(3)
    servers.start()
    yield servers
    servers.close()


@pytest.mark.kill
@pytest.mark.timeout(300)
async def test_the_leader_dies_under_load(serve: Any, api: Any, cluster: NatsServers) -> None:
    """While the leader of the stream is killed and comes back, every call answered 200 is applied exactly once."""
    server = serve(stream_url=cluster.url)
    load = Load(server)
    until = time.monotonic() + LOAD_S

    async def assassin() -> None:
        await asyncio.sleep(LOAD_S / 4)
        victim = await leader_of(cluster.url)
        await asyncio.to_thread(cluster.kill, victim)
        await asyncio.sleep(LOAD_S / 4)
        await asyncio.to_thread(cluster.start, victim)

    try:
        await asyncio.gather(*(load.client(until) for _ in range(4)), assassin())
        found = await counted(api(server), load)
    except AssertionError as error:
        error.add_note(await standing(cluster))
        raise
    assert len(load.accepted) > 100
    assert load.cut_off == 0
    assert set(found.values()) == {1}
    assert server.stop() == 0


async def test_without_the_cluster_calls_are_refused_in_words(serve: Any, cluster: NatsServers) -> None:
    """With all servers gone a call is answered 503, and readiness names the stream; when they are back, all is well."""
    server = serve(stream_url=cluster.url)
    async with httpx.AsyncClient(base_url=server.url, auth=(WRITE_KEY, ""), timeout=30) as http:
        await asyncio.to_thread(cluster.stop)
        answer = await http.post("/v1/track", json={"type": "track", "event": "x", "userId": "u"})
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        ready = await http.get("/health/ready")
        assert ready.status_code == 503
        components = ready.json()["components"]
        assert "stream_url" in components["stream"]
        assert components["database"] == "ok"
        await asyncio.to_thread(cluster.start)
        until = time.monotonic() + SETTLE_S
        while (answer := await http.post("/v1/track", json={"event": "x", "userId": "u"})).status_code != 200:
            log = server.log.read_text()[-3000:] + "".join(cluster.log(node)[-2500:] for node in range(3))
            assert time.monotonic() < until, f"{answer.text}\n{log}"
            await asyncio.sleep(0.1)
    assert server.stop() == 0
