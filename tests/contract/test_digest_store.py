"""What is gathered for digests: the port's law, on every backend."""

import asyncio

import pytest

from tidings.backends.sql.digest_store import SqlDigestStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.message_store import SqlMessageStore
from tidings.effects import Gathered, Settlement
from tidings.errors import NotFound
from tidings.messages import Message, Status
from tidings.ports import MessageFilter

CATEGORY = {"category_key": "digest", "retain": "FIRST", "limit": 2}


@pytest.fixture
def digests(database):
    """The digests of an empty database."""
    return SqlDigestStore(database)


@pytest.fixture
def queue(database):
    """The due queue."""
    return SqlMessageQueue(database)


@pytest.fixture
def gathering(write, a_message, queue, noon):
    """Make messages that go into a digest of each of these users, due a minute after noon."""

    async def make(prefix, count=1, users=("ann",), environment_id=1):
        made = [(f"{prefix}-{user}-{number}", user) for number in range(count) for user in users]
        await write(messages=[a_message(i, user_key=f"u:{user}", environment_id=environment_id) for i, user in made])
        return [settlement(i, user, environment_id, noon) for i, user in made]

    return make


def settlement(message_id, user, environment_id, now):
    """End a message as DIGESTED."""
    into = Message(
        environment_id=environment_id,
        id=f"1-00000000-{user}",
        user_key=f"u:{user}",
        recipient=user,
        enqueued=now,
        event="nt_digest",
        template_id="nt_digest",
        request_id=f"1-00000000-{user}",
        to={},
        data={},
        options={"digest": {"categories": [CATEGORY]}},
    )
    gathered = Gathered(
        message_id=message_id,
        into=into,
        due_at=now + 60_000,
        topic_id="t",
        tenant_id="",
        schedule_id="s",
        category="digest",
        at=now,
        data={"of": message_id},
    )
    return Settlement(
        environment_id=environment_id, message_id=message_id, status=Status.DIGESTED, at=now, gathered=gathered
    )


async def test_who_comes_first_makes_it(digests, queue, gathering, database):
    """However many workers settle at the same time, each user has one digest, and everything is in it."""
    first, second = await gathering("a", 20, ("ann", "bob")), await gathering("b", 20, ("bob", "ann"))
    parts = [first[:15], second[:15], first[15:], second[15:]]
    await asyncio.gather(*(SqlMessageQueue(database).settle(part) for part in parts))
    found = (await digests.page(1, "s", limit=10, cursor=None)).items
    assert [(one.user_id, one.counts) for one in found] == [("ann", {"digest": 40}), ("bob", {"digest": 40})]
    assert await queue.depth() == 2


async def test_what_is_told(digests, queue, gathering, noon):
    """The digest counts all and keeps what its category keeps, in the order in which it came."""
    await queue.settle(await gathering("a", 3))
    (claim,) = await queue.claim(worker="w", now=noon + 60_000, until=noon + 90_000, limit=5)
    told = await digests.contents([claim.message])
    items = [{"of": "a-ann-0"}, {"of": "a-ann-1"}]
    assert told == {(1, claim.message.id): {"digest": {"count": 3, "items": items}}}


async def test_pages_and_environments(digests, queue, gathering):
    """Digests come page by page; another environment's are neither listed nor released."""
    users = ("ann", "bob", "eve")
    await queue.settle([*await gathering("a", users=users), *await gathering("b", environment_id=2)])
    page = await digests.page(1, "s", limit=2, cursor=None)
    rest = await digests.page(1, "s", limit=2, cursor=page.cursor)
    assert [one.user_id for one in [*page.items, *rest.items]] == list(users)
    assert rest.cursor is None
    assert (await digests.page(1, "other", limit=2, cursor=None)).items == []
    assert await digests.release(3, schedule_id="s") == 0
    assert await digests.release(2, schedule_id="s") == 1
    assert await digests.release(1, topic_id="t", user_id="eve", tenant_id="acme") == 0
    assert await digests.release(1, topic_id="t", user_id="eve") == 1
    assert await digests.release(1, schedule_id="s") == 3


async def test_what_does_not_stand_gathers_nothing(digests, queue, gathering, database):
    """A message that ended otherwise meanwhile goes into no digest."""
    (late,) = await gathering("a")
    canceled = Settlement(environment_id=1, message_id="a-ann-0", status=Status.CANCELED, at=late.at)
    await queue.settle([canceled])
    await queue.settle([late])
    assert (await digests.page(1, "s", limit=2, cursor=None)).items == []
    with pytest.raises(NotFound):
        await SqlMessageStore(database).get(1, late.gathered.into.id)
    found = (await SqlMessageStore(database).page(1, MessageFilter(), limit=5, cursor=None)).items
    assert [message.status for message in found] == [Status.CANCELED]
