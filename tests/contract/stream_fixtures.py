"""Where each backend keeps a stream, what it can be made to suffer, and how another process opens it."""

import os
import resource
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tidings.backends.sqlite.stream import SqliteStream
from tidings.ports import Stream


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


BACKENDS = {"sqlite": SqlitePlace}
OUTAGES = {"sqlite": ("locked", "disk_refuses", "read_only", "away")}
PARTITIONS = (1, 4)


@pytest.fixture(
    params=[(name, count) for name in BACKENDS for count in PARTITIONS], ids=lambda param: f"{param[0]}-{param[1]}"
)
def stream_place(request) -> Iterator[SqlitePlace]:
    """Somewhere that a stream can be, empty; each backend, with one partition and with four."""
    name, partitions = request.param
    with tempfile.TemporaryDirectory(prefix="stream") as folder:
        Path(folder).chmod(0o755)
        yield BACKENDS[name](Path(folder) / "stream.db", partitions)


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
    params=[(name, count, outage) for name in BACKENDS for count in PARTITIONS for outage in OUTAGES[name]],
    ids=lambda param: "-".join(map(str, param)),
)
def failing_place(request) -> Iterator[tuple[SqlitePlace, Callable[[], object]]]:
    """Somewhere that a stream can be, and one of the ways in which it may fail there."""
    name, partitions, outage = request.param
    with tempfile.TemporaryDirectory(prefix="stream") as folder:
        Path(folder).chmod(0o755)
        place = BACKENDS[name](Path(folder) / "stream.db", partitions)
        yield place, getattr(place, outage)
