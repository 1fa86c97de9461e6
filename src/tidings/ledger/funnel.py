"""How far the messages of one template came, in buckets of time (courier-api.md §10, `GET …/metrics`)."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

Granularity = Literal["HOUR", "DAY", "WEEK", "MONTH"]
DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
_SUNDAY_MS = 3 * DAY_MS
"""The first Sunday since 1970, which began with a Thursday."""
BUCKETS_MAX = 1_000


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that one provider had in hand on one channel, enqueued in one stretch of time."""

    start: int
    """When the stretch begins (ms)."""
    provider: str
    channel: str
    sent: int = 0
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    errors: int = 0
    """Refused or failed, those that a later provider took among them."""
    undeliverable: int = 0
    """Those that no provider took."""


def snapped(start: int, end: int, granularity: Granularity) -> list[int]:
    """Lay a window (ms) outwards on a grid: the beginning of each bucket, then the end of the last. All in UTC.

    More than `BUCKETS_MAX` buckets are cut off: the answer then has one too many, and whoever asked is told.
    """
    bounds = [_floor(start, granularity)]
    while bounds[-1] < end and len(bounds) <= BUCKETS_MAX + 1:
        bounds.append(_next(bounds[-1], granularity))
    return bounds


def in_buckets(found: Iterable[Handled], bounds: Sequence[int]) -> list[list[Handled]]:
    """Add up what is in each bucket, by provider and channel, in their order."""
    buckets: list[dict[tuple[str, str], Handled]] = [{} for _ in bounds[1:]]
    for each in found:
        place = bisect_right(bounds, each.start) - 1
        if 0 <= place < len(buckets):
            key = (each.provider, each.channel)
            before = buckets[place].get(key)
            buckets[place][key] = each if before is None else _sum(before, each)
    return [[bucket[key] for key in sorted(bucket)] for bucket in buckets]


def _sum(one: Handled, other: Handled) -> Handled:
    names = ("sent", "delivered", "opened", "clicked", "errors", "undeliverable")
    return msgspec.structs.replace(one, **{name: getattr(one, name) + getattr(other, name) for name in names})


def _floor(at: int, granularity: Granularity) -> int:
    match granularity:
        case "HOUR":
            return at // _HOUR_MS * _HOUR_MS
        case "DAY":
            return at // DAY_MS * DAY_MS
        case "WEEK":
            return (at - _SUNDAY_MS) // (7 * DAY_MS) * (7 * DAY_MS) + _SUNDAY_MS
        case "MONTH":
            day = datetime.fromtimestamp(at / 1000, UTC)
            return int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp() * 1000)


def _next(at: int, granularity: Granularity) -> int:
    match granularity:
        case "HOUR":
            return at + _HOUR_MS
        case "DAY":
            return at + DAY_MS
        case "WEEK":
            return at + 7 * DAY_MS
        case "MONTH":
            return _floor(at + 31 * DAY_MS, granularity)
