import msgspec
import pytest

from tidings.app.ledger import Scope, audit
from tidings.backends.sql.database import Database
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.replay_store import SqlReplayStore
from tidings.backends.sql.retention_store import SqlRetentionStore
from tidings.destinations import BUILT_IN, Destination
from tidings.mapping import Rules
from tidings.pipeline.replay import Replay, ReplayRules
from tidings.ports import EventFilter, MessageFilter
from tidings.records import DAY_MS, CallFilter

ALL = CallFilter(received_from=0, received_before=30_000 * DAY_MS)
ORDER = {"type": "track", "userId": "ann", "event": "Order", "properties": {"total": 5}}


def identify(user="ann", **traits):
    return {"type": "identify", "userId": user, "traits": traits}


@pytest.fixture
def database_place(sqlite_place):
    """One backend: what a replay asks of a database is told of each in the contract of its store."""
    return sqlite_place


@pytest.fixture
def archived(library, house):
    """Let calls come in one after another, each a second later, and be archived."""

    async def accept(*bodies):
        for body in bodies:
            house.clock.at += 1000
            await library.accept(body)
        await library.follow()

    return accept


@pytest.fixture
def replay(library, house):
    """Replay the archive into a database, which is the house's own unless another is named."""

    async def run(*, database=None, where=ALL, progress=lambda _done, _total: None, **rules):
        replay = Replay(
            archive=library.archive,
            manifest=library.manifest,
            store=SqlReplayStore(database or house.database),
            rules=ReplayRules(inbound=Rules(), **rules),
        )
        return await replay.run(1, where, progress=progress)

    return run


async def profile(house, user="ann"):
    found = await house.profiles.find(1, user)
    return found.data if found else {}


async def stands(house):
    """Tell the status of every call of the log, oldest first."""
    page = await house.events.page(1, EventFilter(), limit=100, cursor=None)
    return [f"{event.status} {event.reason}".strip() for event in reversed(page.items)]


async def differences(house):
    """Draw up the ledger, row by row."""
    scope = Scope([1], house.clock.at)
    _, accounts = await audit(house.ledger, house.stream, scope, progress=lambda _done, _total: None)
    return [difference for account in accounts for difference in account.differences]


async def test_what_was_applied_does_not_happen_again(archived, replay, house, email_elements):
    """Profiles keep what they were told last, and no message is made twice, however often a period is replayed."""
    await house.map("Order", email_elements())
    await archived(identify(plan="free"), ORDER, identify(plan="pro"))
    messages = await house.messages.page(1, MessageFilter(), limit=9, cursor=None)

    for notify in (False, True):
        summary = await replay(notify=notify)
        assert (summary.calls, summary.already, summary.messages) == (3, 3, 0)
    assert (await profile(house))["plan"] == "pro"
    assert (await house.messages.page(1, MessageFilter(), limit=9, cursor=None)) == messages
    assert await differences(house) == []


async def test_history_is_not_news(archived, replay, house, email_elements):
    """A template that was mapped later sends nothing for old events, unless it is asked to; and then once."""
    await archived(ORDER, {**ORDER, "userId": "bob"}, {**ORDER, "event": "Other"})
    template = await house.map("Order", email_elements())

    silent = await replay()
    assert silent.dropped == {"FILTERED HISTORICAL": 2, "UNMAPPED": 1}
    assert await stands(house) == ["UNMAPPED", "UNMAPPED", "UNMAPPED"]

    loud = await replay(notify=True)
    assert (loud.mapped, loud.messages, loud.dropped) == ({("Order", template): 2}, 2, {"UNMAPPED": 1})
    assert (await replay(notify=True)).already == 2
    assert await stands(house) == ["MAPPED", "MAPPED", "UNMAPPED"]
    assert await differences(house) == []


