"""Which stream the settings choose, and what they are told when it cannot be had."""

from contextlib import AsyncExitStack

import pytest

from tidings.app.stream_tier import look_at_stream, open_roster, open_stream
from tidings.backends.nats.address import nats_address
from tidings.backends.nats.connection import Connection
from tidings.config import Config
from tidings.errors import ConfigurationError, Unavailable
from tidings.records import Append

APPEND = Append(partition=0, environment_id=1, source_id=1, received_at=1, count=1, records=b"x")


async def use(config):
    """Keep and read an entry, and wake; tell how many partitions there are."""
    async with AsyncExitStack() as stack:
        stream, wakeup = await open_stream(config, stack)
        await stream.append([APPEND])
        assert len(await stream.read(0, 0, count_max=10)) == 1
        wakeup.wake("stream")
        assert await wakeup.wait("stream", 30)
        return stream.partitions


async def test_without_a_url_it_is_a_file(tmp_path):
    """The embedded tier's stream is a file in the data folder, with one partition."""
    assert await use(Config(data=tmp_path)) == 1
    assert (tmp_path / "stream.db").exists()


@pytest.mark.parametrize("setting", ["database_url", "stream_url"])
async def test_a_postgresql_url_is_a_table(tmp_path, postgres_url, setting):
    """With PostgreSQL the stream is there, whichever setting names it; looking at it tells, and makes nothing."""
    config = Config(data=tmp_path, stream_partitions=3, **{setting: postgres_url})
    assert "not there yet" in await look_at_stream(config)
    assert await use(config) == 3
    assert "3 partitions" in await look_at_stream(config)
    assert not (tmp_path / "stream.db").exists()


async def test_a_nats_url_is_jetstream(tmp_path, nats_alone):
    """With NATS the stream is there, whatever the state's database is; looking at it tells, and makes nothing."""
    config = Config(
        data=tmp_path,
        database_url="postgresql://nobody@127.0.0.1:1/x",
        stream_url=f"{nats_alone.url}?name=tier",
        stream_partitions=3,
    )
    assert "not there yet" in await look_at_stream(config)
    assert await use(config) == 3
    assert "3 partitions" in await look_at_stream(config)
    connection = await Connection.open(nats_address(config.stream_url))
    await connection.request("$JS.API.STREAM.DELETE.tier", timeout_s=5)
    await connection.close()


@pytest.mark.parametrize("url", ["nats://127.0.0.1:1", "postgresql://x@127.0.0.1:1/x"])
async def test_who_does_not_answer_is_named(tmp_path, url):
    """A server that does not answer is unavailable, and the setting is named."""
    config = Config(data=tmp_path, stream_url=url)
    for opening in (use(config), look_at_stream(config)):
        with pytest.raises(Unavailable, match="stream_url"):
            await opening


@pytest.mark.parametrize("url", ["http://a", "sqlite:///x", "kafka://a", "stream.db", "postgresql://[", "nats://a:x"])
async def test_another_url_is_a_wrong_setting(tmp_path, url):
    """What is no URL of a stream is a wrong setting, and is named."""
    with pytest.raises(ConfigurationError, match="stream_url"):
        await use(Config(data=tmp_path, stream_url=url))


async def test_a_roster_is_where_several_hosts_can_be(tmp_path, postgres_url):
    """Workers see each other where the state is PostgreSQL's; on SQLite there is nothing to share."""
    async with AsyncExitStack() as stack:
        assert open_roster(Config(data=tmp_path), stack) is None
        roster = open_roster(Config(data=tmp_path, database_url=postgres_url), stack)
        assert await roster.living() == [roster.me]
