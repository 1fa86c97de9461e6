"""What happened when: counts by the minute and by the hour, for whoever watches. The ledger balances; this shows."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec

from tidings.ledger.tally import Tally, summed

MINUTE_MS = 60_000

MINUTE = 1
HOUR = 60
"""For how many minutes a count stands. Those of a minute are kept for some days, those of an hour for good."""


class Kind(StrEnum):
    """What is counted."""

    CALL = "call"
    """Calls, by what became of them (`word` and `reason`), in the minute of their arrival. Hours are in the ledger."""
    MESSAGE = "message"
    """Messages that came to a status, in the minute in which they did. `ENQUEUED` has no hours: the ledger has."""
    ATTEMPT = "attempt"
    """Answers of providers: `SENT`, `UNDELIVERABLE`, `RETRY` or `UNKNOWN`."""
    AUDIENCE = "audience"
    """Users who came into an audience or left it (`JOINED`, `LEFT`); `reason` is the audience's id."""


class Activity(msgspec.Struct, frozen=True, order=True):
    """So many of a thing, in one environment, in one stretch of time."""

    environment_id: int
    span: int
    """Minutes: `MINUTE` or `HOUR`."""
    start: int
    """The first minute, since 1970 UTC."""
    kind: str
    word: str
    reason: str = ""
    channel: str = ""
    provider: str = ""
    count: int = 0
    took_ms: int = 0
    """How long all of them together took; of attempts alone."""


Happened = tuple[int, int, str, str, str, str, str, int]
"""Environment, time (ms), kind, word, reason, channel, provider, and how long it took (ms)."""


def gathered(happened: Iterable[Happened]) -> list[Activity]:
    """Add up what happened, by the minute and by the hour; sorted, so that writers lock rows in one order."""
    minutes: dict[tuple[Any, ...], list[int]] = {}
    for environment_id, at, kind, word, reason, channel, provider, took_ms in happened:
        added = minutes.setdefault((environment_id, at // MINUTE_MS, kind, word, reason, channel, provider), [0, 0])
        added[0] += 1
        added[1] += took_ms
    spans: dict[tuple[Any, ...], list[int]] = {}
    for (environment_id, minute, *words), (count, took_ms) in minutes.items():
        for span in (MINUTE, HOUR):
            added = spans.setdefault((environment_id, span, minute // span * span, *words), [0, 0])
            added[0] += count
            added[1] += took_ms
    return [Activity(*key, *added) for key, added in sorted(spans.items())]


def of_messages(minutes: Iterable[Tally]) -> list[Activity]:
    """Tell counts of new messages by the minute (see `summed`) as activity."""
    return [
        Activity(each.environment_id, MINUTE, each.hour, Kind.MESSAGE, "ENQUEUED", count=each.count) for each in minutes
    ]


def hourly(minutes: Iterable[Tally]) -> list[Tally]:
    """Add counts by the minute up to hours."""
    return summed((each.environment_id, each.hour * MINUTE_MS, each.word, each.reason, each.count) for each in minutes)


def of_calls(minutes: Iterable[Tally]) -> list[Activity]:
    """Tell counts of calls by the minute (see `summed`) as activity."""
    return [
        Activity(each.environment_id, MINUTE, each.hour, Kind.CALL, str(each.word), each.reason, count=each.count)
        for each in minutes
    ]
