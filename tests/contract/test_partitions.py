"""Partitions are made ahead and dropped whole; what lies outside of them is kept and found all the same."""

import pytest
from sqlalchemy import func, select, text

from tidings.backends.sql.database import Database
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.partitions import EVENTS, SEEN
from tidings.backends.sql.retention_store import SqlRetentionStore
from tidings.backends.sql.tables import inbound_events, seen
from tidings.effects import Effects, Sighting

DAY = 86_400_000
ANN = Sighting(1, "u:ann", b"d" * 16)


@pytest.fixture(autouse=True)
def _partitioned(database_place):
    """Only where rows lie in partitions."""
    if database_place.one_writer_at_a_time:
        pytest.skip("a file has no partitions")


async def partitions(database, name):
    """Name a table's partitions."""
    query = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(:name)")
    async with database.read() as connection:
        return sorted(await connection.scalars(query, {"name": name}))


async def rows_in(database, partition):
    """Count the rows of a partition."""
    async with database.read() as connection:
        return await connection.scalar(text(f"SELECT count(*) FROM {partition}"))


async def test_partitions_are_made_ahead(database, inbound_store, noon):
    """A round makes today's partition and the next ones, once; their rows go there and nowhere else."""
    day, week = noon // DAY, noon // DAY // 7

    for _ in range(2):
        await inbound_store.make_room(now=noon)

    made = [f"seen_p{day + ahead}" for ahead in range(SEEN.ahead)]
    assert await partitions(database, "seen") == ["seen_default", *made]
    made = [f"inbound_events_p{week + ahead}" for ahead in range(EVENTS.ahead)]
    assert await partitions(database, "inbound_events") == ["inbound_events_default", *made]


async def test_rows_lie_in_their_partition(database, inbound_store, write, an_event, noon):
    """What arrives lies in the partition of its time, what no partition holds in the one for the rest."""
    await inbound_store.make_room(now=noon)

    await write(seen=[ANN], events=[an_event(), an_event(received_at=noon - 30 * DAY)])

    assert await rows_in(database, f"seen_p{noon // DAY}") == 1
    assert await rows_in(database, f"inbound_events_p{noon // DAY // 7}") == 1
    assert await rows_in(database, "inbound_events_default") == 1


async def test_old_days_are_dropped_whole(database, inbound_store, write, noon):
    """Days before the bound go with their partitions; the day of the bound stays."""
    await inbound_store.make_room(now=noon)
    await write(seen=[ANN])

    await inbound_store.forget_seen(before=noon + DAY)

    day = noon // DAY
    assert await partitions(database, "seen") == ["seen_default", f"seen_p{day + 1}", f"seen_p{day + 2}"]
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(seen)) == 0


async def test_rows_that_came_before_their_partition_are_forgotten_too(database, inbound_store, write, noon):
    """A day whose rows lie in the partition for the rest gets none of its own, and is forgotten row by row."""
    await write(seen=[ANN])
    await inbound_store.make_room(now=noon)
    day = noon // DAY
    assert await partitions(database, "seen") == ["seen_default", f"seen_p{day + 1}", f"seen_p{day + 2}"]

    assert await inbound_store.forget_seen(before=noon + DAY) == 1


async def test_old_weeks_of_events_are_dropped_whole(database, inbound_store, write, an_event, noon):
    """Events of a week that has ended before the bound go; those of the bound's own week stay."""
    await inbound_store.make_room(now=noon)
    await write(events=[an_event()])

    await SqlRetentionStore(database).forget_events(before=noon + DAY)
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(inbound_events)) == 1
    await SqlRetentionStore(database).forget_events(before=noon + 7 * DAY)

    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(inbound_events)) == 0
    assert f"inbound_events_p{noon // DAY // 7}" not in await partitions(database, "inbound_events")


async def test_a_table_in_use_is_left_for_the_next_round(database, open_database, noon, an_event):
    """Whoever is in the middle of a batch is not held up: the partition is made in a later round."""
    other = SqlInboundStore(open_database())

    async with other.transaction(0) as transaction:
        await transaction.apply(Effects(seen=[ANN]), after=0, through=1, received_at=noon - 9 * DAY)
        await SqlInboundStore(database).make_room(now=noon)
        assert await partitions(database, "seen") == ["seen_default"]

    await SqlInboundStore(database).make_room(now=noon)
    assert len(await partitions(database, "seen")) == 1 + SEEN.ahead


@pytest.mark.parametrize("processes", [3])
async def test_many_may_make_them_at_once(database, open_database, noon, processes):
    """Workers that tidy up at the same time make each partition once, and none fails."""
    import asyncio

    others: list[Database] = [open_database() for _ in range(processes)]

    await asyncio.gather(*(SqlInboundStore(each).make_room(now=noon) for each in others))
    await SqlInboundStore(database).make_room(now=noon)

    assert len(await partitions(database, "seen")) == 1 + SEEN.ahead
