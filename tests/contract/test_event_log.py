import itertools

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.backends.sql.event_log import SqlEventLog
from tidings.effects import Effects
from tidings.errors import InvalidInput, NotFound
from tidings.ids import position
from tidings.inbound_events import EventStatus
from tidings.ports import Counted, EventFilter


@pytest.fixture
def log(database):
    """The log of an empty database."""
    return SqlEventLog(database)


async def every(log, where, limit, environment_id=1):
    """Read all pages."""
    items, cursor = [], None
    while True:
        page = await log.page(environment_id, where, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        items += page.items
        cursor = page.cursor
        if cursor is None:
            return items


async def test_newest_first(log, write, an_event, noon):
    """Events come by arrival, newest first; those of one millisecond by their place."""
    early, late, first, second = (an_event(received_at=noon + at) for at in (1, 3, 2, 2))
    await write(events=[early, late, first, second])

    page = await log.page(1, EventFilter(), limit=10, cursor=None)

    assert page.items == [late, second, first, early]
    assert page.cursor is None


async def test_an_event_is_found_by_its_id(log, write, an_event):
    """The id that is shown finds the event, in its own environment only."""
    event = an_event()
    await write(events=[event])

    assert await log.get(1, event.id) == event
    with pytest.raises(NotFound):
        await log.get(2, event.id)


@pytest.mark.parametrize("event_id", ["", "x", "1-00000000-" + "0" * 24, "1-zzzzzzzz-" + "0" * 24, "m" * 5000])
async def test_an_unknown_id_is_not_found(log, event_id):
    """Ids of nothing, and what is no id at all, are not found."""
    with pytest.raises(NotFound):
        await log.get(1, event_id)


async def test_following_the_log(log, write, an_event, noon):
    """What came after a place is read oldest first, so many at a time, and nothing of another environment."""
    events = [an_event(received_at=noon + at) for at in (0, 0, 1, 2)]
    await write(events=[*events, an_event(environment_id=2, received_at=noon + 1)])

    after_first = await log.after(1, events[0].received_at, events[0].position, limit=2)
    assert after_first == events[1:3]
    assert await log.after(1, events[2].received_at, events[2].position, limit=9) == events[3:]
    assert await log.after(1, events[3].received_at, events[3].position, limit=9) == []


FILTERS = [
    (EventFilter(statuses=(EventStatus.MAPPED,)), lambda event: event.status is EventStatus.MAPPED),
    (
        EventFilter(statuses=(EventStatus.MAPPED, EventStatus.DISCARDED, EventStatus.MAPPED)),
        lambda event: event.status in {EventStatus.MAPPED, EventStatus.DISCARDED},
    ),
    (EventFilter(type="identify"), lambda event: event.type == "identify"),
    (EventFilter(type="no such type"), lambda _event: False),
    (EventFilter(name="B"), lambda event: event.name == "B"),
    (EventFilter(user_id="ann"), lambda event: event.user_key in {"u:ann", "a:ann"}),
    (EventFilter(received_after=1_767_268_800_002), lambda event: event.received_at > 1_767_268_800_002),
    (
        EventFilter(user_id="ann", name="B", type="track", statuses=(EventStatus.MAPPED,)),
        lambda event: (
            event.user_key != "u:bob" and (event.name, event.type, event.status) == ("B", "track", EventStatus.MAPPED)
        ),
    ),
    (EventFilter(name="B", type="page"), lambda event: event.name == "B" and event.type == "page"),
    (
        EventFilter(name="B", statuses=(EventStatus.UNMAPPED,), received_after=1_767_268_800_001),
        lambda event: (
            (event.name, event.status) == ("B", EventStatus.UNMAPPED) and event.received_at > 1_767_268_800_001
        ),
    ),
]


@pytest.fixture
async def filled(write, an_event, noon):
    """Events of every kind, newest first."""
    kinds = itertools.product(("u:ann", "a:ann", "u:bob"), (None, "A", "B"), EventStatus, ("track", "identify", "page"))
    events = [
        an_event(user_key=user, name=name, status=status, type=kind, received_at=noon + number % 5)
        for number, (user, name, status, kind) in enumerate(kinds)
    ]
    await write(events=[*events, *(an_event(environment_id=2, name="B") for _ in range(3))])
    return sorted(events, key=lambda event: (event.received_at, event.position), reverse=True)


@pytest.mark.parametrize(("where", "wanted"), FILTERS)
async def test_filters(log, filled, where, wanted):
    """A filter yields exactly the events that it describes, newest first, whatever the size of the pages."""
    expected = [event for event in filled if wanted(event)]

    assert await every(log, where, limit=7) == expected
    assert await every(log, where, limit=1000) == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(times=st.lists(st.integers(0, 5), max_size=25), limit=st.integers(1, 8))
async def test_pages_yield_every_event_once(log, inbound_store, an_event, times, limit):
    """However large the pages and however many events share a millisecond, each comes once and in order."""
    async with inbound_store.transaction(0) as transaction:
        after = await transaction.offset()
        environment_id = 100 + after
        events = [
            an_event(environment_id=environment_id, received_at=at, position=position(number + 1, 0))
            for number, at in enumerate(times)
        ]
        await transaction.apply(Effects(events=events), after=after, through=after + 1, received_at=1)

    found = await every(log, EventFilter(), limit, environment_id)

    assert found == sorted(events, key=lambda event: (event.received_at, event.position), reverse=True)


@pytest.mark.parametrize("cursor", ["", "nonsense", "WyJhIiwxXQ", "WzFd"])
async def test_a_foreign_cursor_is_refused(log, cursor):
    """A cursor that is none of ours is the caller's fault."""
    with pytest.raises(InvalidInput) as refused:
        await log.page(1, EventFilter(), limit=5, cursor=cursor)

    assert refused.value.path == "cursor"


async def test_events_are_counted_up_to_a_bound(log, write, an_event, noon):
    """As many as agreed on, and the users of the newest; the answer says whether that was all."""
    users = ("u:ann", "u:ann", "u:bob", "a:x")
    calls = [an_event(user_key=user, name="Order", received_at=noon + at) for at, user in enumerate(users)]
    others = [an_event(name="Order", status=EventStatus.FILTERED), an_event(name="Order", environment_id=2)]
    await write(events=[*calls, *others, an_event(name="Other")])
    where = EventFilter(name="Order", type="track", statuses=(EventStatus.UNMAPPED, EventStatus.MAPPED))

    async def count(where=where, count_max=9, users_looked_max=9):
        return await log.count(1, where, count_max=count_max, users_looked_max=users_looked_max)

    assert await count() == Counted(calls=4, is_all=True, users=3, users_are_all=True)
    assert await count(count_max=3) == Counted(calls=3, is_all=False, users=3, users_are_all=True)
    assert await count(users_looked_max=2) == Counted(calls=4, is_all=True, users=2, users_are_all=False)
    later = msgspec.structs.replace(where, received_after=noon + 1, received_before=noon + 3)
    assert await count(later) == Counted(calls=1, is_all=True, users=1, users_are_all=True)
