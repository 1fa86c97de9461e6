"""How the database means to find what it is asked for: a plan that turns around reads a whole table instead."""

import re

import msgspec
import pytest
from sqlalchemy import event

from tidings.backends.sql import due_queues, hot_sqlite, queue_statements
from tidings.backends.sql.bulk import Many, deletion
from tidings.backends.sql.erasing_messages import erase_messages
from tidings.backends.sql.event_log import SqlEventLog
from tidings.backends.sql.expansion_store import SqlExpansionStore
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.list_store import SqlListStore
from tidings.backends.sql.message_changes import SqlMessageChanges
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.backends.sql.outbox_store import SqlOutboxStore
from tidings.backends.sql.preference_store import SqlPreferenceStore
from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.backends.sql.schema import metadata
from tidings.backends.sql.sending_rules_store import SqlSendingRulesStore
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.effects import Sighting
from tidings.errors import NotFound
from tidings.inbound_events import EventStatus
from tidings.lists import Pattern, Subscription
from tidings.messages import Reason, Receipt, Status
from tidings.ports import Count, EventFilter, MessageFilter, Moment, OutboxItem, Passage
from tidings.regulations import Regulation, Subjects

SMALL = {"alembic_version", "offsets", "revisions", "environments", "installation"}
BIG = set(metadata.tables) - SMALL

# Bounded by its own limit: counting what waits walks the index on purpose.
MAY_WALK = "SCAN due USING COVERING INDEX ix_due_queues"


def scans(plan):
    """Lines of a plan that walk a big table."""
    walked = [line for line in plan if (found := re.match(r"SCAN (\w+)", line)) and found[1] in BIG]
    return [line for line in walked if line != MAY_WALK]


@pytest.fixture
def database_place(sqlite_place):
    """The embedded one; how PostgreSQL plans is told elsewhere, in its own words."""
    return sqlite_place


@pytest.fixture
def explain(database):
    """Ask for the plan of a statement in the database's own words."""

    async def plan(statement, parameters=()):
        async with database.read() as connection:
            rows = await connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
            return [row[3] for row in rows]

    return plan


@pytest.fixture
def plans(database, explain):
    """Do something and tell the plan of every statement that it took."""

    async def of(work):
        taken = {}

        def take(_connection, _cursor, statement, parameters, _context, executemany):
            if re.match(r"SELECT|UPDATE|DELETE|WITH", statement):
                taken[statement] = parameters[0] if executemany else parameters

        engines = [engine.sync_engine for engine in database.engines]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", take)
        await work
        for engine in engines:
            event.remove(engine, "before_cursor_execute", take)
        return {statement: await explain(statement, parameters) for statement, parameters in taken.items()}

    return of


@pytest.mark.parametrize("rows", [1, 128])
async def test_sightings_are_searched_by_their_whole_key(explain, rows):
    """Each fingerprint is one search, on each day that the window touches."""
    plan = await explain(hot_sqlite.seen_statement(rows), (1, "u", b"d") * rows + (1, 2))

    assert (
        "SEARCH seen USING PRIMARY KEY (environment_id=? AND day=? AND user_key=? AND digest=?)" in plan
        or "SEARCH seen USING COVERING INDEX sqlite_autoindex_seen_1" in " ".join(plan)
    )
    assert scans(plan) == []


@pytest.mark.parametrize("rows", [1, 128])
async def test_profiles_are_searched_by_their_whole_key(explain, rows):
    """Each profile is one search."""
    plan = await explain(hot_sqlite.profiles_statement(rows), (1, "u") * rows)

    assert "SEARCH profiles USING INDEX sqlite_autoindex_profiles_1 (environment_id=? AND user_key=?)" in plan
    assert scans(plan) == []


@pytest.mark.parametrize("rows", [1, 128])
async def test_whether_a_message_exists_is_searched_by_its_id(explain, rows):
    """Each new message is looked for once."""
    plan = await explain(hot_sqlite.due_statement(rows), (1, "u", "m", 1) * rows)

    assert "SEARCH m USING COVERING INDEX sqlite_autoindex_messages_2 (environment_id=? AND id=?)" in plan
    assert scans(plan) == []


async def test_offsets_are_searched_by_their_key(explain):
    """An offset is compared and moved by one search."""
    key = "sqlite_autoindex_offsets_1 (reader=? AND partition=?)"
    for statement, parameters in ((hot_sqlite.MOVE_OFFSET, (1, "r", 0, 0)),):
        assert await explain(statement, parameters) == [f"SEARCH offsets USING INDEX {key}"]


