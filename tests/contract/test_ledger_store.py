from collections import Counter

import pytest
from sqlalchemy import func, select, update

from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.tables_ledger import installation, message_counts
from tidings.effects import AttemptStart, Effects, Settlement
from tidings.inbound_events import EventStatus
from tidings.ledger import Period, Tally
from tidings.messages import Attempt, Reason, Sent, Status, Unknown

HOUR_MS = 3_600_000
HOUR = Period(490_908, 490_909)
"""The hour of `noon`."""


@pytest.fixture
def ledger(database):
    """The ledger of an empty database."""
    return SqlLedgerStore(database)


@pytest.fixture
def hour(noon):
    """The hour in which things happen."""
    return noon // HOUR_MS


@pytest.fixture
def settle(database, noon):
    """Settle a message of the first environment."""

    async def work(message_id="m1", status=Status.SENT, **fields):
        settled = Settlement(environment_id=1, message_id=message_id, status=status, at=noon, **fields)
        await SqlMessageQueue(database).settle([settled])

    return work


async def read(ledger, what, period, environment_id=1):
    """Read one kind of counts, as {(word, reason): count}."""
    async with ledger.open() as reading:
        tallies = await getattr(reading, what)(environment_id, period)
    counts = Counter()
    for tally in tallies:
        counts[tally.word, tally.reason] += tally.count
    return dict(counts)


async def test_counts_add_up_over_batches_and_partitions(ledger, inbound_store, hour):
    """What every partition counted in an hour is one count."""
    for partition in (0, 1):
        for after in (0, 1):
            async with inbound_store.transaction(partition) as transaction:
                tallies = [Tally(1, hour, "ACCEPTED", "", 2), Tally(1, hour, "DISCARDED", "too_deep", 1)]
                await transaction.apply(Effects(tallies=tallies), after=after, through=after + 1, received_at=1)

    expected = {("ACCEPTED", ""): 8, ("DISCARDED", "too_deep"): 4}
    assert await read(ledger, "calls", Period(hour, hour + 1)) == expected


async def test_a_period_is_its_hours(ledger, write, hour):
    """Counts before and behind a period are no part of it, nor are other environments'."""
    await write(tallies=[Tally(1, hour + add, "ACCEPTED", "", 1) for add in (-1, 0, 1, 2)])
    await write(tallies=[Tally(2, hour, "ACCEPTED", "", 5)])

    assert await read(ledger, "calls", Period(hour, hour + 2)) == {("ACCEPTED", ""): 2}
    assert await read(ledger, "calls", Period(hour, hour + 2), 2) == {("ACCEPTED", ""): 5}


async def test_a_batch_that_lost_the_race_counts_nothing(ledger, inbound_store, write, a_message, hour):
    """Counts go with the effects: with a moved offset, nothing is added."""
    async with inbound_store.transaction(3) as transaction:
        await transaction.apply(Effects(), after=0, through=9, received_at=1)
    async with inbound_store.transaction(3) as transaction:
        late = Effects(tallies=[Tally(1, hour, "ACCEPTED", "", 1)], messages=[a_message()])
        assert not await transaction.apply(late, after=0, through=5, received_at=1)

    assert await read(ledger, "calls", Period(0, hour + 1)) == {}
    assert await read(ledger, "messages", Period(0, hour + 1)) == {}


async def test_offsets_are_of_the_same_moment(ledger, write, hour):
    """Within one reading, what is applied meanwhile is not seen: neither its counts nor its offset."""
    await write(tallies=[Tally(1, hour, "ACCEPTED", "", 1)])
    async with ledger.open() as reading:
        assert await reading.offsets() == {99: 1}
        await write(tallies=[Tally(1, hour, "ACCEPTED", "", 1)])
        assert await reading.offsets() == {99: 1}
        assert [tally.count for tally in await reading.calls(1, Period(hour, hour + 1))] == [1]


async def test_messages_are_counted_when_made_and_when_settled(ledger, write, settle, a_message, hour):
    """A message is counted twice, by the hour of its enqueueing: once made, once ended."""
    await write(messages=[a_message("m1"), a_message("m2"), a_message("m3", environment_id=2)])
    await settle("m1", Status.UNROUTABLE, reason=Reason.NO_CHANNELS)

    period = Period(hour, hour + 1)
    assert await read(ledger, "messages", period) == {("MADE", ""): 2, ("UNROUTABLE", "NO_CHANNELS"): 1}
    assert await read(ledger, "messages", period, 2) == {("MADE", ""): 1}


async def test_settling_twice_counts_once(ledger, write, settle, a_message, hour):
    """The first final settlement counts, as it is the one that stands; waiting for another try counts nothing."""
    await write(messages=[a_message()])
    await settle(status=Status.ROUTED, due_at=5)
    assert await read(ledger, "messages", Period(hour, hour + 1)) == {("MADE", ""): 1}

    await settle()
    await settle()
    await settle(status=Status.CANCELED)

    assert await read(ledger, "messages", Period(hour, hour + 1)) == {("MADE", ""): 1, ("SENT", ""): 1}


