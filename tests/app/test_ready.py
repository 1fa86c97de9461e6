"""What `/health/ready` says of the stream."""

import asyncio

import pytest

from tidings.app.api import stream_word
from tidings.backends import trouble
from tidings.backends.sqlite.stream import SqliteStream
from tidings.records import Append


@pytest.fixture
async def full(tmp_path):
    """A stream that was filled until it refused."""
    stream = await SqliteStream.open(tmp_path / "stream.db", file_bytes_max=256 * 1024)
    append = Append(partition=0, environment_id=1, source_id=1, received_at=1, count=1, records=bytes(50_000))
    while not any(await asyncio.gather(stream.append([append]), return_exceptions=True)):
        pass
    yield stream
    await stream.close()


async def test_a_stream_that_takes_nothing_is_not_ready(full):
    """A full stream can be read, and is not ready: what it says names the setting."""
    assert "stream_bytes_max" in await stream_word(full)


async def test_what_was_refused_long_ago_is_forgotten(full, monkeypatch):
    """Nobody sends calls to a process that is not ready: after a while without any it is worth another try."""
    monkeypatch.setattr(trouble, "REMEMBERED_S", 0.0)

    assert await stream_word(full) == "ok"
