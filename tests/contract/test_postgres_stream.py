"""What a stream in PostgreSQL suffers and survives: transactions that stay open, servers that go, other versions."""

import asyncio
import os
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest
import pytest_asyncio

from tidings.backends.postgres.stream import PostgresStream
from tidings.backends.postgres.wakeup import PostgresWakeup
from tidings.errors import ConfigurationError, Unavailable
from tidings.records import Append
from tidings.testing.postgres import LOCKED_USER


def an_append(word, *, partition=0):
    """Make an append that can be recognised."""
    return Append(partition=partition, environment_id=3, source_id=7, received_at=1, count=1, records=word.encode())


def words(entries):
    """Tell the words by which the entries were made."""
    return [entry.records.decode() for entry in entries]


@asynccontextmanager
async def a_connection(url):
    """Connect beside the stream's own connections."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def append_by_hand(connection, word, *partitions):
    """Do what the stream does, on a connection whose transaction one holds oneself."""
    many = len(partitions)
    await connection.fetchval(
        "SELECT tidings_stream.append($1, $2, $3, $4, $5, $6, 0)",
        list(partitions),
        [3] * many,
        [7] * many,
        [1] * many,
        [1] * many,
        [word.encode()] * many,
    )


@pytest_asyncio.fixture
async def stream(postgres_url):
    """A stream of two partitions."""
    stream = await PostgresStream.open(postgres_url, partitions=2)
    yield stream
    await stream.close()


async def test_an_open_transaction_is_never_overtaken(stream, postgres_url):
    """While somebody's entry is not committed, nobody's later entry of that partition appears before it."""
    async with a_connection(postgres_url) as other:
        holding = other.transaction()
        await holding.start()
        await append_by_hand(other, "first", 0)
        second = asyncio.ensure_future(stream.append([an_append("second")]))
        async with a_connection(postgres_url) as observer:
            waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            while not await observer.fetchval(waits):
                await asyncio.sleep(0)
        assert await stream.read(0, 0, count_max=10) == []
        await holding.commit()
    await second
    entries = await stream.read(0, 0, count_max=10)
    assert words(entries) == ["first", "second"]
    assert entries[0].offset < entries[1].offset


async def test_an_open_transaction_holds_up_its_own_partitions_only(stream, postgres_url):
    """Other partitions take entries while somebody's transaction is open, and show them."""
    async with a_connection(postgres_url) as other, other.transaction():
        await append_by_hand(other, "held", 0)
        await stream.append([an_append("free", partition=1)])
        assert words(await stream.read(1, 0, count_max=10)) == ["free"]


async def test_who_waits_too_long_is_told(postgres_url):
    """A transaction that is never ended makes appends unavailable, and not wait for ever."""
    stream = await PostgresStream.open(postgres_url, partitions=2, patience_s=0.2)
    async with a_connection(postgres_url) as other, other.transaction():
        await append_by_hand(other, "held", 0, 1)
        with pytest.raises(Unavailable):
            await stream.append([an_append("refused")])
    await stream.append([an_append("kept")])
    assert words(await stream.read(0, 0, count_max=10)) == ["held", "kept"]
    await stream.close()


async def test_an_idle_transaction_elsewhere_holds_up_nobody(stream, postgres_url):
    """A long transaction that has nothing to do with the stream delays neither its writers nor its readers."""
    async with a_connection(postgres_url) as other, other.transaction():
        await other.execute("CREATE TABLE something (x int)")
        await stream.append([an_append("now")])
        assert words(await stream.read(0, 0, count_max=10)) == ["now"]


async def test_who_locks_in_another_order_waits_in_no_circle(stream, postgres_url):
    """Requests that touch the same partitions in opposite order are all kept."""
    other = await PostgresStream.open(postgres_url)
    there = [an_append("a", partition=0), an_append("a", partition=1)]
    await asyncio.gather(*(stream.append(there) for _ in range(50)), *(other.append(there[::-1]) for _ in range(50)))
    assert [await stream.waiting(partition, 0) for partition in range(2)] == [100, 100]
    await other.close()


