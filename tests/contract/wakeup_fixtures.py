"""How each backend's wake-ups are opened, here and in another process."""

import secrets
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tidings.backends.nats.address import nats_address
from tidings.backends.nats.wakeup import NatsWakeup
from tidings.backends.postgres.wakeup import PostgresWakeup
from tidings.backends.sqlite.wakeup import UnixWakeup
from tidings.ports import Wakeup
from tidings.testing.postgres import PostgresServer


@dataclass(frozen=True)
class UnixPlace:
    """An installation: a data folder. Other backends offer the same names."""

    data: Path

    async def open(self) -> Wakeup:
        """Open it as a process does."""
        return UnixWakeup.open(self.data)

    def another(self) -> "UnixPlace":
        """Be another installation on the same machine."""
        return UnixPlace(self.data / "another")

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from pathlib import Path
from tidings.backends.nats.address import nats_address
from tidings.backends.nats.wakeup import NatsWakeup
from tidings.backends.postgres.wakeup import PostgresWakeup
from tidings.backends.sqlite.wakeup import UnixWakeup
async def open_wakeup():
    return UnixWakeup.open(Path({str(self.data)!r}))
"""


@dataclass(frozen=True)
class NatsPlace:
    """The name of a stream on some servers."""

    url: str
    name: str

    async def open(self) -> Wakeup:
        """Open it as a process does."""
        return await NatsWakeup.open(nats_address(f"{self.url}?name={self.name}"))

    def another(self) -> "NatsPlace":
        """Be another installation on the same servers."""
        return NatsPlace(self.url, f"{self.name}-another")

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from tidings.backends.nats.address import nats_address
from tidings.backends.nats.wakeup import NatsWakeup
async def open_wakeup():
    return await NatsWakeup.open(nats_address({f"{self.url}?name={self.name}"!r}))
"""


@dataclass(frozen=True)
class PostgresPlace:
    """A database."""

    server: PostgresServer
    name: str

    async def open(self) -> Wakeup:
        """Open it as a process does."""
        return await PostgresWakeup.open(self.server.url(self.name))

    def another(self) -> "PostgresPlace":
        """Be another installation on the same server."""
        return PostgresPlace(self.server, "postgres")

    @property
    def opening(self) -> str:
        """Python source of the function with which another process opens it."""
        return f"""
from tidings.backends.postgres.wakeup import PostgresWakeup
async def open_wakeup():
    return await PostgresWakeup.open({self.server.url(self.name)!r})
"""


Place = UnixPlace | NatsPlace | PostgresPlace


@pytest.fixture(params=["unix", "unix-long-path", "nats", "postgres"])
def wakeup_place(request) -> Iterator[Place]:
    """An installation of each backend."""
    if request.param == "nats":
        yield NatsPlace(request.getfixturevalue("nats_alone").url, f"w{secrets.token_hex(6)}")
        return
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        yield PostgresPlace(request.getfixturevalue("postgres_server"), url.rpartition("/")[2])
        return
    with tempfile.TemporaryDirectory(prefix="wakeup") as folder:
        yield UnixPlace(Path(folder) / ("long" * 50) if "long" in request.param else Path(folder))


@pytest_asyncio.fixture
async def open_wakeup(wakeup_place) -> AsyncIterator[Callable[..., object]]:
    """Open one more of the same installation, or of the given one; closed afterwards."""
    opened: list[Wakeup] = []

    async def another(place: Place | None = None) -> Wakeup:
        opened.append(await (place or wakeup_place).open())
        return opened[-1]

    yield another
    for wakeup in opened:
        await wakeup.close()


@pytest_asyncio.fixture
async def wakeup(open_wakeup) -> Wakeup:
    """An open one."""
    return await open_wakeup()
