import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tidings.backends.sql.outbox_store import SqlOutboxStore
from tidings.errors import InvalidInput
from tidings.ports import OutboxItem


@pytest.fixture
def outbox(database):
    """An empty outbox."""
    return SqlOutboxStore(database)


def item(message_id="m1", **fields):
    """Something kept."""
    defaults = {"environment_id": 1, "channel": "email", "recipient": "ann", "content": {"subject": "Hä"}, "at": 5}
    return OutboxItem(message_id=message_id, **{**defaults, **fields})


async def every(outbox, limit, environment_id=1):
    """Read all pages."""
    items, cursor = [], None
    while True:
        page = await outbox.page(environment_id, limit=limit, cursor=cursor)
        items += page.items
        cursor = page.cursor
        if cursor is None:
            return items


async def test_what_is_kept_is_shown(outbox):
    """Content comes back as it was, by message and in the list."""
    await outbox.keep([item()])

    assert await outbox.get(1, "m1") == [item()]
    assert (await outbox.page(1, limit=5, cursor=None)).items == [item()]


async def test_keeping_twice_keeps_the_first(outbox):
    """The same message and channel again changes nothing; another channel is another item."""
    await outbox.keep([item(content={"n": 1})])
    await outbox.keep([item(content={"n": 2}), item(channel="sms")])

    assert [(each.channel, each.content) for each in await outbox.get(1, "m1")] == [
        ("email", {"n": 1}),
        ("sms", {"subject": "Hä"}),
    ]


async def test_keeping_nothing(outbox):
    """An empty batch is no work, and an empty outbox has one empty page."""
    await outbox.keep([])

    page = await outbox.page(1, limit=5, cursor=None)
    assert (page.items, page.cursor) == ([], None)
    assert await outbox.get(1, "m1") == []


async def test_keeping_is_durable(outbox, database):
    """Who is told that a message was kept says that it was sent: so it is written through."""
    durable = []
    event.listen(database.engines[1].sync_engine, "checkout", lambda *_of_what: durable.append(1))

    await outbox.keep([item()])

    assert durable == [1]


async def test_another_environment_sees_nothing(outbox):
    """An outbox is its environment's own."""
    await outbox.keep([item()])

    assert await outbox.get(2, "m1") == []
    assert (await outbox.page(2, limit=5, cursor=None)).items == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    places=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from("abcde"), st.sampled_from(["email", "sms"])), max_size=20
    ),
    limit=st.integers(1, 7),
)
async def test_pages_yield_everything_once_newest_first(outbox, places, limit):
    """However large the pages, every item comes once and in order."""
    environment_id = 1000 + len(places) * 10 + limit
    await outbox.keep([item(m, environment_id=environment_id, at=at, channel=channel) for at, m, channel in places])

    found = [(each.at, each.message_id, each.channel) for each in await every(outbox, limit, environment_id)]

    assert found == sorted(set(found), reverse=True)
    assert {each[1:] for each in found} >= {place[1:] for place in places}


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!",
        "ü",
        "a",
        "e30",
        "x" * 5000,
        base64.urlsafe_b64encode(b'[1,"a"]').decode(),
        base64.urlsafe_b64encode(b'["1","a","b"]').decode(),
        base64.urlsafe_b64encode(b'[true,"a","b"]').decode(),
        base64.urlsafe_b64encode(b'[1e99,"a","b"]').decode(),
        base64.urlsafe_b64encode(b'[9223372036854775808,"a","b"]').decode(),
        base64.urlsafe_b64encode(b"[" * 200).decode(),
    ],
)
async def test_a_foreign_cursor_is_refused(outbox, cursor):
    """A cursor that was not given out is the caller's fault, whatever it holds."""
    with pytest.raises(InvalidInput) as refused:
        await outbox.page(1, limit=5, cursor=cursor)

    assert refused.value.path == "cursor"
