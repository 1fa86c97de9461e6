"""Following the log of inbound calls as it grows."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from tidings import ids
from tidings.errors import Unavailable
from tidings.inbound_events import InboundEvent
from tidings.ports import EventFilter, EventLog

LATE_MS = 2_000
"""Partitions are applied side by side, so a call may enter the log behind younger ones: so long it is looked for."""
FOLLOWERS_MAX = 32
"""Of one process, at once."""
_PAGE = 200
_PAGES_MAX = 10

Place = tuple[int, int]
"""When a call was received, and its position."""


class Following:
    """Who follows in this process, and when they have to end."""

    def __init__(self, stop: asyncio.Event | None = None) -> None:
        self._stop = stop or asyncio.Event()
        self._count = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Follow. Raises `Unavailable` when too many do."""
        self.check()
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1

    def check(self) -> None:
        """Raise `Unavailable` when too many follow."""
        if self._count >= FOLLOWERS_MAX:
            raise Unavailable(f"{FOLLOWERS_MAX} others follow already", retry_after_s=10)

    async def rest(self, seconds: float) -> bool:
        """Wait so long; True when it is time to end."""
        if not self._stop.is_set():
            try:
                await asyncio.wait_for(self._stop.wait(), seconds)
            except TimeoutError:
                return False
        return True


class Tail:
    """Reads on in the log of one environment, every call once."""

    def __init__(self, *, log: EventLog, environment_id: int, start: Place, source_id: int | None = None) -> None:
        """`source_id`: of this source alone. What is at or before `start` is not read."""
        self._log = log
        self._environment_id = environment_id
        self._source_id = source_id
        self._start = start
        self._newest = start
        self._seen: set[tuple[int, int, str]] = set()
        self.is_behind = False
        """More is there than the last look could take."""

    @property
    def place(self) -> Place:
        """Tell where the newest call that was read stands."""
        return self._newest

    async def look(self) -> list[InboundEvent]:
        """Read what entered the log since the last look, oldest first. Raises `Unavailable`."""
        found: list[InboundEvent] = []
        at = max(self._start, (self._newest[0] - LATE_MS, -1))
        for _ in range(_PAGES_MAX):
            page = await self._log.after(self._environment_id, *at, limit=_PAGE)
            found += [event for event in page if _key(event) not in self._seen and self._is_wanted(event)]
            self._seen.update(map(_key, page))
            at = (page[-1].received_at, page[-1].position) if page else at
            if len(page) < _PAGE:
                break
        self._newest = max(self._newest, at)
        self.is_behind = len(page) == _PAGE
        if self.is_behind:
            self._start = at  # so much comes that there is no time to look for late ones
        kept_from = max(self._start, (self._newest[0] - LATE_MS, -1))
        self._seen = {key for key in self._seen if key[:2] >= kept_from}
        return found

    def skip_to(self, received_at: int) -> None:
        """Go on from a later time, without what lies between."""
        self._start = self._newest = (received_at, -1)
        self._seen.clear()

    def _is_wanted(self, event: InboundEvent) -> bool:
        return self._source_id is None or event.source_id == self._source_id


async def newest(
    log: EventLog, environment_id: int, *, limit: int, since: int, source_id: int | None = None
) -> tuple[list[InboundEvent], Place]:
    """Read the newest calls received after `since` (ms), oldest first, and the place to read on from.

    It looks through so many calls of other sources at most.
    """
    found: list[InboundEvent] = []
    place, cursor = (since, -1), None
    for _ in range(_PAGES_MAX):
        page = await log.page(environment_id, EventFilter(received_after=since), limit=_PAGE, cursor=cursor)
        if page.items and cursor is None:
            place = (page.items[0].received_at, page.items[0].position)
        found += [event for event in page.items if source_id is None or event.source_id == source_id]
        cursor = page.cursor
        if cursor is None or len(found) >= limit:
            break
    return found[:limit][::-1], place


def cursor_of(place: Place) -> str:
    """Name a place, to read on from there."""
    return ids.derived_id(place[0], max(place[1], 0))


def _key(event: InboundEvent) -> tuple[int, int, str]:
    return event.received_at, event.position, event.user_key
