"""Every statement that the two steps repeat names whose rows it wants, so that rows can be spread over servers."""

import re

import pytest
from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql

from tidings.backends.sql import hot_postgres, hot_sqlite
from tidings.backends.sql import queue_statements as queue
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.tables import metadata
from tidings.effects import AttemptStart, Settlement
from tidings.messages import Attempt, Output, Sent, Status

HOT_TABLES = ("profiles", "seen", "inbound_events", "messages", "due", "attempts", "data_log", "outputs")
KEYS = [(1, "u:ann", "m1"), (2, "u:bob", "m2")]
MANY = (queue.TAKE, queue.FINISH, queue.AGAIN, queue.BEGIN, queue.CLOSE, queue.LOG, queue.KEEP_OUTPUT, queue.SETTLE)
OF_THE_QUEUE = (
    *(each.one for each in MANY),
    *(each.of(KEYS) for each in (queue.MESSAGES, queue.STATES, queue.ATTEMPTS, queue.WAITING)),
)
BY_TIME = (queue.DUE, queue.NEXT_DUE, queue.DEPTH, queue.RELEASE)
"""What is due is due whosever it is: these look through the one small table that holds what waits (ADR 0013)."""


def compiled(statement):
    """Write a statement as PostgreSQL gets it."""
    return str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={"render_postcompile": True}))


def names_both(words):
    """Tell whether rows are given, or looked for, by both parts of the key."""
    words = " ".join(words.split())
    where = words.partition(" WHERE ")[2] or words.partition(" JOIN ")[2] or words
    return "environment_id" in where and "user_key" in where


@pytest.mark.parametrize("name", [*HOT_TABLES])
def test_hot_tables_lead_with_the_environment_and_the_user(name):
    """The key of every table that grows with the users begins with the environment and the user key."""
    assert metadata.tables[name].primary_key.columns.keys()[:2] == ["environment_id", "user_key"]


def test_the_outbox_leads_with_the_recipient():
    """The outbox knows recipients and no users: they spread its rows."""
    assert metadata.tables["outbox"].primary_key.columns.keys()[:2] == ["environment_id", "recipient"]


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


@pytest.mark.parametrize("statement", OF_THE_QUEUE, ids=compiled)
def test_the_queue_names_both(statement):
    """Each statement of the queue about messages that are known finds or gives its rows by environment and user key."""
    assert names_both(compiled(statement))


@pytest.mark.parametrize("statement", BY_TIME, ids=compiled)
def test_what_is_looked_for_by_time_touches_what_waits_alone(statement):
    """What cannot name a user reads the table of what waits, and attempts by their whole key."""
    words = compiled(statement)

    assert set(re.findall(r"(?:FROM|(?<!FOR )UPDATE|JOIN) (\w+)", words)) <= {"due", "attempts", "installation"}
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
