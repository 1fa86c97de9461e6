"""Joining what a batch showed with what was known."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tidings.catalogue.sighting import PATHS_MAX, SHAPES_MAX
from tidings.effects import Sighted

DAYS_KEPT = 60


def merged(known: Sighted | None, news: Sighted) -> Sighted:
    """Join two sightings of one event. In any order the counts come out alike."""
    if known is None:
        return news
    days = Counter(known.days) + Counter(news.days)
    last = max(days, default=0)
    return Sighted(
        environment_id=news.environment_id,
        source_id=news.source_id,
        type=news.type,
        name=news.name,
        count=known.count + news.count,
        first_seen=min(known.first_seen, news.first_seen),
        last_seen=max(known.last_seen, news.last_seen),
        days={day: count for day, count in sorted(days.items()) if day > last - DAYS_KEPT},
        properties={
            "examined": known.properties.get("examined", 0) + news.properties.get("examined", 0),
            "paths": _paths(known.properties.get("paths", {}), news.properties.get("paths", {})),
        },
    )


def _paths(known: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    paths = dict(known)
    for path, seen in news.items():
        before = paths.get(path)
        if before is not None:
            paths[path] = _joined(before, seen)
        elif len(paths) < PATHS_MAX:
            paths[path] = seen
    return paths


def _joined(before: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "count": before["count"] + seen["count"],
        "types": dict(Counter(before["types"]) + Counter(seen["types"])),
        "formats": dict(Counter(before["formats"]) + Counter(seen["formats"])),
        "shapes": list(dict.fromkeys([*before["shapes"], *seen["shapes"]]))[:SHAPES_MAX],
    }
