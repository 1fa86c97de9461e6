"""Every statement that the two steps repeat names whose rows it wants, so that rows can be spread over servers."""

import re

import pytest
from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql

from tidings.backends.sql import due_queues, hot_postgres, hot_sqlite
from tidings.backends.sql import queue_statements as queue
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.tables import metadata
from tidings.effects import AttemptStart, Effects, ProfileWrite, Settlement
from tidings.messages import Attempt, Output, Sent, Status

SPREAD = ("profiles", "seen", "inbound_events", "data_log", "outputs")
"""Tables that lie on several servers with Citus, by the user key (docs/how-to/citus.md)."""
HOT_TABLES = ("profiles", "seen", "inbound_events", "messages", "due", "attempts", "data_log", "outputs")
KEYS = [(1, "u:ann", "m1"), (2, "u:bob", "m2")]
MANY = (queue.TAKE, queue.FINISH, queue.AGAIN, queue.BEGIN, queue.CLOSE, queue.LOG, queue.KEEP_OUTPUT, queue.SETTLE)
SOUGHT = (queue.MESSAGES, queue.STATES, queue.ATTEMPTS, queue.WAITING)
OF_THE_QUEUE = (
    *(each.one for each in MANY),
    *(
        ask(KEYS)
        for each in (queue.MESSAGES, queue.STATES, queue.ATTEMPTS, queue.WAITING)
        for ask in (each.of, each.each)
    ),
)
BY_TIME = (due_queues.LOOK, due_queues.DUE, due_queues.NEXT_DUE, queue.DEPTH, queue.RELEASE)
"""What is due is due whosever it is: these look through the one small table that holds what waits (ADR 0013)."""


_WAITING = {"due", "attempts", "installation", "steps", "queues", "unnest", "LATERAL"}


def compiled(statement):
    """Write a statement as PostgreSQL gets it."""
    return str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={"render_postcompile": True}))


def names_both(words):
    """Tell whether rows are given, or looked for, by both parts of the key."""
    words = " ".join(words.split())
    where = words.partition(" WHERE ")[2] or words.partition(" JOIN ")[2] or words
    return "environment_id" in where and "user_key" in where


@pytest.mark.parametrize("name", ["profiles", "seen", "inbound_events", "messages"])
def test_tables_of_users_lead_with_the_environment_and_the_user(name):
    """The key of what is a user's own begins with the environment and the user key."""
    assert metadata.tables[name].primary_key.columns.keys()[:2] == ["environment_id", "user_key"]


@pytest.mark.parametrize("name", ["due", "attempts", "data_log", "outputs"])
def test_what_hangs_on_a_message_leads_with_it_and_knows_its_user(name):
    """The key of what hangs on a message begins with the message, and has the user key, by which rows spread."""
    assert metadata.tables[name].primary_key.columns.keys()[:3] == ["environment_id", "message_id", "user_key"]


@pytest.mark.parametrize(("name", "second"), [("outbox", "message_id"), ("taken_requests", "id")])
def test_what_knows_no_users_leads_with_what_it_is_found_by(name, second):
    """The outbox is found by messages, and taken requests by their ids."""
    assert metadata.tables[name].primary_key.columns.keys()[:2] == ["environment_id", second]


async def test_postgres_has_the_keys_that_are_declared(database):
    """The keys in the database are the declared ones, column by column."""
    if database.dialect != "postgresql":
        pytest.skip("the embedded database need not spread its rows")
    query = text(
        "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)"
        " WHERE indrelid = to_regclass(:name) AND indisprimary ORDER BY array_position(indkey, attnum)"
    )
    async with database.read() as connection:
        for name in HOT_TABLES:
            stands = list(await connection.scalars(query, {"name": name}))
            assert stands == metadata.tables[name].primary_key.columns.keys()


@pytest.mark.parametrize("statement", hot_postgres.HOT)
def test_the_inbound_step_names_both(statement):
    """Each statement of the inbound transaction finds or gives its rows by environment and user key."""
    assert names_both(statement)