def _message_filters():
    yield MessageFilter()
    given = {
        "statuses": (Status.SENT, Status.UNMAPPED),
        "event": "Segment-TrackEvent:E",
        "template_id": "t",
        "recipient": "r",
        "message_id": "1-69565fc0-" + "0" * 24,
        "request_id": "1-69565fc0-" + "0" * 24,
        "provider": ("p", "q"),
        "list_id": "l",
        "tenant_id": "acme",
        "tags": ("spring", "sale"),
        "channels": ("email", "sms"),
        "begins": "r",
        "enqueued_after": 1,
        "enqueued_before": 1 << 50,
    }
    for name, value in given.items():
        yield MessageFilter(**{name: value})
        yield MessageFilter(**{name: value, "enqueued_after": 1, "statuses": (Status.SENT,)})
    yield MessageFilter(**given)


def _event_filters():
    yield EventFilter()
    given = {
        "statuses": (EventStatus.MAPPED, EventStatus.UNMAPPED),
        "type": "track",
        "name": "E",
        "user_id": "u",
        "source_id": 7,
        "received_after": 1,
        "received_before": 1 << 50,
    }
    for name, value in given.items():
        yield EventFilter(**{name: value})
        yield EventFilter(**{name: value, "received_after": 1, "type": "page"})
    yield EventFilter(**given)


def _sorts_a_table(plan):
    """Tell whether rows of a table are sorted, and not only the first rows of several searches that are merged."""
    sorts = [before for before, line in zip(["", *plan], plan, strict=False) if "TEMP B-TREE" in line]
    return any(not before.startswith("SCAN anon_") for before in sorts)


@pytest.fixture
def filled(write, a_message, an_event):
    """One of each, so that every listing also reads its rows."""

    async def fill():
        message = a_message(
            "1-69565fc0-" + "0" * 24, enqueued=9, provider="p", template_id="t", recipient="r", to={"list_id": "l"}
        )
        await write(messages=[message], events=[an_event(user_key="u:r", name="E")])

    return fill


@pytest.mark.parametrize("where", list(_message_filters()))
@pytest.mark.parametrize("paged", [False, True])
async def test_messages_are_listed_by_an_index(database, plans, filled, where, paged):
    """Whatever a listing filters by, it searches and never walks, and its index has the order already."""
    await filled()
    cursor = "WzksImEiXQ" if paged else None  # [9,"a"]

    taken = await plans(SqlMessageStore(database).page(1, where, limit=5, cursor=cursor))

    assert taken
    for statement, plan in taken.items():
        assert scans(plan) == [], statement
        if "VALUES" not in statement:  # reading the rows of a page: these few are sorted
            assert not _sorts_a_table(plan), (statement, plan)


@pytest.mark.parametrize("where", list(_event_filters()))
@pytest.mark.parametrize("paged", [False, True])
async def test_events_are_listed_by_an_index(database, plans, filled, where, paged):
    """The same for inbound events."""
    await filled()
    cursor = "WzE3Njg5MDg4MDAwMDAsMV0" if paged else None  # [1768908800000,1]

    taken = await plans(SqlEventLog(database).page(1, where, limit=5, cursor=cursor))

    assert taken
    for statement, plan in taken.items():
        assert scans(plan) == [], statement
        if "VALUES" not in statement:
            assert not _sorts_a_table(plan), (statement, plan)


async def test_a_page_with_rows_reads_them_by_their_place(database, plans, filled):
    """The rows of a page are found one by one, by the index whose places were found."""
    await filled()

    taken = await plans(SqlEventLog(database).page(1, EventFilter(), limit=5, cursor=None))

    reads = [plan for statement, plan in taken.items() if "VALUES" in statement]
    assert len(reads) == 1
    assert any("(environment_id=? AND received_at=? AND position=?)" in line for line in reads[0])


async def test_a_long_page_reads_each_row_by_its_place(database, plans, write, a_message):
    """However many rows a page has, each is one search: none makes the database walk the environment."""
    await write(messages=[a_message(f"m{number:02}", enqueued=number) for number in range(60)])

    taken = await plans(SqlMessageStore(database).page(1, MessageFilter(), limit=50, cursor=None))

    (read,) = (plan for statement, plan in taken.items() if "VALUES" in statement)
    assert any("SEARCH messages" in line and "(environment_id=? AND enqueued=? AND id=?)" in line for line in read)


async def test_few_rows_are_looked_at_first(database, plans, write, a_message):
    """A page whose newest rows fit looks at no others; where they do not, looking goes on behind them."""
    await write(messages=[a_message(f"m{number:02}", enqueued=number) for number in range(20)])

    for where, looks in ((MessageFilter(), 1), (MessageFilter(reasons=(Reason.BOUNCED,)), 2)):
        taken = await plans(SqlMessageStore(database).page(1, where, limit=5, cursor=None))
        assert sum("archived_requests" in statement for statement in taken) == looks


async def _queue_work(database):
    queue = SqlMessageQueue(database)
    await queue.next_due_at()
    await queue.release("w")
    await queue.depth()


