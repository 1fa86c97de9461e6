"""Where each backend keeps a stream, what it can be made to suffer, and how another process opens it."""

import asyncio
import os
import resource
import secrets
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from tidings.backends.nats.address import nats_address
from tidings.backends.nats.connection import Connection
from tidings.backends.nats.publisher import PATIENCE_S
from tidings.backends.nats.stream import JetStream
from tidings.backends.postgres.stream import PostgresStream
from tidings.backends.sqlite.stream import SqliteStream
from tidings.ports import Stream
from tidings.testing.nats_server import NatsServers
from tidings.testing.postgres import PostgresServer


@dataclass(frozen=True)
class SqlitePlace:
    """One file. Other backends offer the same names."""

    path: Path
    partitions: int

    async def open(self, *, partitions: int = 0, **bounds: int) -> Stream:
        """Open it as a process does; `bounds` may be `waiting_bytes_max` and `waiting_requests_max`."""
        return await SqliteStream.open(self.path, partitions=partitions or self.partitions, **bounds)

    async def open_small(self) -> Stream:
        """Open it with room for about half a megabyte."""
        return await SqliteStream.open(self.path, partitions=self.partitions, file_bytes_max=512 * 1024)

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from pathlib import Path
from tidings.backends.postgres.stream import PostgresStream
from tidings.backends.sqlite.stream import SqliteStream
async def open_stream():
    return await SqliteStream.open(Path({str(self.path)!r}), partitions={self.partitions})
"""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another process begins to write and never ends."""
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()

    @contextmanager
    def disk_refuses(self) -> Iterator[None]:
        """The system takes no more bytes into any file of this process, as on a full disk."""
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        yield
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """The file may be read but not written by who we are (root would write it nevertheless, so it steps back)."""
        user = os.geteuid()
        self.path.chmod(0o444)
        self.path.parent.chmod(0o555)
        if user == 0:
            os.seteuid(65534)
        yield
        if user == 0:
            os.seteuid(0)
        self.path.parent.chmod(0o755)
        self.path.chmod(0o644)

    @contextmanager
    def away(self) -> Iterator[None]:
        """The file is somewhere else."""
        elsewhere = self.path.with_suffix(".away")
        self.path.rename(elsewhere)
        yield
        elsewhere.rename(self.path)


@dataclass(frozen=True)
class NatsPlace:
    """One stream of a name of its own."""

    servers: NatsServers
    url: str
    partitions: int
    patience_s: float = PATIENCE_S
    """How long an append waits for servers that are away."""

    async def open(self, *, partitions: int = 0, **bounds: int) -> Stream:
        """Open it as a process does."""
        return await JetStream.open(
            nats_address(self.url), partitions=partitions or self.partitions, patience_s=self.patience_s, **bounds
        )

    async def open_small(self) -> Stream:
        """Open it with room for about half a megabyte."""
        return await JetStream.open(nats_address(self.url), partitions=self.partitions, bytes_max=512 * 1024)

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from tidings.backends.nats.address import nats_address
from tidings.backends.nats.stream import JetStream
from tidings.telemetry import configure_logging
configure_logging("json", "error")
async def open_stream():
    return await JetStream.open(nats_address({self.url!r}), partitions={self.partitions})
"""

    @contextmanager
    def away(self) -> Iterator[None]:
        """All servers are killed, and started again."""
        self.servers.stop()
        yield
        self.servers.start()

    async def remove(self) -> None:
        """Take the stream away, so that the servers do not carry it on."""
        address = nats_address(self.url)
        connection = await Connection.open(address)
        await connection.request(f"$JS.API.STREAM.DELETE.{address.name}", timeout_s=10)
        await connection.close()


@dataclass(frozen=True)
class PostgresPlace:
    """One database."""

    server: PostgresServer
    url: str
    partitions: int
    patience_s: float = 5.0
    """How long an append waits for others."""

    async def open(self, *, partitions: int = 0, **bounds: int) -> Stream:
        """Open it as a process does."""
        return await PostgresStream.open(
            self.url, partitions=partitions or self.partitions, patience_s=self.patience_s, **bounds
        )

    async def open_small(self) -> Stream:
        """Open it with room for about half a megabyte."""
        return await PostgresStream.open(self.url, partitions=self.partitions, bytes_max=512 * 1024)

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from tidings.backends.postgres.stream import PostgresStream
async def open_stream():
    return await PostgresStream.open({self.url!r}, partitions={self.partitions})
"""

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is stopped, and started again."""
        self.server.stop()
        yield
        self.server.start()

    @contextmanager
    def killed(self) -> Iterator[None]:
        """The server is killed, and started again."""
        self.server.kill()
        yield
        self.server.start()


Place = SqlitePlace | NatsPlace | PostgresPlace

OUTAGES = {
    "sqlite": ("locked", "disk_refuses", "read_only", "away"),
    "nats": ("away",),
    "postgres": ("away", "killed"),
}
BACKENDS = (("sqlite", 1), ("sqlite", 4), ("nats", 4), ("nats-cluster", 4), ("postgres", 4))
"""Each with its number of partitions: one is a case of its own on SQLite, which never has more by itself."""


def place_of(name: str, partitions: int, request: pytest.FixtureRequest) -> Place:
    """Make a new, empty place on a backend."""
    if name == "sqlite":
        folder = tempfile.TemporaryDirectory(prefix="stream")
        request.addfinalizer(folder.cleanup)
        Path(folder.name).chmod(0o755)
        return SqlitePlace(Path(folder.name) / "stream.db", partitions)
    if name == "postgres":
        url = request.getfixturevalue("postgres_url")
        return PostgresPlace(request.getfixturevalue("postgres_server"), url, partitions)
    servers = request.getfixturevalue("nats_cluster" if name == "nats-cluster" else "nats_alone")
    place = NatsPlace(servers, f"{servers.url}?name=s{secrets.token_hex(6)}", partitions)
    request.addfinalizer(lambda: asyncio.run(place.remove()))
    return place


@pytest.fixture(params=BACKENDS, ids=lambda param: f"{param[0]}-{param[1]}")
def stream_place(request) -> Place:
    """Somewhere that a stream can be, empty; on each backend."""
    return place_of(*request.param, request)


@pytest_asyncio.fixture
async def stream(stream_place) -> AsyncIterator[Stream]:
    """An open stream."""
    stream = await stream_place.open()
    yield stream
    await stream.close()


@pytest_asyncio.fixture
async def open_stream(stream_place) -> AsyncIterator[Callable[..., Awaitable[Stream]]]:
    """Open the same stream once more, as another process would; closed afterwards."""
    opened: list[Stream] = []

    async def again(**bounds: int) -> Stream:
        opened.append(await stream_place.open(**bounds))
        return opened[-1]

    yield again
    for stream in opened:
        await stream.close()


@pytest.fixture(
    params=[(name, count, outage) for name, count in BACKENDS for outage in OUTAGES.get(name, ())],
    ids=lambda param: "-".join(map(str, param)),
)
def failing_place(request) -> tuple[Place, Callable[[], object]]:
    """Somewhere that a stream can be, and one of the ways in which it may fail there."""
    name, partitions, outage = request.param
    place = place_of(name, partitions, request)
    if not isinstance(place, SqlitePlace):
        place = replace(place, patience_s=1.0)  # nothing is to be waited for here
    return place, getattr(place, outage)
