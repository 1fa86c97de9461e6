import pytest

from tidings.backends.sql.destination_store import SqlDestinationStore
from tidings.backends.sql.event_catalogue import SqlEventCatalogue
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.catalogue import sighted
from tidings.destinations import Destination
from tidings.effects import Effects, FollowerEffects, Tally
from tidings.ids import position
from tidings.records import Record
from tidings.secrets import SecretBox

NOON = 1_767_268_800_000


@pytest.fixture
def followers(database):
    """The followers of an empty database."""
    return SqlFollowerStore(database)


@pytest.fixture
def inbound(inbound_store):
    """Let the inbound step come so far."""
    places = {}

    async def apply(through, *, partition=0, **effects):
        after = places.get(partition, 0)
        async with inbound_store.transaction(partition) as transaction:
            assert await transaction.apply(Effects(**effects), after=after, through=through, received_at=NOON)
        places[partition] = through

    return apply


async def test_a_new_reader_begins_where_the_inbound_step_stands(followers, inbound):
    """A reader that was never seen is not given the past; what it was told once stays."""
    await inbound(5)
    assert await followers.offset("a", 0) == 5
    assert await followers.offset("a", 1) == 0

    await inbound(9)
    assert await followers.offset("a", 0) == 5
    assert await followers.ceiling(0) == 9


async def test_a_destination_begins_when_it_was_made(followers, inbound, database):
    """The offsets of a new destination are set when it is put, in partitions that were empty too; not moved later."""
    await inbound(5)
    destinations = SqlDestinationStore(database, SecretBox("0123456789abcdef"))
    made = Destination(environment_id=1, id="dst_a", kind="webhook", name="A", created=1)
    await destinations.put(made)
    await inbound(9)
    await inbound(3, partition=1)
    await destinations.put(made)

    assert await followers.offset("destination:dst_a", 0) == 5
    assert await followers.offset("destination:dst_a", 1) == 0
    await destinations.delete(1, "dst_a")
    assert "destination:dst_a" not in await followers.positions()


async def test_the_offset_moves_by_compare_and_set(followers):
    """Whoever moves from where the reader no longer stands writes nothing."""
    tally = Tally(1, "dst", 5, "Order", "delivered", "", 2)
    await followers.offset("a", 0)
    assert await followers.apply("a", 0, after=0, through=4, effects=FollowerEffects(tallies=[tally]))
    assert not await followers.apply("a", 0, after=0, through=7, effects=FollowerEffects(tallies=[tally]))

    assert await followers.offset("a", 0) == 4
    assert await followers.positions() == {"a": {0: 4}}


async def test_readers_do_not_meet(followers, inbound):
    """Each reader and partition has an offset of its own, and none is the inbound step's."""
    await inbound(5)
    for reader, partition, through in (("a", 0, 7), ("a", 1, 2), ("b", 0, 6)):
        after = await followers.offset(reader, partition)
        assert await followers.apply(reader, partition, after=after, through=through, effects=FollowerEffects())

    assert await followers.positions() == {"a": {0: 7, 1: 2}, "b": {0: 6}}
    assert await followers.ceiling(0) == 5


async def test_dropped_positions_are_told_by_environment_and_partition(followers, inbound):
    """What the inbound step passed over is found within its bounds, and forgotten when it was trimmed."""
    dropped = [(1, position(1, 0)), (1, position(2, 5)), (2, position(2, 6)), (1, position(9, 0))]
    await inbound(9, passed_over=dropped)
    await inbound(1, partition=1, passed_over=[(1, position(3, 0))])
    asked = (0, position(1, 0), position(8, 4095))

    assert await followers.passed_over([1], *asked) == {position(1, 0), position(2, 5)}
    assert await followers.passed_over([1, 2], *asked) == {position(1, 0), position(2, 5), position(2, 6)}
    assert await followers.passed_over([], *asked) == set()

    await followers.forget(partition=0, through=2, before_hour=0)
    assert await followers.passed_over([1, 2], 0, 0, 2**62) == {position(9, 0)}
    assert await followers.passed_over([1], 1, 0, 2**62) == {position(3, 0)}