async def test_the_queue_never_walks(database, plans, explain, filled):
    """Claiming and giving back search by due time."""
    await filled()

    taken = await plans(_queue_work(database))

    assert len(taken) == 2
    for statement, plan in taken.items():
        assert scans(plan) == [], statement
    key = "priority=? AND environment_id=? AND lane=?"
    (found,) = await explain(due_queues.DUE_WORDS, (0, 1, "", 1, 1))
    assert found == f"SEARCH due USING INDEX ix_due_queues ({key} AND due_at<?)"


@pytest.mark.parametrize("words", [due_queues.LOOK_WORDS, due_queues.NEXT_DUE_WORDS, *map(str, (due_queues.OLDEST,))])
async def test_queues_are_found_by_steps(explain, words):
    """From each environment to the next, and from each lane to the next, is one search, however much waits in them."""
    asked = {"after": 0, "most": 9, "now": 1, "count": 1, "environment_id": 1}

    plan = await explain(words, {name: value for name, value in asked.items() if f":{name}" in words})

    steps = [line for line in plan if "due" in line]
    assert scans(plan) == []
    assert [line.partition("(")[2] for line in steps if "SEARCH" in line][:4] == [
        "priority=? AND environment_id>?)",
        "priority=? AND environment_id>?)",
        "priority=? AND environment_id=?)",
        "priority=? AND environment_id=? AND lane>?)",
    ]


@pytest.mark.parametrize("rows", [1, 128])
@pytest.mark.parametrize("name", ["TAKE", "FINISH", "CLOSE", "SETTLE", "MESSAGES", "STATES", "ATTEMPTS", "WAITING"])
async def test_what_the_queue_writes_and_reads_it_finds_by_key(explain, name, rows):
    """Each row of a batch is one search by a whole key: the list of keys is gone through, and never the table."""
    statement = getattr(queue_statements, name)
    names = statement.names if isinstance(statement, Many) else ("e", "u", "m")

    plan = await explain(statement.many(rows), (1,) * len(names) * rows)

    found = [line for line in plan if re.search("sqlite_autoindex|USING PRIMARY KEY", line)]
    its_key = r"(due|messages) USING (COVERING )?INDEX sqlite_autoindex_\w+_1 |attempts USING PRIMARY KEY "
    assert scans(plan) == []
    assert len(found) == 1
    assert re.match(f"SEARCH ({its_key})", found[0])
    assert found[0].count("=?") == {"CLOSE": 4}.get(name, 3)


@pytest.mark.parametrize("rows", [1, 128])
async def test_whose_a_message_is_is_searched_by_its_id(explain, rows):
    """The queue knows the owners of what it claimed; those of other messages it looks up one by one."""
    plan = await explain(queue_statements.OWNERS.many(rows), (1,) * 2 * rows)

    assert plan[-1] == "SEARCH messages USING INDEX sqlite_autoindex_messages_2 (environment_id=? AND id=?)"


@pytest.mark.parametrize("rows", [1, 128])
@pytest.mark.parametrize("name", sorted(name for name in BIG if len(metadata.tables[name].primary_key) > 1))
async def test_what_is_deleted_is_searched_by_its_whole_key(explain, name, rows):
    """However many rows go at once, and however many there are, each is one search."""
    table = metadata.tables[name]
    parts = len(table.primary_key)

    plan = await explain(deletion(table, rows), (1,) * parts * rows)

    found = [line for line in plan if line.startswith("SEARCH")]
    whole = {2, parts} if name == "messages" else {parts}  # environment and id are enough to name one
    assert len(found) == rows
    assert {line.count("=?") for line in found} <= whole


async def test_a_users_messages_are_erased_by_user(database, plans, filled):
    """However many messages others have, those of the erased are found by their key."""
    await filled()
    asked = Regulation(environment_id=1, id="r", type="DELETE_ONLY", user_ids=["r"], asked_by="key", created=1)
    whose = Subjects(user_keys=["u:r", "u:s"], addresses=["r@example.com"])

    taken = await plans(erase_messages(database, asked, whose, Moment(now=99, came_before=98, settled_before=97)))

    read = [plan for statement, plan in taken.items() if re.match(r"SELECT[^()]*FROM messages|SELECT count", statement)]
    assert len(read) >= 3
    for plan in read:
        assert plan[0].startswith("SEARCH messages USING INDEX sqlite_autoindex_messages_1 (environment_id=? AND user")


async def _read_work(database):
    store, log, outbox = SqlMessageStore(database), SqlEventLog(database), SqlOutboxStore(database)
    message_id = "1-69565fc0-" + "0" * 24
    for read in (store.get, store.history, store.outputs, store.attempts):
        await read(1, message_id)
    for read in (store.get, log.get):
        with pytest.raises(NotFound):
            await read(1, "1-69565fc1-" + "0" * 24)
    await log.after(1, 5, 5, limit=5)
    item = OutboxItem(environment_id=1, message_id="m", channel="email", recipient="r", content={}, at=5)
    await outbox.keep([item])
    await outbox.get(1, "m")
    await outbox.page(1, limit=5, cursor=None)
    await outbox.page(1, limit=5, cursor="WzUsIm0iLCJlbWFpbCJd")


