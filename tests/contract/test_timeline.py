import pytest

from tidings.backends.sql.timeline import SqlTimeline
from tidings.errors import InvalidInput
from tidings.messages import Message

NOON = 1_767_268_800_000


async def every(timeline, user_id, limit):
    """Read all pages."""
    found, cursor = [], None
    while True:
        page = await timeline.page(1, user_id, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.fixture
async def lived(write, a_message, an_event):
    """Calls and messages of a user at few moments, and others'."""
    events = [an_event(user_key=key, received_at=NOON + at) for at in (0, 1, 1, 2, 4) for key in ("u:ann", "a:ann")]
    messages = [a_message(f"m{at}{number}", enqueued=NOON + at) for at in (1, 2, 3) for number in range(3)]
    await write(
        events=[*events, an_event(user_key="u:bob"), an_event(environment_id=2)],
        messages=[*messages, a_message("m-bob", user_key="u:bob", recipient="bob")],
    )
    return sorted(
        [*events, *messages],
        key=lambda it: (it.enqueued, 1, it.id) if isinstance(it, Message) else (it.received_at, 0, it.position),
        reverse=True,
    )


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize("looked_max", [2, 1000])
async def test_calls_and_messages_are_one_line(database, lived, limit, looked_max):
    """Newest first, each once, wherever a page ends and however few rows it looks at."""
    timeline = SqlTimeline(database, looked_max=looked_max)

    found = await every(timeline, "ann", limit)

    ids = [each.id for each in lived]
    assert [each.id for each in found] == ids


async def test_nobody_knows_them(database):
    """Of a user who did nothing there is nothing to tell."""
    assert await every(SqlTimeline(database), "nobody", 5) == []


@pytest.mark.parametrize("cursor", ["", "nonsense", "WzFd"])
async def test_a_foreign_cursor_is_refused(database, cursor):
    """A cursor that is none of ours is the caller's fault."""
    with pytest.raises(InvalidInput):
        await SqlTimeline(database).page(1, "ann", limit=5, cursor=cursor)
