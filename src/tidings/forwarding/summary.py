"""What a destination's counts say: the delivery view (segment.md §3.7). Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tidings.effects import Tally
from tidings.forwarding.tallying import BOUNDS_MS, HOUR_MS

RESULTS = ("received", "filtered", "delivered", "retried", "failed", "skipped")
EVENTS_MAX = 100
"""Events that are listed apart: those with most calls."""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls came to what. `retried` counts tries, all others calls."""

    received: int = 0
    filtered: int = 0
    delivered: int = 0
    retried: int = 0
    failed: int = 0
    skipped: int = 0


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """How often there was one reason."""

    reason: str
    count: int
    filter_id: str = ""
    """The filter behind `FILTERED_BY_RULES`."""
    filter_title: str = ""


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """From arrival here to acceptance there, in milliseconds: upper bounds of the histogram's bars. None: no data."""

    p50: int | None = None
    p95: int | None = None
    p99: int | None = None


class EventTotals(Totals, frozen=True, kw_only=True):
    """The same, of one event."""

    name: str
    latency_ms: Latency


class HourTotals(Totals, frozen=True, kw_only=True):
    """The same, of one hour."""

    at: int
    """When it began, in milliseconds."""
    latency_ms: Latency


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    totals: Totals
    filtered: list[Cause]
    retried: list[Cause]
    failed: list[Cause]
    latency_ms: Latency
    events: list[EventTotals]
    hours: list[HourTotals]


def summarised(tallies: Sequence[Tally], *, titles: Mapping[str, str]) -> Summary:
    """Sum counts up; `titles` are those of filters, by id."""
    by_event: dict[str, list[Tally]] = {}
    by_hour: dict[int, list[Tally]] = {}
    for tally in tallies:
        by_hour.setdefault(tally.hour, []).append(tally)
        if tally.name:  # earlier versions counted latency without a name
            by_event.setdefault(tally.name, []).append(tally)
    largest = sorted(by_event, key=lambda name: (-_sums(by_event[name]).get("received", 0), name))[:EVENTS_MAX]
    return Summary(
        totals=Totals(**_sums(tallies)),
        filtered=_causes(tallies, "filtered", titles),
        retried=_causes(tallies, "retried", titles),
        failed=_causes(tallies, "failed", titles),
        latency_ms=_latency(tallies),
        events=[
            EventTotals(name=name, latency_ms=_latency(by_event[name]), **_sums(by_event[name])) for name in largest
        ],
        hours=[
            HourTotals(at=hour * HOUR_MS, latency_ms=_latency(by_hour[hour]), **_sums(by_hour[hour]))
            for hour in sorted(by_hour)
        ],
    )


def _sums(tallies: Iterable[Tally]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for tally in tallies:
        if tally.result in RESULTS:
            sums[tally.result] += tally.count
    return dict(sums)


def _causes(tallies: Iterable[Tally], result: str, titles: Mapping[str, str]) -> list[Cause]:
    counts: Counter[str] = Counter()
    for tally in tallies:
        if tally.result == result:
            counts[tally.reason] += tally.count
    causes = []
    for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        code, _, filter_id = reason.partition(":")
        title = titles.get(filter_id, "")
        causes.append(Cause(reason=code, count=count, filter_id=filter_id, filter_title=title))
    return causes


def _latency(tallies: Iterable[Tally]) -> Latency:
    bars: Counter[int] = Counter()
    for tally in tallies:
        if tally.result == "latency":
            bars[int(tally.reason) or BOUNDS_MS[-1] * 2] += tally.count
    if not bars:
        return Latency()
    return Latency(p50=_percentile(bars, 0.50), p95=_percentile(bars, 0.95), p99=_percentile(bars, 0.99))


def _percentile(bars: Counter[int], share: float) -> int:
    wanted, seen = share * bars.total(), 0
    for bound in sorted(bars):
        seen += bars[bound]
        if seen >= wanted:
            return bound
    return max(bars)