async def test_a_late_answer_takes_the_unknown_off(ledger, database, write, settle, a_message):
    """When the answer comes after all, the message is counted as what it says, and no longer as unknown."""
    await write(messages=[a_message()])
    attempt = Attempt(environment_id=1, message_id="m1", number=1, channel="email", provider="smtp", started=1)
    await SqlMessageQueue(database).start([AttemptStart(attempt=attempt)])
    await settle(
        status=Status.UNDELIVERABLE, reason=Reason.FAILED, outcome_unknown=True, attempt=1, outcome=Unknown("cut off")
    )
    period = HOUR
    assert (await read(ledger, "messages", period))["UNKNOWN", ""] == 1

    await settle(attempt=1, outcome=Sent())

    counted = {word: count for word, count in (await read(ledger, "messages", period)).items() if count}
    assert counted == {("MADE", ""): 1, ("SENT", ""): 1}


async def test_several_settlements_of_one_batch_are_one_move(ledger, database, write, a_message, hour):
    """A message that is settled twice in one batch is counted as where it ends up."""
    await write(messages=[a_message()])
    key = {"environment_id": 1, "message_id": "m1", "at": 1}
    await SqlMessageQueue(database).settle(
        [Settlement(**key, status=Status.ROUTED, due_at=3), Settlement(**key, status=Status.SENT)]
    )

    assert await read(ledger, "messages", Period(hour, hour + 1)) == {("MADE", ""): 1, ("SENT", ""): 1}
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(message_counts)) == 2


async def test_rows_are_counted_again(ledger, write, settle, a_message, an_event):
    """The log and the messages are counted row by row, by hour, status and reason."""
    hour, later = HOUR.first, HOUR.end_ms
    await write(
        events=[
            an_event(),
            an_event(status=EventStatus.MAPPED),
            an_event(status=EventStatus.FILTERED, reason="HISTORICAL"),
            an_event(received_at=later),
            an_event(environment_id=2),
        ],
        messages=[a_message("m1"), a_message("m2"), a_message("m3"), a_message("m4", enqueued=later)],
    )
    await settle("m1", Status.UNDELIVERABLE, reason=Reason.FAILED, outcome_unknown=True)
    await settle("m2", Status.UNDELIVERABLE, reason=Reason.BOUNCED)

    logged = {("UNMAPPED", ""): 1, ("MAPPED", ""): 1, ("FILTERED", "HISTORICAL"): 1}
    kept = {("UNKNOWN", ""): 1, ("UNDELIVERABLE", "BOUNCED"): 1, ("ENQUEUED", ""): 1}
    assert await read(ledger, "logged", Period(hour, hour + 1)) == logged
    assert await read(ledger, "kept", Period(hour, hour + 1)) == kept
    assert await read(ledger, "kept", Period(hour + 1, hour + 2)) == {("ENQUEUED", ""): 1}
    async with ledger.open() as reading:
        assert {tally.hour for tally in await reading.kept(1, Period(hour, hour + 2))} == {hour, hour + 1}


async def test_what_has_not_ended_is_counted_up_to_a_bound(ledger, write, settle, a_message, hour):
    """Messages that wait are counted, not more than asked for."""
    await write(messages=[a_message(f"m{number}") for number in range(5)])
    await settle("m0")
    await settle("m1", Status.ROUTED, due_at=3)
    async with ledger.open() as reading:
        found = await reading.unsettled(1, Period(hour, hour + 1), limit=100)
        assert {tally.word: tally.count for tally in found} == {"ENQUEUED": 3, "ROUTED": 1}
        assert sum(tally.count for tally in await reading.unsettled(1, Period(hour, hour + 1), limit=2)) == 2
        assert await reading.unsettled(1, Period(hour + 1, hour + 2), limit=2) == []


async def test_the_span_reaches_from_the_first_to_the_last(ledger, write, a_message, an_event, noon):
    """Counts, events and messages together say from when to when there is something."""
    hour = noon // HOUR_MS
    async with ledger.open() as reading:
        assert await reading.span(1) is None
    await write(
        tallies=[Tally(1, hour, "ACCEPTED", "", 1)],
        events=[an_event(received_at=noon - 2 * HOUR_MS)],
        messages=[a_message(enqueued=noon + 3 * HOUR_MS)],
    )
    async with ledger.open() as reading:
        assert await reading.span(1) == Period(hour - 2, hour + 4)


async def test_it_is_known_since_when_was_counted(ledger, database):
    """A new database is counted from the beginning; one that is older says from which hour on."""
    async with ledger.open() as reading:
        assert await reading.counted_from() == 0
    async with database.write() as connection:
        await connection.execute(update(installation).values(counted_from=7))
    async with ledger.open() as reading:
        assert await reading.counted_from() == 7
