"""What a JetStream stream suffers and survives: nodes that die, answers that are lost, streams that are not ours."""

import asyncio
import itertools
import secrets
from contextlib import suppress

import msgspec
import pytest
import pytest_asyncio

from tidings.backends.nats.address import nats_address
from tidings.backends.nats.connection import Connection
from tidings.backends.nats.publisher import Outgoing, Publisher
from tidings.backends.nats.stream import JetStream
from tidings.errors import ConfigurationError, TooLarge, Unavailable
from tidings.records import Append
from tidings.testing.nats_server import NatsServers


def an_append(word, *, partition=0, size=0):
    """Make an append that can be recognised."""
    return Append(
        partition=partition,
        environment_id=3,
        source_id=7,
        received_at=1,
        count=1,
        records=word.encode().ljust(size, b"."),
    )


def words(entries):
    """Tell the words by which the entries were made."""
    return [entry.records.decode().rstrip(".") for entry in entries]


async def read_all(stream, partition=0):
    """Read a partition to its end."""
    found = []
    while entries := await stream.read(partition, found[-1].offset if found else 0, count_max=500):
        found += entries
    return found


@pytest.fixture
def fresh_name():
    """A stream that nobody has made."""
    return f"s{secrets.token_hex(6)}"


@pytest.fixture
def cluster():
    """A cluster of three of one's own, to be mistreated."""
    servers = NatsServers(3)
    servers.start()
    yield servers
    servers.close()


@pytest_asyncio.fixture
async def connection(nats_alone):
    """A connection beside the stream's own."""
    connection = await Connection.open(nats_address(nats_alone.url))
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def connection_to_all(nats_cluster):
    """A connection to the cluster of three, beside the stream's own."""
    connection = await Connection.open(nats_address(nats_cluster.url))
    yield connection
    await connection.close()


async def ask(connection, subject, content=None):
    """Ask JetStream."""
    payload = msgspec.json.encode(content) if content else b""
    return msgspec.json.decode((await connection.request(f"$JS.API.{subject}", payload, timeout_s=5)).data)


async def leader(connection, name):
    """Tell which server leads the stream."""
    return (await ask(connection, f"STREAM.INFO.{name}"))["cluster"]["leader"]


PATIENT_S = 60
"""An election takes seconds, and longer on a machine with much else to do: nothing here is about how long."""


@pytest.mark.parametrize("victim", ["leader", "another"])
async def test_a_node_dies_during_appends(cluster, victim):
    """While a node is killed, every append that was acknowledged is read once, in its writer's order."""
    stream = await JetStream.open(nats_address(cluster.url), partitions=2, patience_s=PATIENT_S)
    watcher = await Connection.open(nats_address(cluster.url))
    first = int((await leader(watcher, "tidings"))[1:])
    acknowledged = []
    enough = asyncio.Event()

    async def write(name):
        for number in range(150):
            word = f"{name}-{number}"
            await stream.append([an_append(word), an_append(word, partition=1)])
            acknowledged.append(word)
            if len(acknowledged) >= 200:
                enough.set()

    writing = asyncio.gather(*(write(name) for name in "abcdefgh"))
    await enough.wait()
    await asyncio.to_thread(cluster.kill, first if victim == "leader" else (first + 1) % 3)
    await writing
    for partition in range(2):
        found = words(await eventually(lambda partition=partition: read_all(stream, partition)))
        assert sorted(found) == sorted(acknowledged)
        for name in "abcdefgh":
            own = [word for word in found if word.startswith(name)]
            assert own == sorted(own, key=lambda word: int(word[2:]))
    await watcher.close()
    await stream.close()


