import pytest
from sqlalchemy import func, select, update

from tidings.app.ledger import Scope, audit
from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.retention_store import ROWS, SqlRetentionStore
from tidings.backends.sql.schema import metadata
from tidings.backends.sql.tables import attempts, data_log, inbound_events, messages
from tidings.backends.sql.tables_ledger import installation
from tidings.backends.sqlite.stream import SqliteStream
from tidings.data_logs import Entry
from tidings.effects import AttemptStart, Settlement
from tidings.inbound_events import EventStatus
from tidings.ledger import ACCEPTED, Tally
from tidings.messages import Attempt, Sent, Status

HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
def retention(database):
    """The way to forget."""
    return SqlRetentionStore(database)


@pytest.fixture
def sent(database, write, a_message, noon):
    """Have messages sent that were enqueued at a time."""

    async def work(*ids, at=noon):
        queue = SqlMessageQueue(database)
        await write(messages=[a_message(each, enqueued=at) for each in ids])
        keys = {"environment_id": 1, "channel": "email", "provider": "smtp", "number": 1, "started": at}
        await queue.start([AttemptStart(attempt=Attempt(message_id=each, **keys)) for each in ids])
        ended = {"environment_id": 1, "status": Status.SENT, "at": at, "attempt": 1, "outcome": Sent()}
        told = {"environment_id": 1, "ordinal": 1, "type": "SENT", "ts": at, "fields": {}}
        entries = {each: [Entry(message_id=each, **told)] for each in ids}
        await queue.settle([Settlement(message_id=each, entries=entries[each], **ended) for each in ids])

    return work


async def count(database, table):
    """Count a table's rows."""
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table))


async def test_what_hangs_on_a_message_goes_with_it(database, retention, sent, noon):
    """A message that ended long ago goes with its attempts and its history, and younger ones stay as they are."""
    await sent("old", at=noon - 10 * DAY)
    await sent("new")

    assert await retention.forget_messages(before=noon - DAY) == 1

    async with database.read() as connection:
        assert (await connection.scalars(select(messages.c.id))).all() == ["new"]
        for table in (attempts, data_log):
            assert set((await connection.scalars(select(table.c.message_id))).all()) == {"new"}


async def test_what_has_not_ended_stays(database, retention, write, a_message, noon):
    """A message that still waits is never forgotten, however old it is."""
    await write(messages=[a_message(enqueued=noon - 100 * DAY)])

    assert await retention.forget_messages(before=noon) == 0

    assert await count(database, messages) == 1


async def test_all_of_many_go(database, retention, write, a_message, noon):
    """More than go at once go all the same, of every environment."""
    ids = [f"m{number}" for number in range(ROWS + 5)]
    await write(messages=[a_message(each, enqueued=noon - 5 * DAY) for each in ids])
    await write(messages=[a_message("other", environment_id=2, enqueued=noon - 5 * DAY)])
    async with database.write() as connection:
        await connection.execute(update(messages).values(status="SENT"))

    assert await retention.forget_messages(before=noon) == ROWS + 6

    assert await count(database, messages) == 0


def test_no_table_of_a_message_is_forgotten_about():
    """Every table that names a message is emptied with it, or says here why not."""
    elsewhere = {
        "due",  # holds what has not ended
        "limit_passages",  # forgotten by the chore of the limits
        "inbound_events",  # the message of a call, which is something else
        "digest_events",  # goes with the message of the digest that holds it
    }
    with_it = {"attempts", "data_log", "outputs", "outbox", "redrives", "message_tags", "digests", "status_news"}
    naming = {table.name for table in metadata.sorted_tables if "message_id" in table.c}
    assert naming == with_it | elsewhere


async def test_old_events_are_forgotten(database, retention, write, an_event, noon):
    """What was received weeks before the bound goes, and what came after it stays."""
    await write(events=[an_event(received_at=noon - 30 * DAY, position=1), an_event(position=2)])

    await retention.forget_events(before=noon - 10 * DAY)

    async with database.read() as connection:
        assert (await connection.scalars(select(inbound_events.c.position))).all() == [2]


@pytest.fixture
def told(write, an_event):
    """Have a call applied that was received at a time, and counted."""

    async def work(at):
        words = ((ACCEPTED, "", 1), ("APPLIED", "", 1))
        tallies = [Tally(1, at // HOUR, *word) for word in words]
        await write(events=[an_event(received_at=at, status=EventStatus.APPLIED)], tallies=tallies)

    return work


@pytest.fixture
async def nothing_waits(tmp_path):
    """A stream without an entry."""
    stream = await SqliteStream.open(tmp_path / "stream.db")
    yield stream
    await stream.close()


async def test_the_ledger_balances_over_what_was_forgotten(database, nothing_waits, retention, sent, told):
    """Counts outlive their rows: an audit over both adds up."""
    old, new = 1_700_000_000_000, 1_767_268_800_000
    for at in (old, new):
        await told(at)
        await sent(f"m{at}", at=at)
    async with database.write() as connection:
        await connection.execute(update(installation).values(counted_from=0))

    await retention.forget_messages(before=new - DAY)
    await retention.forget_events(before=new - DAY)

    scope = Scope([1], now=new)
    _, (account,) = await audit(SqlLedgerStore(database), nothing_waits, scope, progress=lambda *_: None)
    assert await count(database, messages) == await count(database, inbound_events) == 1
    assert (account.messages.made, account.messages.sent, account.calls.applied) == (2, 2, {"APPLIED": 2})
    assert account.differences == ()
