"""The event catalogue: every event that a source has sent, and what its properties look like."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Controller, get
from litestar.params import FromPath

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.effects import Sighted

_DAY_MS = 86_400_000


class KnownProperty(msgspec.Struct):
    """A property. No value of it is kept, only what values look like."""

    path: str
    """Below `properties` or `traits`; `[]` is an item of a list, `*` any key."""
    types: list[str]
    """In FQL's words, most frequent first."""
    formats: list[str]
    shapes: list[str]
    """Some values with letters as `a` and `A` and digits as `9`."""
    share: float
    """Of the calls that were looked into, how many had it; 0 to 1."""


class DayCount(msgspec.Struct):
    """Calls of one day."""

    at: int
    count: int


class KnownEvent(msgspec.Struct):
    """An event that a source has sent."""

    type: str
    name: str
    count: int
    first_seen: int
    last_seen: int
    days: list[DayCount]
    properties: list[KnownProperty]


class KnownEventController(Controller):
    """For mapping, and for whoever writes conditions and templates."""

    path = "/sources"
    tags = ("Sources",)

    @get("/{source_id:int}/events", summary="List the events that a source has sent")
    async def all(self, source_id: FromPath[int], grant: Grant, services: Injected) -> Listing[KnownEvent]:
        """List them by type and name. Source 0 stands for the calls that Segment forwarded to `/inbound/segment`."""
        if source_id != 0:
            await services.sources.get(grant.environment_id, source_id)
        return whole(await services.catalogue.of_source(grant.environment_id, source_id), _answer)


def day_counts(events: Iterable[Sighted]) -> list[DayCount]:
    """Add events' calls up, by day."""
    sums: Counter[int] = Counter()
    for event in events:
        sums.update(event.days)
    return [DayCount(day * _DAY_MS, count) for day, count in sorted(sums.items())]


def _answer(seen: Sighted) -> KnownEvent:
    return KnownEvent(
        type=seen.type,
        name=seen.name,
        count=seen.count,
        first_seen=seen.first_seen,
        last_seen=seen.last_seen,
        days=day_counts([seen]),
        properties=known_properties(seen),
    )


def known_properties(seen: Sighted) -> list[KnownProperty]:
    """Tell what the properties of an event look like."""
    examined = max(seen.properties.get("examined", 0), 1)
    return [_property(path, known, examined) for path, known in sorted(seen.properties.get("paths", {}).items())]


def _property(path: str, known: dict[str, Any], examined: int) -> KnownProperty:
    return KnownProperty(
        path=path,
        types=_by_count(known["types"]),
        formats=_by_count(known["formats"]),
        shapes=known["shapes"],
        share=round(min(known["count"] / examined, 1.0), 4),
    )


def _by_count(counts: dict[str, int]) -> list[str]:
    return sorted(counts, key=lambda word: (-counts[word], word))
