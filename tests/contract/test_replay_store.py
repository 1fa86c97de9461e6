import pytest

from tidings.backends.sql.event_log import SqlEventLog
from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.replay_store import SqlReplayStore
from tidings.effects import Effects, ProfileWrite
from tidings.inbound_events import EventStatus
from tidings.ledger import ACCEPTED, Period, Tally, hour_of
from tidings.ports import EventFilter


@pytest.fixture
def replays(database):
    """The replays of an empty database."""
    return SqlReplayStore(database)


def key_of(event):
    return event.environment_id, event.user_key, event.received_at, event.position


async def test_the_log_is_asked_by_key(replays, write, an_event):
    """Of many calls, those that the log has come back with status and reason; each environment has its own."""
    event = an_event(status=EventStatus.FILTERED, reason="HISTORICAL")
    await write(events=[event])
    strangers = [(1, "u:ann", event.received_at, 900_000 + number) for number in range(450)]
    async with replays.transaction() as transaction:
        found = await transaction.stands([*strangers, key_of(event), (2, *key_of(event)[1:])])
        assert await transaction.stands([]) == {}

    assert found == {key_of(event): (EventStatus.FILTERED, "HISTORICAL")}


async def test_profiles_have_their_time(replays, write, noon):
    """It is known when a profile was last written, by whomever."""
    await write(profiles=[ProfileWrite(1, "u:ann", b"{}", noon)])
    async with replays.transaction() as transaction:
        assert await transaction.written([(1, "u:ann"), (1, "u:bob"), (2, "u:ann")]) == {(1, "u:ann"): noon}


async def test_what_is_redone_moves_the_counts(replays, write, an_event, database, noon):
    """An event says what it has become, and the ledger's counts go with it."""
    event = an_event()
    before = [Tally(1, hour_of(noon), word, "", 1) for word in (ACCEPTED, "UNMAPPED")]
    await write(events=[event], tallies=before)
    changed = an_event(position=event.position, status=EventStatus.MAPPED)
    effects = Effects(profiles=[ProfileWrite(1, "u:ann", b'{"a":1}', noon)])
    async with replays.transaction() as transaction:
        assert await transaction.redo(effects, [(changed, (EventStatus.UNMAPPED, ""))])

    (stored,) = (await SqlEventLog(database).page(1, EventFilter(), limit=9, cursor=None)).items
    assert stored == changed
    assert (await SqlProfileStore(database).find(1, "ann")).data == {"a": 1}
    async with SqlLedgerStore(database).open() as reading:
        counts = await reading.calls(1, Period(hour_of(noon), hour_of(noon) + 1))
    assert {tally.word: tally.count for tally in counts} == {ACCEPTED: 1, "UNMAPPED": 0, "MAPPED": 1}


async def test_what_stands_otherwise_is_not_redone(replays, write, an_event):
    """When the log no longer says what was decided from, it is told, so that nothing is counted wrongly."""
    event = an_event(status=EventStatus.APPLIED)
    await write(events=[event])
    async with replays.transaction() as transaction:
        assert not await transaction.redo(Effects(), [(event, (EventStatus.UNMAPPED, ""))])