async def test_a_server_that_does_nothing_is_left(nats_cluster, connection_to_all, fresh_name):
    """Who is connected to a server that stands still is told that nothing is kept, and soon goes on with another."""
    servers = nats_cluster.url.split(",")
    made = await JetStream.open(nats_address(f"{nats_cluster.url}?name={fresh_name}"), partitions=1)
    first = int((await leader(connection_to_all, fresh_name))[1:])
    await made.close()
    servers.insert(0, servers.pop((first + 1) % 3))
    stream = await JetStream.open(nats_address(f"{','.join(servers)}?name={fresh_name}"), patience_s=0.5)
    await eventually(lambda: stream.append([an_append("before")]))
    # The one that it asks: where the first answered late, it has gone on with another before.
    still = nats_cluster.ports.index(stream._connection.server.connected_url.port)
    nats_cluster.freeze(still)
    try:
        with pytest.raises(Unavailable):
            await stream.append([an_append("while it stands still")])
        await eventually(lambda: stream.append([an_append("after")]))  # else it stays with the server that stands still
    finally:
        nats_cluster.thaw(still)
    assert "after" in words(await eventually(lambda: read_all(stream)))
    await stream.close()


async def test_without_a_majority_nothing_is_kept(cluster):
    """With one node of three, appends are refused in time; with two again, they are taken, by the same stream."""
    stream = await JetStream.open(nats_address(cluster.url), partitions=1, patience_s=1)
    await eventually(lambda: stream.append([an_append("before")]))
    cluster.kill(0)
    cluster.kill(1)
    with pytest.raises(Unavailable, match="stream_url"):
        await stream.append([an_append("lost")])
    await asyncio.to_thread(cluster.start, 0)
    await eventually(lambda: stream.append([an_append("after")]))
    found = words(await eventually(lambda: read_all(stream)))
    assert found[0] == "before"
    assert found[-1] == "after"
    await stream.close()


async def eventually(use):
    """Use the stream until it is there again: an election takes some seconds."""
    async with asyncio.timeout(PATIENT_S):
        while True:
            with suppress(Unavailable):
                return await use()
            await asyncio.sleep(0)


async def taken(publisher, messages, tries):
    """Publish a group under its own id."""
    until = asyncio.get_running_loop().time() + 5
    refused = await publisher._try(messages, f"id-{len(messages)}", tries, until=until)
    if refused is not None:
        raise Unavailable(refused)


async def test_a_group_published_twice_is_kept_once(nats_alone, nats_cluster, fresh_name):
    """When an acknowledgement is lost, publishing the group again succeeds and adds nothing."""
    for servers in (nats_alone, nats_cluster):
        address = nats_address(f"{servers.url}?name={fresh_name}")
        stream = await JetStream.open(address, partitions=2)
        publisher = Publisher(stream._connection, has_copies=servers is nats_cluster)
        group = [Outgoing(f"{fresh_name}.calls.{number % 2}", b"\1" + bytes(40)) for number in range(4)]
        for messages in (group, group[:1]):
            tries = itertools.count(1)
            for _ in range(3):  # each until it is acknowledged: an election may come between
                await eventually(lambda messages=messages: taken(publisher, messages, next(tries)))  # noqa: B023
        assert [len(await read_all(stream, partition)) for partition in range(2)] == [3, 2]
        await ask(stream._connection, f"STREAM.DELETE.{fresh_name}")
        await stream.close()


async def test_reading_far_behind_pulls_many_at_once(nats_cluster, fresh_name):
    """A long stream is read in pulls of many entries, not with a request for each."""
    address = nats_address(f"{nats_cluster.url}?name={fresh_name}")
    stream = await JetStream.open(address, partitions=1, patience_s=PATIENT_S)
    for start in range(0, 5000, 500):
        await stream.append([an_append(str(number)) for number in range(start, start + 500)])
    pulls = 0
    ask_servers = stream._connection.request_several

    async def counted(*args, **options):
        nonlocal pulls
        pulls += 1
        return await ask_servers(*args, **options)

    stream._connection.request_several = counted
    assert words(await read_all(stream)) == [str(number) for number in range(5000)]
    assert pulls <= 8
    await ask(stream._connection, f"STREAM.DELETE.{fresh_name}")
    await stream.close()


