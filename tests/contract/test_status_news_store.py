"""News of messages for those who are told: the port's law, on every backend."""

import pytest
from sqlalchemy import func, select

from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.destination_store import SqlDestinationStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.receipt_log import SqlReceiptLog
from tidings.backends.sql.status_news_store import SqlStatusNewsStore
from tidings.backends.sql.tables_delivery import status_news
from tidings.destinations import Destination
from tidings.effects import AttemptStart, Deferred, FollowerEffects, Settlement
from tidings.messages import Attempt, Reason, Receipt, RetryLater, Sent, Status, Unknown
from tidings.secrets import SecretBox

KEY = (1, "dst_news")


@pytest.fixture
def news(database):
    """The news of an empty database."""
    return SqlStatusNewsStore(database)


@pytest.fixture
def destinations(database):
    """The destinations of an empty database."""
    return SqlDestinationStore(database, SecretBox("a secret key for tests"))


@pytest.fixture
def queue(database):
    """The due queue."""
    return SqlMessageQueue(database)


def listener(**fields):
    """A destination that is told of messages."""
    base = {"environment_id": 1, "id": KEY[1], "kind": "courier_source", "name": "News", "created": 1, "updated": 1}
    return Destination(**{**base, "settings": {"write_key": "wk"}, **fields})


@pytest.fixture
def settle(queue, write, a_message, noon):
    """Make a message that was tried once, and came to something."""

    async def make(message_id="m1", status=Status.SENT, outcome=None, *, at=noon, **fields):
        await write(messages=[a_message(message_id)])
        attempt = Attempt(
            environment_id=1, message_id=message_id, number=1, channel="email", provider="smtp", started=noon
        )
        await queue.start([AttemptStart(attempt=attempt)])
        settlement = Settlement(
            environment_id=1,
            message_id=message_id,
            status=status,
            at=at,
            attempt=1,
            outcome=outcome or Sent(),
            **fields,
        )
        await queue.settle([settlement])
        return settlement

    return make


async def told(news, key=KEY):
    """Read what waits, as message and status."""
    return [(each.message.id, each.status) for each in await news.waiting(*key, limit=10)]


async def test_a_status_is_news_for_who_is_told(news, destinations, settle, noon):
    """A message that comes to a status is news, oldest first, with the message as it stands and its attempts."""
    await destinations.put(listener())
    await settle("m2", Status.UNDELIVERABLE, at=noon + 2, reason=Reason.BOUNCED, error="gone")
    await settle("m1", at=noon + 1)

    waiting = await news.waiting(*KEY, limit=10)

    assert [(each.message.id, each.status, each.at) for each in waiting] == [
        ("m1", Status.SENT, noon + 1),
        ("m2", Status.UNDELIVERABLE, noon + 2),
    ]
    assert (waiting[1].message.reason, waiting[1].message.error) == (Reason.BOUNCED, "gone")
    assert [each.provider for each in waiting[0].attempts] == ["smtp"]
    assert len(await news.waiting(*KEY, limit=1)) == 1


async def test_without_a_listener_nothing_is_written(database, destinations, settle):
    """Where nobody is told nothing is kept, nor for destinations of other kinds and environments."""
    await destinations.put(listener(id="dst_hook", kind="webhook", settings={"url": "https://a.example"}))
    await destinations.put(listener(environment_id=2))
    await settle()

    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(status_news)) == 0


async def test_other_statuses_are_no_news(news, destinations, settle):
    """Waiting, filtered and simulated messages are not told of."""
    await destinations.put(listener())
    await settle("m1", Status.ROUTED, RetryLater("later"), due_at=9)
    await settle("m2", Status.FILTERED)
    await settle("m3", Status.SIMULATED)

    assert await told(news) == []


async def test_what_is_settled_twice_is_news_once(news, destinations, queue, settle, noon):
    """A repeated settlement tells nothing new; a late answer to an unknown outcome does."""
    await destinations.put(listener())
    again = await settle("m1")
    await queue.settle([again])
    await settle("m2", Status.UNDELIVERABLE, Unknown("cut off"), outcome_unknown=True)
    late = Settlement(environment_id=1, message_id="m2", status=Status.SENT, at=noon + 5, attempt=1, outcome=Sent())
    await queue.settle([late])

    assert sorted(await told(news)) == [("m1", Status.SENT), ("m2", Status.SENT), ("m2", Status.UNDELIVERABLE)]


async def test_the_first_receipt_of_a_kind_is_news(database, news, destinations, settle, noon):
    """However often a message is opened, that is told once; a bounce is told when the message ends with it."""
    await destinations.put(listener())
    await settle("m1")
    await settle("m2")
    receipts = SqlReceiptLog(database)
    facts = [
        Receipt(message_id="m1", status=Status.OPENED, at=noon + 2, id="f1"),
        Receipt(message_id="m1", status=Status.OPENED, at=noon + 3, id="f2"),
        Receipt(message_id="m2", status=Status.UNDELIVERABLE, at=noon + 4, id="f3", reason=Reason.BOUNCED),
        Receipt(message_id="m2", status=Status.UNDELIVERABLE, at=noon + 5, id="f4", reason=Reason.BOUNCED),
    ]
    await receipts.record(1, facts, channel="email", provider="smtp")
    waiting = await news.waiting(*KEY, limit=10)
    assert await news.told(*KEY, news=waiting, effects=FollowerEffects())
    await receipts.record(
        1, [Receipt(message_id="m1", status=Status.OPENED, at=noon + 6, id="f5")], channel="email", provider="smtp"
    )

    assert [(each.message.id, each.status, each.at - noon) for each in waiting[2:]] == [
        ("m1", Status.OPENED, 2),
        ("m2", Status.UNDELIVERABLE, 4),
    ]
    assert await told(news) == []


async def test_what_is_told_is_gone_with_what_came_of_it(database, news, destinations, settle):
    """News and their effects are one; whoever comes second writes nothing."""
    await destinations.put(listener())
    await settle()
    waiting = await news.waiting(*KEY, limit=10)
    deferred = Deferred(
        environment_id=1,
        destination_id=KEY[1],
        position=5,
        due_at=1,
        user_key="u:ann",
        name="Message Sent",
        received_at=1,
        first_at=1,
        tries=1,
        error="",
        body=b"{}",
    )

    assert await news.told(*KEY, news=waiting, effects=FollowerEffects(deferred=[deferred]))
    assert not await news.told(*KEY, news=waiting, effects=FollowerEffects(deferred=[deferred]))

    assert await told(news) == []
    assert await SqlDeliveryStore(database).depth(*KEY) == 1


async def test_news_are_their_destinations_own(news, destinations, settle):
    """Each destination has its own; a deleted one leaves none behind."""
    await destinations.put(listener())
    await destinations.put(listener(id="dst_two", name="Two"))
    await settle()
    await destinations.delete(*KEY)

    assert await told(news) == []
    assert await told(news, (1, "dst_two")) == [("m1", Status.SENT)]
    assert await told(news, (2, "dst_two")) == []