async def test_old_calls_fill_in(archived, replay, house):
    """A call that was kept back then reaches the profile now, and replaces nothing that was told since."""
    engine = Destination(environment_id=1, id=BUILT_IN, kind="courier", name="Courier", created=1, enabled=False)
    await house.destinations.put(engine)
    group = {"type": "group", "userId": "ann", "groupId": "acme", "traits": {"name": "Old", "size": 1}}
    await archived(identify(plan="free", city="Rome"), group)
    await house.destinations.put(msgspec.structs.replace(engine, enabled=True))
    await archived(identify(plan="pro"), {**group, "traits": {"name": "New"}})

    summary = await replay()
    assert (summary.applied, summary.already, summary.dropped) == (2, 2, {})
    assert await profile(house) == {"plan": "pro", "city": "Rome"}
    tenant = await house.tenants.find(1, "acme")
    assert (tenant.name, tenant.properties) == ("New", {"name": "New", "size": 1})
    assert await stands(house) == ["APPLIED"] * 4
    assert await differences(house) == []


async def test_a_state_that_was_lost_comes_back(archived, replay, house, tmp_path):
    """Into an empty database a replay writes what stood in the lost one: profiles, tenants, links and the log."""
    await archived(
        {"type": "identify", "anonymousId": "x", "traits": {"city": "Rome"}},
        identify(plan="free"),
        {**identify(plan="pro"), "anonymousId": "x"},
        ORDER,
    )
    expected, log = await profile(house), await stands(house)
    database = Database.sqlite(tmp_path / "new.db")
    await migrate(database)
    house.__init__(database=database, stream=house.stream, wakeup=house.wakeup, clock=house.clock)
    try:
        assert await profile(house) == {}
        assert (await replay(database=database)).applied == 3
        assert (await replay(database=database)).applied == 0
        assert (await profile(house), await stands(house)) == (expected, log)
        assert await differences(house) == []
    finally:
        await database.close()


class Broken(Exception):
    """A replay was interrupted."""


async def test_a_replay_that_was_broken_off_goes_on(archived, replay, house, email_elements, monkeypatch):
    """The same command again does what is left, and nothing else."""
    monkeypatch.setattr("tidings.pipeline.replay.BATCH", 1)
    await archived(ORDER, ORDER)
    await house.map("Order", email_elements())

    def fail(_done, _total):
        raise Broken

    with pytest.raises(Broken):
        await replay(notify=True, progress=fail)
    assert await stands(house) == ["MAPPED", "UNMAPPED"]
    summary = await replay(notify=True)
    assert (summary.already, summary.messages) == (1, 1)
    assert await differences(house) == []


async def test_a_dry_run_writes_nothing(archived, replay, house, email_elements):
    """It says what would happen, and it is what happens then."""
    await archived(ORDER, identify(plan="pro"), {**ORDER, "event": "Other"})
    await house.map("Order", email_elements())
    would = await replay(notify=True, dry_run=True)

    assert would.by_name == {"track Order": 1, "identify": 1, "track Other": 1}
    assert await stands(house) == ["UNMAPPED", "APPLIED", "UNMAPPED"]
    assert await replay(notify=True) == would


async def test_what_the_log_no_longer_has_is_left_alone(archived, replay, house):
    """Of calls that are older than the log nobody can tell whether they were applied; so nothing happens."""
    await archived(identify(plan="pro"))
    later = house.clock.at + DAY_MS
    await SqlRetentionStore(house.database).forget_events(before=later + 7 * DAY_MS)
    summary = await replay(logged_from=later)

    assert (summary.forgotten, summary.applied) == (1, 0)


async def test_the_same_id_long_after_is_another_call(library, archived, replay, house, email_elements):
    """A `messageId` that was accepted twice, past the window of repeats, is two calls in a replay too."""
    same = {**ORDER, "messageId": "same"}
    await archived(same)
    house.clock.at += 3 * DAY_MS
    await archived(same)
    await house.map("Order", email_elements())

    assert (await replay(notify=True)).messages == 2
    assert await differences(house) == []
