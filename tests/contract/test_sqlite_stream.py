"""What only the embedded stream promises: one file, private, bounded, and honest about what it cannot take."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from tidings.backends.sqlite.stream import SqliteStream
from tidings.errors import ConfigurationError, Unavailable
from tidings.records import Append


def an_append(records: object = b"x", *, partition: int = 0, received_at: int = 1) -> Append:
    """Make an append of whatever records."""
    return Append(
        partition=partition,
        environment_id=1,
        source_id=1,
        received_at=received_at,
        count=1,
        records=records,  # type: ignore[arg-type]
    )


@pytest.fixture
def path(tmp_path) -> Path:
    """Where the file shall be; its folder is not there yet."""
    return tmp_path / "data" / "stream.db"


@pytest_asyncio.fixture
async def stream(path) -> AsyncIterator[SqliteStream]:
    """An open stream."""
    stream = await SqliteStream.open(path)
    yield stream
    await stream.close()


async def test_only_its_owner_reads_the_file(stream, path):
    """The file and the log beside it hold people's data: nobody else may read them."""
    await stream.append([an_append()])
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_closed_stream_is_one_file(stream, path):
    """After closing nothing but the file remains, so it can be copied alone."""
    await stream.append([an_append()])
    await stream.read(0, 0, count_max=1)
    await stream.close()
    assert [file.name for file in path.parent.iterdir()] == ["stream.db"]


async def test_a_later_version_is_left_alone(stream, path):
    """A file of a later version is not opened, and says so."""
    await stream.close()
    with closing(sqlite3.connect(path)) as later:
        later.execute("PRAGMA user_version = 99")
    with pytest.raises(ConfigurationError, match="later version"):
        await SqliteStream.open(path)


async def test_something_else_is_not_opened(path):
    """A file that is no database makes opening fail and stays as it is."""
    path.parent.mkdir()
    path.write_bytes(b"dear diary, " * 1000)
    with pytest.raises(Unavailable):
        await SqliteStream.open(path)
    assert path.read_bytes() == b"dear diary, " * 1000


async def test_many_may_make_the_file_at_once(path):
    """Several processes that start together agree on one file."""
    streams = await asyncio.gather(*(SqliteStream.open(path, partitions=3) for _ in range(8)))
    await asyncio.gather(*(stream.append([an_append()]) for stream in streams))
    assert len(await streams[0].read(0, 0, count_max=100)) == 8
    for stream in streams:
        await stream.close()


async def test_a_partition_that_is_none_is_refused(stream):
    """Using a partition that the stream does not have is the caller's mistake, and nothing is kept."""
    for use in (stream.append([an_append(), an_append(partition=1)]), stream.read(-1, 0, count_max=1)):
        with pytest.raises(ValueError, match="partition must be 0 to 0"):
            await use
    assert await stream.last_offset(0) == 0


async def test_an_impossible_request_fails_alone(stream):
    """A request that no database would take fails, and those that share its commit are kept."""
    outcomes = await asyncio.gather(
        stream.append([an_append(b"one")]),
        stream.append([an_append(b"half"), an_append("not bytes")]),
        stream.append([an_append(received_at=2**70)]),
        stream.append([an_append(b"two")]),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), sqlite3.IntegrityError, OverflowError, type(None)]
    assert [entry.records for entry in await stream.read(0, 0, count_max=100)] == [b"one", b"two"]


async def test_the_log_stays_bounded(stream, path):
    """However long appends go on without a pause, the log beside the file does not grow with them."""
    log, largest, appended = path.with_name("stream.db-wal"), 0, 0

    async def append() -> None:
        nonlocal largest, appended
        while appended < 200:
            appended += 1
            await stream.append([an_append(bytes(1024 * 1024))])
            largest = max(largest, log.stat().st_size)

    await asyncio.gather(*(append() for _ in range(4)))
    assert largest < 128 * 1024 * 1024


async def test_trimmed_pages_are_used_again(stream, path):
    """A stream that is trimmed as fast as it is filled stays as large as it was."""
    for _ in range(20):
        await asyncio.gather(*(stream.append([an_append(bytes(100_000))]) for _ in range(10)))
        await stream.trim(0, await stream.last_offset(0))
    await stream.close()
    assert path.stat().st_size < 4 * 1_000_000


async def test_a_bounded_file_does_not_pass_its_bound(path):
    """With a bound on the file, what is beyond is refused, not kept elsewhere."""
    stream = await SqliteStream.open(path, file_bytes_max=1_000_000)
    outcomes = await asyncio.gather(
        *(stream.append([an_append(bytes(50_000))]) for _ in range(100)), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} <= {type(None), Unavailable}
    assert len(await stream.read(0, 0, count_max=100)) == outcomes.count(None)
    await stream.close()
    assert path.stat().st_size <= 1_000_000
