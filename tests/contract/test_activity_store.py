import pytest
from sqlalchemy import func, select

from tidings.backends.sql.activity_store import SqlActivityStore
from tidings.backends.sql.message_changes import SqlMessageChanges
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.backends.sql.retention_store import SqlRetentionStore
from tidings.backends.sql.tables_ledger import activity
from tidings.effects import AttemptStart, Effects, Settlement
from tidings.ledger import HOUR, MINUTE, Activity, Tally
from tidings.messages import Attempt, Reason, Receipt, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.ports import Waiting

NOON = 1_767_268_800_000
AT = NOON // 60_000
"""The minute of noon; an hour begins with it."""


@pytest.fixture
def store(database):
    """What happened in an empty database."""
    return SqlActivityStore(database)


@pytest.fixture
def read(store):
    """Read what happened in the hour of noon, as {(kind, word, reason, channel, provider): (count, took)}."""

    async def work(span=MINUTE, environment_id=1, step=None):
        found = await store.read(environment_id, span=span, first=AT, end=AT + 60, step=step or span)
        return {(it.kind, it.word, it.reason, it.channel, it.provider): (it.count, it.took_ms) for it in found}

    return work


@pytest.fixture
def tried(database, write, a_message):
    """Have a message tried by a provider that takes 200 ms to answer."""

    async def work(outcome, status, *, message_id="m1", at=NOON + 200, **fields):
        queue, of = SqlMessageQueue(database), {"environment_id": 1, "message_id": message_id}
        await write(messages=[a_message(message_id)])
        attempt = Attempt(**of, number=1, channel="email", provider="smtp", started=at - 200)
        await queue.start([AttemptStart(attempt=attempt)])
        way = {"channel": "email", "provider": "smtp"} | fields
        await queue.settle([Settlement(**of, status=status, at=at, attempt=1, outcome=outcome, **way)])

    return work


async def test_counts_add_up_over_batches_and_partitions(read, inbound_store):
    """What every partition noted in a minute is one count; other environments' is not among them."""
    for partition in (0, 1):
        for after in (0, 1):
            noted = [Activity(each, MINUTE, AT, "call", "MAPPED", count=2) for each in (1, 2)]
            async with inbound_store.transaction(partition) as transaction:
                await transaction.apply(Effects(activity=noted), after=after, through=after + 1, received_at=1)

    assert await read() == {("call", "MAPPED", "", "", ""): (8, 0)}


async def test_a_batch_that_lost_the_race_notes_nothing(read, inbound_store):
    """What is noted goes with the effects."""
    noted = [Activity(1, MINUTE, AT, "call", "MAPPED", count=2)]
    async with inbound_store.transaction(3) as transaction:
        await transaction.apply(Effects(), after=0, through=9, received_at=1)
    async with inbound_store.transaction(3) as transaction:
        assert not await transaction.apply(Effects(activity=noted), after=0, through=5, received_at=1)

    assert await read() == {}


async def test_minutes_are_added_up_to_wider_buckets(store, write):
    """A period begins and ends where it is said, and each bucket holds its minutes."""
    await write(activity=[Activity(1, MINUTE, AT + add, "call", "MAPPED", count=1) for add in (-1, 0, 4, 5, 60)])

    found = await store.read(1, span=MINUTE, first=AT, end=AT + 60, step=5)

    assert [(each.start, each.count) for each in found] == [(AT, 2), (AT + 5, 1)]


async def test_hours_of_calls_and_new_messages_are_the_ledgers(store, write, a_message):
    """What the ledger counts by the hour is not counted twice; what was only read is no outcome."""
    hour = AT // 60
    tallies = [Tally(1, hour + add, "MAPPED", "", 1) for add in (-1, 0, 23, 24)]
    await write(tallies=[*tallies, Tally(1, hour, "ACCEPTED", "", 9)], messages=[a_message("m1"), a_message("m2")])

    hours = await store.read(1, span=HOUR, first=AT, end=AT + 1440, step=60)
    days = await store.read(1, span=HOUR, first=AT - 720, end=AT + 720, step=1440)

    assert [(each.start, each.word, each.count) for each in hours] == [
        (AT, "MAPPED", 1),
        (AT, "ENQUEUED", 2),
        (AT + 23 * 60, "MAPPED", 1),
    ]
    assert [(each.start, each.word, each.count) for each in days] == [
        (AT - 720, "MAPPED", 2),
        (AT - 720, "ENQUEUED", 2),
    ]


async def test_a_new_message_is_noted(read, write, a_message):
    """Each is noted in the minute in which it was put into the queue."""
    await write(messages=[a_message("m1"), a_message("m2"), a_message("m3", environment_id=2)])

    assert await read() == {("message", "ENQUEUED", "", "", ""): (2, 0)}


