"""`tidings serve` with its stream in a NATS cluster, while nodes of it die."""

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import msgspec
import pytest

from tidings.backends.nats.address import nats_address
from tidings.backends.nats.connection import Connection
from tidings.testing.nats_server import NatsServers

WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
LOAD_S = 5.0
SETTLE_S = 90.0


@pytest.fixture
def cluster() -> Iterator[NatsServers]:
    """A cluster of three of one's own."""
    servers = NatsServers(3)
    servers.start()
    yield servers
    servers.close()


async def leader(cluster: NatsServers) -> int:
    """Tell which server leads the stream."""
    connection = await Connection.open(nats_address(cluster.url))
    answer = await connection.request("$JS.API.STREAM.INFO.tidings", timeout_s=5)
    await connection.close()
    return int(msgspec.json.decode(answer.data)["cluster"]["leader"][1:])


class Load:
    """Clients as Segment's libraries behave: the same batch again until it is answered 200."""

    def __init__(self, server: Any) -> None:
        self.accepted: set[str] = set()
        self._url = server.url
        self._log = server.log
        self._numbers = itertools.count()

    async def client(self, until: float) -> None:
        """Send batches until the time is over."""
        async with httpx.AsyncClient(base_url=self._url, auth=(WRITE_KEY, ""), timeout=15) as http:
            while time.monotonic() < until:
                numbers = [next(self._numbers) for _ in range(20)]
                batch = [
                    {"type": "identify", "userId": f"user{number % 50}", "messageId": f"call-{number}", "traits": {}}
                    for number in numbers
                ]
                while (answer := await http.post("/v1/batch", json={"batch": batch})).status_code != 200:
                    assert time.monotonic() < until + SETTLE_S, f"{answer.text}\n{self._log.read_text()[-4000:]}"
                    await asyncio.sleep(0.1)  # as libraries wait: who asks without a breath starves the election
                self.accepted |= {f"call-{number}" for number in numbers}
                await asyncio.sleep(0.02)


async def applied(http: httpx.AsyncClient) -> AsyncIterator[str]:
    """Read the ids of all calls in the log."""
    cursor: str | None = None
    while True:
        query = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        page = (await http.get("/inbound-events", params=query)).json()
        for event in page["results"]:
            yield event["message_id"]
        cursor = page["paging"]["cursor"]
        if not page["paging"]["more"]:
            return


async def counted(http: httpx.AsyncClient, load: Load) -> Counter[str]:
    """Wait until every accepted call is in the log, and count how often each is."""
    deadline = time.monotonic() + SETTLE_S
    while True:
        found: Counter[str] = Counter()
        with contextlib.suppress(httpx.HTTPError, KeyError):
            found = Counter([message_id async for message_id in applied(http)])
        if load.accepted <= found.keys():
            return found
        assert time.monotonic() < deadline, "the server did not come to rest"


@pytest.mark.kill
@pytest.mark.timeout(300)
async def test_the_leader_dies_under_load(serve: Any, api: Any, cluster: NatsServers) -> None:
    """While the leader of the stream is killed and comes back, every call answered 200 is applied exactly once."""
    server = serve(stream_url=cluster.url)
    load = Load(server)
    until = time.monotonic() + LOAD_S

    async def assassin() -> None:
        await asyncio.sleep(LOAD_S / 4)
        victim = await leader(cluster)
        await asyncio.to_thread(cluster.kill, victim)
        await asyncio.sleep(LOAD_S / 4)
        await asyncio.to_thread(cluster.start, victim)

    await asyncio.gather(*(load.client(until) for _ in range(4)), assassin())
    found = await counted(api(server), load)
    assert len(load.accepted) > 100
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
        async with asyncio.timeout(SETTLE_S):
            while (await http.post("/v1/track", json={"event": "x", "userId": "u"})).status_code != 200:
                pass
    assert server.stop() == 0