async def test_one_holds_a_piece_of_work(followers):
    """A lease is one's own until it expires or is let go, and can be kept."""
    assert await followers.hold("work", "w1", now=0, until=100)
    assert not await followers.hold("work", "w2", now=50, until=150)
    assert await followers.hold("other", "w2", now=50, until=150)
    assert await followers.hold("work", "w1", now=90, until=190)
    assert not await followers.hold("work", "w2", now=190, until=290)
    assert await followers.hold("work", "w2", now=191, until=291)
    await followers.release("w2")
    assert await followers.hold("work", "w1", now=192, until=292)


async def test_what_a_batch_showed_is_written_with_the_offset(followers, database):
    """Sightings of events are written together with the offset, or not at all."""
    record = Record(
        type="track",
        message_id="m",
        user_id="ann",
        anonymous_id=None,
        name="Order",
        timestamp=NOON,
        received_at=NOON,
        body=b'{"properties": {"total": 5}}',
    )
    seen = sighted([(1, 7, record)])
    catalogue = SqlEventCatalogue(database)
    await followers.offset("c", 0)

    assert not await followers.apply("c", 0, after=3, through=4, effects=FollowerEffects(sighted=seen))
    assert await catalogue.count(1, 7) == 0
    assert await followers.apply("c", 0, after=0, through=4, effects=FollowerEffects(sighted=seen))

    assert await catalogue.of_source(1, 7) == seen
    key = (1, 7, "track", "Order")
    assert await catalogue.known([key, (1, 7, "track", "Other")]) == {key: seen[0]}
    assert (await catalogue.count(1, 7), await catalogue.count(2, 7)) == (1, 0)
    elsewhere = [*sighted([(1, 3, record)]), *sighted([(2, 7, record)])]
    assert await followers.apply("c", 0, after=4, through=5, effects=FollowerEffects(sighted=elsewhere))
    assert await catalogue.of_name(1, "track", "Order") == [elsewhere[0], *seen]
    assert await catalogue.of_name(1, "identify", "Order") == []
    outline = await catalogue.outline(1)
    assert sorted(event.source_id for event in outline) == [3, 7]
    assert all((event.days, event.properties) == (seen[0].days, {}) for event in outline)


async def test_names_are_listed_over_all_sources(followers, database):
    """Each name once, in order, however many sources have sent it; other environments' and types are not among them."""

    def seen(environment_id, source_id, name, kind="track"):
        record = Record(
            type=kind,
            message_id="m",
            user_id="ann",
            anonymous_id=None,
            name=name,
            timestamp=NOON,
            received_at=NOON,
            body=b"{}",
        )
        return sighted([(environment_id, source_id, record)])[0]

    shown = [seen(1, 7, "b"), seen(1, 3, "b"), seen(1, 7, "a"), seen(1, 7, "bc"), seen(1, 7, "c"), seen(2, 7, "d")]
    shown += [seen(1, 7, "page", kind="page"), seen(1, 7, None, kind="identify")]
    await followers.offset("c", 0)
    assert await followers.apply("c", 0, after=0, through=4, effects=FollowerEffects(sighted=shown))
    catalogue = SqlEventCatalogue(database)

    async def names(kind="track", begins="", after=None, limit=9):
        return await catalogue.names(1, kind, begins=begins, after=after, limit=limit)

    assert await names() == ["a", "b", "bc", "c"]
    assert await names(after="a", limit=2) == ["b", "bc"]
    assert await names(begins="b") == ["b", "bc"]
    assert await names(begins="b", after="b") == ["bc"]
    assert await names("identify") == [""]
    assert await catalogue.of_names(1, "track", ["b", "none"]) == [shown[1], shown[0]]
    assert await catalogue.of_names(1, "track", []) == []