async def test_what_a_provider_answers_is_noted(read, tried):
    """The message by its channel and provider, the attempt with how long it took; by the minute and by the hour."""
    await tried(Sent(), Status.SENT)
    await tried(Undeliverable(Reason.BOUNCED, "no such user"), Status.UNDELIVERABLE, message_id="m2", reason="BOUNCED")

    expected = {
        ("message", "SENT", "", "email", "smtp"): (1, 0),
        ("message", "UNDELIVERABLE", "BOUNCED", "email", "smtp"): (1, 0),
        ("message", "ENQUEUED", "", "", ""): (2, 0),
        ("attempt", "SENT", "", "email", "smtp"): (1, 200),
        ("attempt", "UNDELIVERABLE", "BOUNCED", "email", "smtp"): (1, 200),
    }
    assert await read() == expected
    assert await read(HOUR) == expected


async def test_a_try_that_comes_to_nothing_ends_nothing(read, tried):
    """What is tried again is an attempt, and no message that came to a status."""
    await tried(RetryLater("greylisted"), Status.ROUTED, due_at=NOON + 60_000)

    assert await read(HOUR) == {
        ("message", "ENQUEUED", "", "", ""): (1, 0),
        ("attempt", "RETRY", "", "email", "smtp"): (1, 200),
    }


async def test_what_nobody_knows_is_said_to_be_unknown(read, tried):
    """An unknown outcome is no failure and no success."""
    await tried(Unknown("cut off"), Status.UNDELIVERABLE, reason=Reason.FAILED, outcome_unknown=True)

    found = await read(HOUR)
    assert found["message", "UNKNOWN", "", "email", "smtp"] == (1, 0)
    assert found["attempt", "UNKNOWN", "", "email", "smtp"] == (1, 200)


async def test_settling_twice_is_noted_once(read, database, tried):
    """The settlement that stands is the one that is noted."""
    await tried(Sent(), Status.SENT)
    again = Settlement(environment_id=1, message_id="m1", status=Status.SENT, at=NOON, attempt=1, outcome=Sent())
    await SqlMessageQueue(database).settle([again])

    assert (await read(HOUR))["message", "SENT", "", "email", "smtp"] == (1, 0)
    assert (await read(HOUR))["attempt", "SENT", "", "email", "smtp"] == (1, 200)


async def test_receipts_are_noted_when_they_are_the_first_of_their_kind(read, database, tried):
    """Delivered and opened once each, however often it is opened."""
    await tried(Sent(), Status.SENT)
    log = SqlReceiptLog(database)
    for number, status in enumerate((Status.DELIVERED, Status.OPENED, Status.OPENED)):
        receipt = Receipt(id=str(number), message_id="m1", status=status, at=NOON + number)
        await log.record(1, [receipt], channel="email", provider="smtp")

    found = await read(HOUR)
    assert found["message", "DELIVERED", "", "email", "smtp"] == (1, 0)
    assert found["message", "OPENED", "", "email", "smtp"] == (1, 0)


async def test_what_is_taken_back_is_noted(read, database, write, a_message):
    """A message that is cancelled came to that status then."""
    await write(messages=[a_message()])
    await SqlMessageChanges(database).cancel(1, "m1", now=NOON + 1)

    assert (await read(HOUR))["message", "CANCELED", "", "", ""] == (1, 0)


async def test_minutes_are_forgotten_and_hours_stay(database, read, tried):
    """Old counts by the minute go."""
    await tried(Sent(), Status.SENT)

    assert await SqlRetentionStore(database).forget_minutes(before=NOON) == 0
    assert await SqlRetentionStore(database).forget_minutes(before=NOON + 60_000) == 3
    assert await read() == {}
    assert (await read(HOUR))["message", "SENT", "", "email", "smtp"] == (1, 0)


async def test_few_rows_are_kept(database, tried):
    """However many messages there are, an hour has as many rows as it has words."""
    for number in range(5):
        await tried(Sent(), Status.SENT, message_id=f"m{number}")

    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(activity)) == 5


async def test_what_waits_is_counted_up_to_a_bound(store, database, write, a_message):
    """The environment's own, and the oldest that is due; what somebody works on is not late."""
    assert (await store.waiting(1, now=NOON, limit=10)).oldest_due is None
    await write(messages=[a_message(f"m{number}", enqueued=NOON + number) for number in range(4)])
    await write(messages=[a_message("other", environment_id=2, enqueued=NOON - 5)])

    waiting = await store.waiting(1, now=NOON + 2, limit=10)
    assert (waiting.count, waiting.is_all, waiting.oldest_due) == (4, True, NOON)
    assert await store.waiting(1, now=NOON + 2, limit=3) == Waiting(count=3, is_all=False, oldest_due=NOON)
    assert (await store.waiting(1, now=NOON - 1, limit=10)).oldest_due is None
    await SqlMessageQueue(database).claim(worker="w", now=NOON + 9, until=NOON + 99, limit=2)
    assert (await store.waiting(1, now=NOON + 200, limit=10)).oldest_due == NOON + 1
