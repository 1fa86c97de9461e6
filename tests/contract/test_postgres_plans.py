"""How PostgreSQL finds what the steps ask for: by key, whatever the tables hold and whatever it knows of them."""

import re

import pytest
from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql

from tidings.backends.sql import due_queues, hot_postgres
from tidings.backends.sql import queue_statements as queue
from tidings.backends.sql.event_log import SqlEventLog
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.backends.sql.outbox_store import SqlOutboxStore
from tidings.effects import ProfileWrite, Sighting
from tidings.ports import EventFilter, MessageFilter

MANY = 400


@pytest.fixture(autouse=True)
def _postgres(database_place):
    """Only where plans are worded so."""
    if database_place.one_writer_at_a_time:
        pytest.skip("how the embedded database plans is told elsewhere")


@pytest.fixture
async def filled(database, write, a_message, an_event):
    """Some rows in every table, and what the server knows of them."""
    await write(
        seen=[Sighting(1, f"u:{number}", b"%016d" % number) for number in range(MANY)],
        profiles=[ProfileWrite(1, f"u:{number}", b"{}", 1) for number in range(MANY)],
        events=[an_event(user_key=f"u:{number}") for number in range(MANY)],
        messages=[a_message(f"m{number}", user_key=f"u:{number}") for number in range(MANY)],
    )
    async with database.engines[1].connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))


@pytest.fixture
def explain(database):
    """Ask for the plan of a statement on the connections that run it."""

    async def plan(statement, *parameters, replayable=False):
        async with database.write(replayable=replayable) as connection:
            if not replayable:  # these tables are small: where there is another way than reading all, show it
                await connection.execute(text("SET LOCAL enable_seqscan = off"))
            driver = (await connection.get_raw_connection()).driver_connection
            return [row[0] for row in await driver.fetch(f"EXPLAIN {statement}", *parameters)]

    return plan


async def test_sightings_and_profiles_are_searched_by_their_key(explain, filled):
    """A batch of look-ups is so many searches in the index of the key, even where reading all would look cheaper."""
    users = [f"u:{number}" for number in range(MANY)]

    seen = await explain(hot_postgres.ALREADY_SEEN, [1] * MANY, users, [b"d" * 16] * MANY, 1, 90_000, replayable=True)
    profiles = await explain(hot_postgres.PROFILES, [1] * MANY, users, replayable=True)

    assert any(re.search(r"Index (Only )?Scan using seen_default_pkey", line) for line in seen)
    assert any("Index Scan using pk_profiles" in line for line in profiles)
    for line in (*seen, *profiles):
        assert not re.search(r"Seq Scan|Hash Join|Merge Join|Bitmap", line), line


async def test_a_day_is_looked_for_in_its_partition(explain, inbound_store, noon):
    """The partitions of other days are not opened."""
    await inbound_store.make_room(now=noon)
    day = noon // 86_400_000

    plan = await explain(hot_postgres.ALREADY_SEEN, [1], ["u:1"], [b"d" * 16], day, day, replayable=True)

    assert {found for line in plan for found in re.findall(r" on (seen_\w+)", line)} == {f"seen_p{day}"}


@pytest.mark.parametrize("name", ["TAKE", "FINISH", "CLOSE", "SETTLE"])
async def test_what_the_queue_writes_it_finds_by_key(explain, filled, name):
    """Each row of a batch that is changed is one search."""
    dialect = postgresql.asyncpg.dialect()
    statement = getattr(queue, name).one.compile(dialect=dialect)
    key = {"e": 1, "u": "u:1", "m": "m1", "n": 1}

    plan = await explain(str(statement), *(key.get(each) for each in statement.positiontup))

    assert any(re.search(r"Index Scan using (pk|uq)_", line) for line in plan), plan
    assert not any("Seq Scan" in line for line in plan)


@pytest.mark.parametrize("name", ["MESSAGES", "STATES", "ATTEMPTS", "WAITING"])
async def test_what_is_known_by_key_is_searched_one_by_one(database, write, a_message, explain, name):
    """Each key is a search in an index, in tables that nobody has analyzed since they grew."""
    await write(messages=[a_message(f"m{number}", user_key=f"u:{number}") for number in range(MANY)])
    keys = [(1, f"u:{number}", f"m{number}") for number in range(MANY)]
    statement = getattr(queue, name).each(keys).compile(dialect=postgresql.asyncpg.dialect())

    plan = await explain(str(statement), *(statement.params[each] for each in statement.positiontup))

    searched = [line for line in plan if re.search(r"Index Scan using .* on (messages|attempts|due)", line)]
    assert len(searched) == 1, plan
    assert not any(re.search(r"(Seq|Bitmap).* on (messages|attempts|due)", line) for line in plan), plan


async def test_what_is_due_is_found_by_time(explain, filled):
    """The oldest due of a queue are read from the index of queues, in order."""
    statement = due_queues.DUE.compile(dialect=postgresql.asyncpg.dialect())
    given = {"now": 5, "priorities": [0], "environment_ids": [1], "lanes": [""], "counts": [5]}

    plan = await explain(str(statement), *(given[each] for each in statement.positiontup))

    assert any("Index Scan using ix_due_queues" in line for line in plan), plan


async def test_listings_follow_their_index(database, filled, explain):
    """Pages of messages, of events and of the outbox are read from an index that has their order."""
    said = []
    event.listen(database.engines[0].sync_engine, "before_cursor_execute", lambda *args: said.append(args[2:4]))
    for cursor in (None, "WzksImEiXQ"):
        await SqlMessageStore(database).page(1, MessageFilter(), limit=5, cursor=cursor)
        await SqlMessageStore(database).page(1, MessageFilter(recipient="ann"), limit=5, cursor=cursor)
    await SqlEventLog(database).page(1, EventFilter(name="Order Completed"), limit=5, cursor=None)
    await SqlOutboxStore(database).page(1, limit=5, cursor=None)

    assert len(said) >= 6
    for statement, parameters in said:
        plan = await explain(statement, *parameters)
        assert not any("Seq Scan" in line for line in plan), (statement, plan)


@pytest.mark.parametrize(
    "where",
    [
        MessageFilter(event="Order Completed"),
        MessageFilter(statuses=("SENT", "DELIVERED", "OPENED")),
        MessageFilter(provider=("smtp",)),
        MessageFilter(channels=("email",)),
        EventFilter(statuses=("MAPPED",)),
    ],
)
async def test_several_branches_are_merged_in_order(database, write, a_message, explain, where):
    """What several values of a column have in common is read from the index of each, and no further than the page."""
    await write(messages=[a_message(f"m{number}", user_key=f"u:{number}") for number in range(MANY)])
    async with database.write() as connection:
        for last, provider, channel in (("4", "smtp", "email"), ("6", "twilio", "sms")):
            ways = text("UPDATE messages SET provider = :provider, channel = :channel WHERE id LIKE '%' || :last")
            await connection.execute(ways, {"provider": provider, "channel": channel, "last": last})
    said = []
    event.listen(database.engines[0].sync_engine, "before_cursor_execute", lambda *args: said.append(args[2:4]))
    store = SqlMessageStore(database) if isinstance(where, MessageFilter) else SqlEventLog(database)
    await store.page(1, where, limit=5, cursor=None)

    ((statement, parameters),) = [each for each in said if "UNION ALL SELECT anon" in each[0].replace("\n", "")]
    plan = await explain(statement, *parameters)

    arms = statement.count("UNION ALL") + 1
    assert sum("Limit" in line for line in plan) == arms + 1, plan
    assert not any("Seq Scan" in line for line in plan), plan