def test_requests_are_taken_by_their_whole_key():
    """A request to send is taken whoever it is for: by environment and id, which is its table's key."""
    assert re.search(r"INTO taken_requests \(environment_id, id, at\)", hot_postgres.TAKE_REQUESTS)


@pytest.mark.parametrize("statement", [*hot_postgres.HOT, *map(compiled, OF_THE_QUEUE)])
def test_rows_on_several_servers_are_locked_one_user_at_a_time(statement):
    """Citus locks rows for one value of the user key: whatever locks more is said on one server alone, or of others."""
    words = " ".join(statement.split())
    if "FOR UPDATE" in words and re.search(rf"\b(?:{'|'.join(SPREAD)})\b", words):
        assert statement == hot_postgres.PROFILES or re.search(
            r"WHERE environment_id = \S+ AND user_key = \S+ FOR UPDATE$", words
        )


async def test_with_citus_no_statement_locks_many_users(database, inbound_store, citus, monkeypatch):
    """Where Citus is, profiles are locked one by one and read together, and no statement locks many."""
    monkeypatch.setattr(hot_postgres, "PROFILES", "not said")
    data = b'{"plan":"pro"}'
    async with inbound_store.transaction(0) as transaction:
        writes = [ProfileWrite(1, f"u:{number}", data, 5) for number in range(3)]
        assert await transaction.profiles([(1, "u:0")]) == {}
        await transaction.apply(Effects(profiles=writes), after=0, through=1, received_at=5)

    async with inbound_store.transaction(0) as transaction:
        found = await transaction.profiles([(1, "u:2"), (1, "u:0"), (1, "u:nobody")])
    assert found == {(1, "u:2"): data, (1, "u:0"): data}


@pytest.mark.parametrize("statement", OF_THE_QUEUE, ids=compiled)
def test_the_queue_names_both(statement):
    """Each statement of the queue about messages that are known finds or gives its rows by environment and user key."""
    assert names_both(compiled(statement))


@pytest.mark.parametrize("statement", BY_TIME, ids=compiled)
def test_what_is_looked_for_by_time_touches_what_waits_alone(statement):
    """What cannot name a user reads the table of what waits, and attempts by their whole key."""
    words = compiled(statement)

    assert set(re.findall(r"(?:FROM|(?<!FOR )UPDATE|JOIN) (\w+)", words)) <= _WAITING
    if "attempts" in words:
        assert "attempts.user_key = due.user_key" in words


def test_the_embedded_step_gives_both():
    """In SQLite too, rows of hot tables are given with both; there, a message is looked for by its id alone."""
    for name in ("profiles", "seen", "inbound_events", "messages", "data_log"):
        assert names_both(hot_sqlite.insert_statement(metadata.tables[name], 1))
    assert names_both(hot_sqlite.seen_statement(1))
    assert names_both(hot_sqlite.profiles_statement(1))


async def test_nothing_else_is_said(database, write, a_message):
    """Taking a message all the way says to the hot tables only what is listed here."""
    if database.dialect != "postgresql":
        pytest.skip("the embedded database need not spread its rows")
    said = []
    for engine in database.engines[1:]:
        event.listen(engine.sync_engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    taken = SqlMessageQueue(database)
    await write(messages=[a_message("m1", enqueued=1)])
    said.clear()

    (claim,) = await taken.claim(worker="w", now=10, until=20, limit=5)
    key = {"environment_id": 1, "message_id": claim.message.id}
    attempt = Attempt(**key, number=1, channel="email", provider="p", started=1)
    await taken.start([AttemptStart(attempt=attempt, output=Output(channel="email", content={}))])
    await taken.settle([Settlement(**key, status=Status.SENT, at=11, attempt=1, outcome=Sent())])

    about_hot = [each for each in said if re.search(rf"\b(?:{'|'.join(HOT_TABLES)})\b", each)]
    assert len(about_hot) >= 4
    for each in about_hot:
        assert names_both(each) or "due.due_at <=" in each
