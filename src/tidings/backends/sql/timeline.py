"""A user's calls and messages, over SQL: two listings, merged."""

from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.event_log import PLACE as EVENT_PLACE
from tidings.backends.sql.event_log import event_search
from tidings.backends.sql.listing import LOOKED_MAX, Reach, run
from tidings.backends.sql.message_search import PLACE, message_search
from tidings.backends.sql.rows import event_of, message_of
from tidings.inbound_events import InboundEvent
from tidings.messages import Message
from tidings.ports import EventFilter, MessageFilter, Page

_POSITION_MAX = (1 << 63) - 1

Place = tuple[int, int, int, str]
"""A time, 1 for a message and 0 for a call, a call's position, and a message's id: what is greater comes first."""


class SqlTimeline:
    """Both, from their own tables."""

    def __init__(self, database: Database, *, looked_max: int = LOOKED_MAX) -> None:
        self._database = database
        self._looked_max = looked_max

    async def page(
        self, environment_id: int, user_id: str, *, limit: int, cursor: str | None
    ) -> Page[InboundEvent | Message]:
        """Search both from the same moment on."""
        before = decode(cursor, int, int, int, str)
        events, messages = _bounds(*before) if before else (None, None)
        async with self._database.read() as connection:
            search = event_search(environment_id, EventFilter(user_id=user_id))
            reach = Reach(events, limit + 1, self._looked_max)
            came = await run(connection, search, EVENT_PLACE, environment_id, reach)
            search = await message_search(connection, environment_id, MessageFilter(recipient=user_id))
            reach = Reach(messages, limit + 1, self._looked_max)
            told = await run(connection, search, PLACE, environment_id, reach)
        found: list[InboundEvent | Message] = [*map(event_of, came.rows), *map(message_of, told.rows)]
        ends = [came.horizon and (came.horizon[0], 0, came.horizon[1], ""), told.horizon and _place(*told.horizon)]
        horizon: Place | None = max((end for end in ends if end), default=None)
        found = sorted((it for it in found if horizon is None or _place_of(it) >= horizon), key=_place_of, reverse=True)
        if len(found) > limit:
            return Page(found[:limit], encode(*_place_of(found[limit - 1])))
        return Page(found, encode(*horizon) if horizon is not None else None)


def _bounds(at: int | str, is_message: int | str, position: int | str, message_id: int | str) -> tuple[object, object]:
    """Tell behind which call, and which message, a page begins."""
    if is_message:
        return (at, _POSITION_MAX), (at, message_id)
    return (at, position), (at, "")


def _place(at: int, message_id: str) -> Place:
    return at, 1, 0, message_id


def _place_of(item: InboundEvent | Message) -> Place:
    if isinstance(item, Message):
        return _place(item.enqueued, item.id)
    return item.received_at, 0, item.position, ""
