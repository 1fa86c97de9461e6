from collections import Counter

import msgspec
import pytest
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, SmallInteger, insert, select

from tidings.backends.sql.erasing import ERASED, SPARED, SqlErasure
from tidings.backends.sql.event_log import SqlEventLog
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.regulation_store import SqlRegulationStore
from tidings.backends.sql.schema import metadata
from tidings.ledger import MADE, Period, Tally, hour_of
from tidings.messages import Status
from tidings.ports import EventFilter, Moment
from tidings.recipients import Cursor
from tidings.regulations import Regulation, Subjects

NOON = 1_767_268_800_000
NOW = Moment(now=NOON, settled_before=NOON, came_before=NOON)
REGULATION = Regulation(environment_id=1, id="r", type="DELETE_ONLY", user_ids=["ann"], asked_by="key", created=1)
PERIOD = Period(0, hour_of(NOON) + 1)


def subjects(name):
    return Subjects(user_keys=[f"u:{name}", f"a:{name}-anonymous"], addresses=[f"{name}@example.com"])


@pytest.fixture
def erasure(database):
    """What deletes users, of a stream with four partitions."""
    return SqlErasure(database, partitions=4)


def a_row(table, environment_id, name, number):
    """Make a row of a table that is somebody's: whatever may name or describe them does."""
    own = {
        "environment_id": environment_id,
        "user_key": f"u:{name}",
        "anonymous_key": f"a:{name}-anonymous",
        "user_id": name,
        "recipient": f"{name}@example.com",
        "key": name,
        "whose": f"u:{name}\ntopic",
        "message_id": f"message-{name}",
        "received_at": NOON,
        "position": number,
        "status": "DELIVERED" if table.name == "messages" else "APPLIED",
        "finished": NOON,
        "reason": "",
    }
    if table.name == "messages":
        own |= {"id": f"message-{name}", "updated": NOON, "enqueued": NOON}
    if table.name == "expansions":
        own |= {"id": f"request of {number}", "cursor": msgspec.json.encode(Cursor(after=name)), "lane": "7"}
        own |= {"body": msgspec.json.encode({"to": [{"user_id": name}, {"email": "x@example.com"}]})}
    return {column.name: own.get(column.name, _filling(column, name, number)) for column in table.columns}


def _filling(column, name, number):
    match column.type:
        case LargeBinary():
            return f'{{"of":"{name}"}}'.encode()
        case Boolean():
            return False
        case Integer() | BigInteger() | SmallInteger():
            return number
        case _:
            return f"{column.name} of {name}"


async def everything(database):
    """Read all rows: whose they are, by environment, and in which tables."""
    found = Counter()
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                text = repr(tuple(row))
                for name in ("ann-7", "bob-8"):
                    if name in text:
                        found[getattr(row, "environment_id", None), name, table.name] += 1
    return found


def test_every_table_is_accounted_for():
    """A table is either cleaned of users who ask for it, or it is said why not: a new one cannot be forgotten."""
    tables = {table.name for table in metadata.sorted_tables}
    assert tables - ERASED - SPARED.keys() == set()
    assert (ERASED | SPARED.keys()) - tables == set()
    assert ERASED & SPARED.keys() == set()


async def test_nothing_of_a_user_is_left(database, erasure):
    """No value of any row names them afterwards; what is others', and another environment's, is untouched."""
    async with database.write() as connection:
        for table in metadata.sorted_tables:
            if table.name in ERASED:
                rows = [(1, "ann-7", 1), (1, "bob-8", 2), (2, "ann-7", 3)]
                if "environment_id" in table.primary_key.columns:
                    for row in rows:
                        await connection.execute(insert(table).values(a_row(table, *row)))
    regulations = SqlRegulationStore(database)
    await regulations.add(REGULATION)
    before = await everything(database)
    assert {table for _, _, table in before} == set(ERASED)

    erased = await erasure.erase(REGULATION, subjects("ann-7"), moment=NOW)
    after = await everything(database)
    assert after == Counter({key: count for key, count in before.items() if key[:2] != (1, "ann-7")})
    assert (erased.waiting, set(erased.rows)) == (0, set(ERASED))
    assert (await regulations.get(1, "r")).erased == erased.rows
    assert await erasure.erase(REGULATION, subjects("ann-7"), moment=NOW) == msgspec.structs.replace(erased, rows={})


async def test_the_counts_follow(database, erasure, write, an_event, a_message):
    """Deleted calls and messages are counted as ERASED, in their hours, so that the ledger goes on to balance."""
    calls = [an_event(status=status) for status in ("APPLIED", "UNMAPPED", "UNMAPPED")]
    tallies = [Tally(1, hour_of(NOON), word, "", count) for word, count in (("APPLIED", 1), ("UNMAPPED", 2))]
    await write(events=calls, tallies=tallies, messages=[a_message("m1"), a_message("m2", user_key="u:bob")])
    await erasure.erase(REGULATION, subjects("ann"), moment=NOW)

    async with SqlLedgerStore(database).open() as reading:
        counts = {tally.word: tally.count for tally in await reading.calls(1, PERIOD)}
        messages = {tally.word: tally.count for tally in await reading.messages(1, PERIOD)}
        kept = await reading.kept(1, PERIOD)
    assert counts == {"APPLIED": 0, "UNMAPPED": 0, "ERASED": 3}
    assert messages == {MADE: 2, "CANCELED": 0, "ERASED": 1}
    assert [(tally.word, tally.count) for tally in kept] == [("ENQUEUED", 1)]
    assert (await SqlEventLog(database).page(1, EventFilter(), limit=9, cursor=None)).items == []


async def test_followers_do_not_see_what_was_deleted(database, erasure, write, an_event):
    """Calls that a follower has not read yet are passed over, in the partition of their user."""
    event = an_event()
    await write(events=[event])
    await erasure.erase(REGULATION, subjects("ann"), moment=NOW)

    followers = SqlFollowerStore(database)
    passed = [await followers.passed_over([1], part, 0, event.position) for part in range(4)]
    assert sorted(passed, key=len) == [set(), set(), set(), {event.position}]


async def test_what_is_under_way_waits(database, erasure, write, a_message):
    """A message that ended just now, or came after the request, is not touched; one that waits is canceled first."""
    ended = a_message("ended", status=Status.SENT, updated=NOON)
    later = a_message("later", status=Status.SENT, enqueued=NOON + 1, updated=NOON - 9)
    await write(messages=[a_message("waits", updated=NOON - 9), ended, later])
    soon = Moment(now=NOON, settled_before=NOON - 1, came_before=NOON)

    assert (await erasure.erase(REGULATION, subjects("ann"), moment=soon)).waiting == 2
    done = await erasure.erase(REGULATION, subjects("ann"), moment=NOW)
    assert (done.waiting, done.rows["messages"]) == (0, 2)
    async with database.read() as connection:
        left = await connection.scalars(select(metadata.tables["messages"].c.id))
        assert (list(left), await everything(database)) == (["later"], Counter())
