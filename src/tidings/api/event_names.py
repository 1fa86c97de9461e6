"""Every event name that any source has sent: how often, from where, and what it sends."""

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from typing import Annotated, Literal

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, FromQuery, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.known_events import DayCount, KnownProperty, known_properties
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, Paging
from tidings.catalogue import merged
from tidings.effects import Sighted
from tidings.errors import NotFound
from tidings.event_maps import segment_event_id
from tidings.ports import EventFilter

Kind = Literal["track", "identify", "page", "screen", "group", "alias"]

_DAY_MS = 86_400_000
_ROUNDS_MAX = 5
"""So many names are looked at for a page that wants only some: five times what it may hold."""


class EventName(msgspec.Struct):
    """An event, over all sources. Times are epoch milliseconds; days are UTC's."""

    type: Kind
    name: str
    """Empty for calls that have none, such as identifies."""
    event: str | None
    """The id that an event map maps; of tracks alone."""
    template_id: str | None
    """What it sends; null for an unmapped one."""
    count: int
    """Calls since it was first seen."""
    first_seen: int
    last_seen: int
    days: list[DayCount]
    sources: list[int]
    """Which have sent it; 0 stands for Segment's own destination."""


class EventDetails(EventName):
    """An event with what its calls look like."""

    properties: list[KnownProperty] = []
    sample_id: str | None = None
    """The newest call in the log; null when none of its calls is kept."""


class EventNameController(Controller):
    """For mapping: what could be sent, and is not yet."""

    path = "/known-events"
    tags = ("Events",)

    @get(summary="List the events that were ever sent")
    async def page(
        self,
        *,
        grant: Grant,
        services: Injected,
        kind: Annotated[Kind, QueryParameter(name="type")] = "track",
        begins: Annotated[str, QueryParameter(max_length=200, description="How the name begins.")] = "",
        mapped: FromQuery[bool | None] = None,
        cursor: Cursor = None,
        limit: Limit = LIMIT,
    ) -> Listing[EventName]:
        """List events by name, from all sources together. Some seconds pass before a new one is among them.

        A page that wants the mapped or the unmapped alone may hold less than `limit` and have a cursor all the same.
        """
        found: list[EventName] = []
        after = cursor
        for _ in range(_ROUNDS_MAX):
            names = await services.catalogue.names(
                grant.environment_id, kind, begins=begins, after=after, limit=limit + 1
            )
            found += [each for each in await _described(services, grant, kind, names[:limit]) if _is(each, mapped)]
            after = names[limit - 1] if len(names) > limit else None
            if after is None or len(found) >= limit:
                break
        if len(found) > limit:
            found, after = found[:limit], found[limit - 1].name
        return Listing(paging=Paging(more=after is not None, cursor=after), results=found)

    @get("/{kind:str}", summary="Read what is known of an event")
    async def retrieve(
        self, kind: FromPath[Kind], grant: Grant, services: Injected, name: FromQuery[str] = ""
    ) -> EventDetails:
        """Answer its calls by day, its sources, what it sends, what its properties look like, and a sample."""
        seen = await services.catalogue.of_names(grant.environment_id, kind, [name])
        if not seen:
            raise NotFound("no source has sent an event of this name, or it was sent only seconds ago")
        (described,) = await _described(services, grant, kind, [name])
        where = EventFilter(type=kind, name=name or None)
        newest = (await services.events.page(grant.environment_id, where, limit=1, cursor=None)).items
        whole = reduce(merged, seen[1:], seen[0])
        return EventDetails(
            **msgspec.structs.asdict(described),
            properties=known_properties(whole),
            sample_id=newest[0].id if newest else None,
        )


async def _described(services: Injected, grant: Grant, kind: Kind, names: Sequence[str]) -> list[EventName]:
    seen = await services.catalogue.of_names(grant.environment_id, kind, names)
    ids = [segment_event_id(name) for name in names] if kind == "track" else []
    maps = await services.event_maps.of(grant.environment_id, ids)
    by_name: dict[str, list[Sighted]] = {}
    for each in seen:
        by_name.setdefault(each.name, []).append(each)
    return [_described_one(kind, name, by_source, maps) for name, by_source in by_name.items()]


def _described_one(kind: Kind, name: str, seen: Sequence[Sighted], maps: dict[str, str]) -> EventName:
    event = segment_event_id(name) if kind == "track" else None
    days: Counter[int] = Counter()
    for each in seen:
        days.update(each.days)
    return EventName(
        type=kind,
        name=name,
        event=event,
        template_id=maps.get(event or ""),
        count=sum(each.count for each in seen),
        first_seen=min(each.first_seen for each in seen),
        last_seen=max(each.last_seen for each in seen),
        days=[DayCount(day * _DAY_MS, count) for day, count in sorted(days.items())],
        sources=sorted(each.source_id for each in seen),
    )


def _is(each: EventName, mapped: bool | None) -> bool:  # noqa: FBT001 what was asked for
    return mapped is None or (each.template_id is not None) == mapped
