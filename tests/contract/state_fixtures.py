"""Nouns for the suites of the hot state, and a way to put them where a worker would."""

import itertools

import pytest
from sqlalchemy import text

from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.effects import Effects
from tidings.ids import position
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.messages import Message

NOON = 1_767_268_800_000
"""2026-01-01 12:00 UTC."""


@pytest.fixture
def noon():
    """A time far from the ends of its day."""
    return NOON


@pytest.fixture
def inbound_store(database):
    """The inbound store of an empty database."""
    return SqlInboundStore(database)


@pytest.fixture
def a_message():
    """Make a message with defaults."""

    def make(message_id="m1", **fields):
        defaults = {
            "environment_id": 1,
            "user_key": "u:ann",
            "recipient": "ann",
            "enqueued": NOON,
            "event": "Segment-TrackEvent:Order Completed",
            "request_id": message_id,
            "to": {},
            "data": {},
        }
        return Message(id=message_id, **{**defaults, **fields})

    return make


@pytest.fixture
def an_event():
    """Make an inbound event with defaults, each at a place of its own."""
    offsets = itertools.count(1)

    def make(**fields):
        defaults = {
            "environment_id": 1,
            "user_key": "u:ann",
            "received_at": NOON,
            "position": position(next(offsets), 0),
            "source_id": 7,
            "type": "track",
            "name": "Order Completed",
            "message_id": "call-1",
            "timestamp": NOON - 5,
            "status": EventStatus.UNMAPPED,
        }
        return InboundEvent(**{**defaults, **fields})

    return make


@pytest.fixture
def write(inbound_store):
    """Write effects as the inbound step does: in one transaction, one offset further."""
    offsets = itertools.count()

    async def apply(**effects):
        after = next(offsets)
        async with inbound_store.transaction(99) as transaction:
            assert await transaction.apply(Effects(**effects), after=after, through=after + 1, received_at=NOON)

    return apply


@pytest.fixture
async def citus(database):
    """Let a PostgreSQL database look as with Citus: the catalogue is there by which it is known."""
    if database.dialect != "postgresql":
        pytest.skip("the embedded database lies on one machine")
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE pg_dist_partition ()"))
    yield
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE pg_dist_partition"))