async def test_one_read_is_bounded_in_bytes(stream):
    """However many records are asked for, one read brings some megabytes at most, and the next the rest."""
    big = Append(partition=0, environment_id=1, source_id=1, received_at=1, count=1, records=os.urandom(900_000))
    for _ in range(8):
        await stream.append([big])
    first = await stream.read(0, 0, count_max=4000)
    assert 1 <= len(first) <= 5
    assert len(await stream.read(0, first[-1].offset, count_max=4000)) == min(8 - len(first), len(first))


async def test_the_bound_counts_what_is_left(postgres_url):
    """What was trimmed does not count towards the bound, whoever trimmed it."""
    stream = await PostgresStream.open(postgres_url, partitions=2, bytes_max=100_000)
    large = Append(partition=1, environment_id=1, source_id=1, received_at=1, count=1, records=bytes(60_000))
    for _ in range(5):
        await stream.append([large])
        await stream.append([large])
        with pytest.raises(Unavailable, match="stream_bytes_max"):
            await stream.append([large])
        assert await stream.trim(1, await stream.last_offset(1)) == 2
    await stream.close()


async def test_a_stream_made_anew_begins_behind_the_old_one(postgres_url):
    """When the tables were lost and are made anew, offsets are greater than any of the old ones."""
    last = 0
    for _ in range(2):
        stream = await PostgresStream.open(postgres_url, partitions=1)
        await stream.append([an_append("x")] * 100)
        entries = await stream.read(0, last, count_max=100)
        assert len(entries) == 100
        assert last < entries[0].offset < 2**51
        last = entries[-1].offset
        await stream.close()
        async with a_connection(postgres_url) as connection:
            await connection.execute("DROP SCHEMA tidings_stream CASCADE")


async def test_two_may_make_the_stream_at_once(postgres_url):
    """Processes that start together find one stream."""
    streams = await asyncio.gather(*(PostgresStream.open(postgres_url, partitions=count) for count in (2, 3, 4)))
    assert len({stream.partitions for stream in streams}) == 1
    for stream in streams:
        await stream.close()


async def test_durability_does_not_hang_on_the_database_default(postgres_url):
    """Where the database's default lets commits be lost, appends are durable nevertheless."""
    async with a_connection(postgres_url) as connection:
        name = postgres_url.rpartition("/")[2]
        await connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    stream = await PostgresStream.open(postgres_url)
    await stream.append([an_append("x")])
    commits = await stream._writer.run(lambda connection: connection.fetchval("SHOW synchronous_commit"))
    assert commits == "on"
    await stream.close()


async def test_a_later_stream_is_left_alone(stream, postgres_url):
    """A stream of a later version is not touched."""
    async with a_connection(postgres_url) as connection:
        await connection.execute("COMMENT ON SCHEMA tidings_stream IS '99'")
    with pytest.raises(ConfigurationError, match="update tidings"):
        await PostgresStream.open(postgres_url)


async def test_a_wrong_password_names_the_setting(postgres_server, postgres_url):
    """A wrong password is a wrong setting, for the stream and for the wake-up; it is never quoted."""
    with suppress(Exception):
        postgres_server.execute(f"CREATE ROLE {LOCKED_USER} LOGIN PASSWORD 'right'")
    url = postgres_server.url("postgres", user=LOCKED_USER, password="hidden")
    for opening in (PostgresStream.open(url), PostgresWakeup.open(url)):
        with pytest.raises(ConfigurationError, match="database_url") as refused:
            await opening
        assert "hidden" not in str(refused.value)


async def test_listening_begins_anew_by_itself(own_postgres_server):
    """After the server was killed and is back, wakes go through again, and whoever waits looks once anyway."""
    url = own_postgres_server.url()
    one, other = await PostgresWakeup.open(url), await PostgresWakeup.open(url)
    await asyncio.to_thread(own_postgres_server.kill)
    one.wake("stream")
    assert await one.wait("stream", 30)
    await asyncio.to_thread(own_postgres_server.start)
    for each in (one, other):
        assert await each.wait("config", 30)
    for _ in range(3):
        one.wake("due")
        assert await other.wait("due", 30)
    await one.close()
    await other.close()