async def test_reading_one_never_walks(database, plans, filled):
    """Single messages and events, following the log, and the outbox: all by index, in order."""
    await filled()

    taken = await plans(_read_work(database))

    assert len(taken) >= 9
    for statement, plan in taken.items():
        assert scans(plan) == [], statement
        assert not _sorts_a_table(plan), statement


async def test_what_providers_tell_is_recorded_by_message(database, plans, filled):
    """However many messages and lines there are, a receipt reads those of its own message."""
    await filled()
    of_it = Receipt(message_id="1-69565fc0-" + "0" * 24, status=Status.DELIVERED, at=9, id="f1")
    others = [msgspec.structs.replace(of_it, message_id=f"1-69565fc1-{number:024}") for number in range(100)]

    taken = await plans(SqlReceiptLog(database).record(1, channel="email", provider="p", receipts=[of_it, *others]))

    read = {
        statement: plan for statement, plan in taken.items() if re.search("FROM (messages|data_log|att)", statement)
    }
    assert len(read) == 3
    for statement, plan in taken.items():
        assert scans(plan) == [], statement
    for statement, plan in read.items():
        assert re.search(r"\(environment_id=\? AND (message_)?id=\?", plan[0]), statement


async def test_forgetting_searches_its_days(database, plans, write):
    """Old sightings are found by environment and day, and the environments by stepping over their rows."""
    await write(seen=[Sighting(1, "u:ann", b"d" * 16)])

    taken = await plans(SqlInboundStore(database).forget_seen(before=2_000_000_000_000))

    assert len(taken) >= 2
    for statement, plan in taken.items():
        assert scans(plan) == [], statement


async def _recipient_work(database):
    lists, expansions = SqlListStore(database), SqlExpansionStore(database)
    await lists.subscribe(1, [Subscription(list_id="a.b", user_id="ann")], replace=True, now=1)
    await lists.page(1, Pattern.parse("a.*", path=""), limit=5, cursor=None)
    await lists.subscribers(1, "a.b", limit=5, cursor=None)
    await lists.of_user(1, "ann", limit=5, cursor=None)
    await expansions.bodies([(1, "r")])
    async with expansions.transaction(now=1) as transaction:
        await transaction.next(ahead_max=5)
        await transaction.is_any()
        await transaction.subscribers(1, "a.b", after="", limit=5)
        await transaction.job_users(1, "j", after=0, limit=5)


async def test_finding_recipients_never_walks(database, plans):
    """Lists, their subscribers, and which request to many comes next are found by key, in its order."""
    taken = await plans(_recipient_work(database))

    assert len(taken) >= 8
    for statement, plan in taken.items():
        assert scans(plan) == [], statement
        assert not _sorts_a_table(plan), statement


async def _gate_work(database):
    rules = SqlSendingRulesStore(database)
    await SqlPreferenceStore(database).topics([(1, "t")])
    await SqlPreferenceStore(database).chosen([(1, "ann")])
    await SqlSuppressionStore(database).among([(1, "email:ann@example.com")])
    await SqlSuppressionStore(database).page(1, limit=5, cursor=None)
    await rules.get(1)
    await rules.pass_limits([Passage(1, "m", (Count("user:day", "u:ann", 0, 1, exempt=False),))], now=1)
    await rules.forget(before=1)


async def test_asking_the_gates_never_walks(database, plans):
    """Topics, choices, suppressions, counts and answers are found by their whole key."""
    taken = await plans(_gate_work(database))

    assert len(taken) >= 8
    for statement, plan in taken.items():
        assert scans(plan) == [], statement


async def _change_work(database):
    changes, store = SqlMessageChanges(database), SqlMessageStore(database)
    message = await store.get(1, "1-69565fc0-" + "0" * 24)
    await changes.redrive([message], now=5)
    await changes.cancel_request(1, message.request_id, now=5)
    await changes.archive(1, message.request_id, now=5)
    await changes.redriven(1, [message.id])


async def test_changing_messages_never_walks(database, plans, filled):
    """What is cancelled, sent again or archived is found by message or request."""
    await filled()

    taken = await plans(_change_work(database))

    assert len(taken) >= 7
    for statement, plan in taken.items():
        assert scans(plan) == [], statement
        assert not _sorts_a_table(plan), statement
    of_request = [plan for statement, plan in taken.items() if "messages.request_id =" in statement]
    assert any("(environment_id=? AND request_id=? AND" in line for plan in of_request for line in plan)
