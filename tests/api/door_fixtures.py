"""A front door over a real stream, with one source and no database behind it: quick to build, for long tables."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tidings.api.accept import Accept
from tidings.api.browser import Browser
from tidings.api.front import Front
from tidings.api.grants import Grants
from tidings.backends.sqlite.stream import SqliteStream
from tidings.clock import SystemClock
from tidings.ingest import unpack
from tidings.records import Record
from tidings.workspaces import AccessTokens, ApiKeyGrant, Environment, SourceGrant, hash_key

WRITE_KEY = "wk_" + "k" * 40
API_KEY = "pk_prod_" + "k" * 40


class OneSource:
    """One source, and what was refused."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    async def grants(self) -> list[SourceGrant]:
        """Open it."""
        return [SourceGrant(7, hash_key(WRITE_KEY), 1, 2, enabled=True)]

    async def refused(self, counts: dict[str, int], *, now: int) -> None:
        """Count."""
        for reason, count in counts.items():
            self.counts[reason] = self.counts.get(reason, 0) + count


class OneApiKey:
    """One API key."""

    async def grants(self) -> list[ApiKeyGrant]:
        """Open it."""
        return [ApiKeyGrant("k", hash_key(API_KEY), 1, 2, "production")]

    async def environments(self) -> list[Environment]:
        """List the one that it opens."""
        return [Environment(2, 1, "production", "live")]


class Bell:
    """Rings for nobody."""

    def wake(self, topic: str) -> None:
        """Do nothing: no worker runs here."""


class Doors:
    """What a test may do with the front door."""

    write_key = WRITE_KEY
    api_key = API_KEY

    def __init__(self, accept: Accept, front: Front, stream: SqliteStream, sources: OneSource) -> None:
        self.accept = accept
        self.front = front
        self.stream = stream
        self.sources = sources
        self._read = 0

    def client(self, *, peer: str = "203.0.113.9", host: str = "tidings.test", **headers: str) -> httpx.AsyncClient:
        """Make a client at an address; without headers it holds the write key."""
        transport = httpx.ASGITransport(app=self.front, raise_app_exceptions=False, client=(peer, 4711))
        basic = base64.b64encode(f"{WRITE_KEY}:".encode()).decode()
        return httpx.AsyncClient(
            transport=transport, base_url=f"http://{host}", headers=headers or {"Authorization": f"Basic {basic}"}
        )

    async def kept(self) -> list[Record]:
        """Read what was kept since the last look."""
        entries = await self.stream.read(0, self._read, count_max=100_000)
        self._read = entries[-1].offset if entries else self._read
        return [record for entry in entries for record in unpack(entry)]


async def nothing_else(scope: Any, receive: Any, send: Any) -> None:
    """Stand where the rest of the house would."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest_asyncio.fixture
async def open_doors(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Build front doors on one stream; settings by name."""
    stream = await SqliteStream.open(tmp_path / "doors.db")

    async def build(*, scripts: str = "", trusted_proxies: str = "", **settings: Any) -> Doors:
        sources = OneSource()
        grants = Grants(api_keys=OneApiKey(), sources=sources)  # type: ignore[arg-type] # as much of them as is used
        await grants.refresh()
        parts = {"stream": stream, "strict_write_keys": False, "trusted_proxies": trusted_proxies, **settings}
        tokens = AccessTokens(b"k" * 32)
        accept = Accept(
            grants=grants, access_tokens=tokens, sources=sources, clock=SystemClock(), wakeup=Bell(), **parts
        )
        browser = Browser(grants=grants, scripts=scripts, trusted_proxies=trusted_proxies)
        return Doors(accept, Front(accept=accept, browser=browser, application=nothing_else), stream, sources)

    yield build
    await stream.close()


@pytest_asyncio.fixture
async def doors(open_doors: Callable[..., Any]) -> Doors:
    """A front door as it comes."""
    built: Doors = await open_doors()
    return built


class FuzzedDoors:
    """The same doors for tests that ask them hundreds of things, one after another, outside of any event loop."""

    write_key = WRITE_KEY
    api_key = API_KEY

    def __init__(self, runner: asyncio.Runner, folder: Path) -> None:
        self._runner = runner
        self._doors = runner.run(self._build(folder))

    @staticmethod
    async def _build(folder: Path) -> Doors:
        stream = await SqliteStream.open(folder / "fuzzed.db")
        sources = OneSource()
        grants = Grants(api_keys=OneApiKey(), sources=sources)  # type: ignore[arg-type] # as much of them as is used
        await grants.refresh()
        parts = {"stream": stream, "sources": sources, "wakeup": Bell(), "strict_write_keys": False}
        parts["access_tokens"] = AccessTokens(b"k" * 32)
        accept = Accept(grants=grants, clock=SystemClock(), body_s=2.0, **parts)  # type: ignore[arg-type]
        front = Front(accept=accept, browser=Browser(grants=grants, scripts=str(folder)), application=nothing_else)
        return Doors(accept, front, stream, sources)

    def ask(self, path: str, body: bytes, *, method: str = "POST", query: bytes = b"", **headers: bytes) -> Any:
        """Send a request past every client's manners; give status, headers and body, within 20 s."""
        return self._runner.run(self._ask(path, body, method, query, headers))

    async def _ask(self, path: str, body: bytes, method: str, query: bytes, headers: dict[str, bytes]) -> Any:
        pairs = [(name.replace("_", "-").lower().encode(), value) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": pairs}
        scope |= {"client": ("203.0.113.9", 1), "scheme": "http"}
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        async with asyncio.timeout(20):
            await self._doors.front(scope, receive, send)  # type: ignore[arg-type] # as much of a scope as is read
        start, content = sent
        return start["status"], dict(start["headers"]), content["body"]

    def kept(self) -> list[Record]:
        """Read what was kept since the last look."""
        return self._runner.run(self._doors.kept())

    def close(self) -> None:
        """Let the stream go."""
        self._runner.run(self._doors.stream.close())


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FuzzedDoors]:
    """Doors for a whole file."""
    with asyncio.Runner() as runner:
        doors = FuzzedDoors(runner, tmp_path_factory.mktemp("fuzzed"))
        yield doors
        doors.close()