async def test_a_stream_made_anew_begins_behind_the_old_one(nats_alone, fresh_name):
    """When a stream was lost and is made anew, its offsets are greater than any of the old one's."""
    address = nats_address(f"{nats_alone.url}?name={fresh_name}")
    last = 0
    for _ in range(2):
        stream = await JetStream.open(address, partitions=1)
        await stream.append([an_append("x")] * 100)
        (entry, *_) = await stream.read(0, last, count_max=100)
        assert last < entry.offset < 2**51
        last = await stream.last_offset(0)
        await ask(stream._connection, f"STREAM.DELETE.{fresh_name}")
        await stream.close()


async def test_copies_are_three_in_a_cluster_and_one_alone(nats_alone, nats_cluster, fresh_name):
    """Without being told, a stream has three copies in a cluster and one on a server that stands alone."""
    for servers, copies in ((nats_alone, 1), (nats_cluster, 3)):
        stream = await JetStream.open(nats_address(f"{servers.url}?name={fresh_name}"), partitions=1)
        info = await ask(stream._connection, f"STREAM.INFO.{fresh_name}")
        assert info["config"]["num_replicas"] == copies
        assert info["config"]["storage"] == "file"
        await ask(stream._connection, f"STREAM.DELETE.{fresh_name}")
        await stream.close()


async def test_the_bound_can_be_changed(nats_alone, connection, fresh_name):
    """Opening a stream with another bound gives it that bound."""
    address = nats_address(f"{nats_alone.url}?name={fresh_name}")
    for bytes_max in (10_000_000, 20_000_000, 0):
        await (await JetStream.open(address, partitions=1, bytes_max=bytes_max)).close()
        info = await ask(connection, f"STREAM.INFO.{fresh_name}")
        assert info["config"]["max_bytes"] == (bytes_max or -1)
    await ask(connection, f"STREAM.DELETE.{fresh_name}")


async def test_an_entry_that_no_server_takes_is_refused(nats_alone, fresh_name):
    """An append beyond the servers' bound for a message is refused by itself, and its neighbours are kept."""
    stream = await JetStream.open(nats_address(f"{nats_alone.url}?name={fresh_name}"), partitions=1)
    outcomes = await asyncio.gather(
        stream.append([an_append("a")]),
        stream.append([an_append("b", size=2 * 1024 * 1024)]),
        stream.append([an_append("c")]),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), TooLarge, type(None)]
    assert words(await read_all(stream)) == ["a", "c"]
    await ask(stream._connection, f"STREAM.DELETE.{fresh_name}")
    await stream.close()


async def test_a_stream_of_somebody_else_is_left_alone(nats_alone, connection, fresh_name):
    """A stream that tidings did not make is not used; the message names the setting."""
    await ask(connection, f"STREAM.CREATE.{fresh_name}", {"name": fresh_name, "subjects": [f"{fresh_name}.*"]})
    with pytest.raises(ConfigurationError, match=r"stream_url.*none of ours"):
        await JetStream.open(nats_address(f"{nats_alone.url}?name={fresh_name}"))
    await ask(connection, f"STREAM.DELETE.{fresh_name}")


async def test_a_server_without_jetstream_is_told():
    """A server that has no JetStream is a wrong setting, and the message says what to do."""
    servers = NatsServers(1, jetstream=False)
    servers.start()
    try:
        with pytest.raises(ConfigurationError, match=r"stream_url.*no JetStream"):
            await JetStream.open(nats_address(servers.url))
    finally:
        servers.close()


async def test_an_unreachable_server_is_unavailable():
    """Where nobody listens, opening says which servers were tried; waiting may help, so it is no wrong setting."""
    with pytest.raises(Unavailable, match=r"stream_url.*127\.0\.0\.1:1"):
        await JetStream.open(nats_address("nats://127.0.0.1:1"))
