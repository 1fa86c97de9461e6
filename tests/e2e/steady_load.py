"""Load on a running server, by clients that remember what was answered 200, and what the server's log says of it."""

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from typing import Any

import httpx
import msgspec

from tidings.backends.nats.address import nats_address
from tidings.backends.nats.connection import Connection
from tidings.testing.nats_server import NatsServers

WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"
SETTLE_S = 90.0


class Load:
    """Clients as Segment's libraries behave: the same batch again until it is answered 200.

    They take a breath between batches and between tries: what is proven needs no flood.
    """

    def __init__(self, server: Any) -> None:
        self.accepted: set[str] = set()
        self.refused = 0
        self.cut_off = 0
        """Tries that came to no answer; they are counted among the refused ones."""
        self.said = ""
        self._url = server.url
        self._log = server.log
        self._numbers = itertools.count()

    async def client(self, until: float) -> None:
        """Send batches until the time is over."""
        async with self.http() as http:
            while time.monotonic() < until:
                await self.batch(http)
                await asyncio.sleep(0.02)

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
                self.cut_off += 1
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


async def counted(http: httpx.AsyncClient, load: Load) -> Counter[str]:
    """Wait until every accepted call is in the log, as long as more and more are, and count how often each is."""
    deadline = time.monotonic() + SETTLE_S
    found: Counter[str] = Counter()
    while True:
        with contextlib.suppress(httpx.HTTPError, KeyError):
            before = len(found)
            found = Counter([event["message_id"] for event in await everything(http, "/inbound-events")])
            if load.accepted <= found.keys():
                return found
            if len(found) > before:
                deadline = time.monotonic() + SETTLE_S
        assert time.monotonic() < deadline, f"{len(found)} of {len(load.accepted)} are applied\n{load.log()}"
        await asyncio.sleep(0.05)


async def leader_of(url: str, *, timeout_s: float = 5) -> int:
    """Tell which server of a cluster leads the stream. Raises as a request does, and `KeyError` while none does."""
    connection = await Connection.open(nats_address(url))
    try:
        answer = await connection.request("$JS.API.STREAM.INFO.tidings", timeout_s=timeout_s)
    finally:
        await connection.close()
    return int(msgspec.json.decode(answer.data)["cluster"]["leader"][1:])


async def standing(cluster: NatsServers) -> str:
    """Tell how each server of a cluster sees the stream, and what it said lately: for when a test fails."""
    told: list[str] = []
    for index, server in enumerate(cluster.url.split(",")):
        try:
            connection = await Connection.open(nats_address(server))
            try:
                answer = await connection.request("$JS.API.STREAM.INFO.tidings", timeout_s=5)
            finally:
                await connection.close()
            seen = str(msgspec.json.decode(answer.data))
        except Exception as error:  # noqa: BLE001 whatever it is, it is to be shown
            seen = repr(error)
        told.append(f"n{index} sees {seen}, and said\n{cluster.log(index)[-4000:]}")
    return "\n".join(told)
