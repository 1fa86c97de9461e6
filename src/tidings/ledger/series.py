"""From counts to lines of a chart. Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from tidings.ledger.activity import Activity


class Line(msgspec.Struct, frozen=True):
    """One line: what it counts, and how much of it in each bucket."""

    words: tuple[str, ...]
    total: int
    counts: list[int]
    """One for each bucket, in order."""


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """How a provider has answered."""

    provider: str
    channel: str
    attempts: int
    sent: int
    undeliverable: int
    retried: int
    """Times that it was to be tried again later."""
    unknown: int
    """Times that nobody knows what became of it."""
    average_ms: float | None
    """How long an answer took on average; null when there was none."""


def lines(
    found: Iterable[Activity], starts: Sequence[int], words: Callable[[Activity], tuple[str, ...] | None]
) -> list[Line]:
    """Draw a line for each answer of `words`, the largest first; what it answers None to is left out.

    `starts` are the first minutes of the buckets.
    """
    places = {start: place for place, start in enumerate(starts)}
    drawn: dict[tuple[str, ...], list[int]] = {}
    for each in found:
        name, place = words(each), places.get(each.start)
        if name is None or place is None:
            continue
        drawn.setdefault(name, [0] * len(starts))[place] += each.count
    every = [Line(name, sum(counts), counts) for name, counts in drawn.items()]
    return sorted(every, key=lambda line: (-line.total, line.words))


def answers(found: Iterable[Activity]) -> list[Answers]:
    """Add up how each provider has answered, on each channel; the busiest first."""
    added: dict[tuple[str, str], dict[str, Any]] = {}
    for each in found:
        of = added.setdefault((each.provider, each.channel), {"took": 0})
        of[each.word] = of.get(each.word, 0) + each.count
        of["took"] += each.took_ms
    every = [_answers(provider, channel, of) for (provider, channel), of in added.items()]
    return sorted(every, key=lambda one: (-one.attempts, one.provider, one.channel))


def _answers(provider: str, channel: str, of: dict[str, Any]) -> Answers:
    sent, undeliverable, retried, unknown = (of.get(word, 0) for word in ("SENT", "UNDELIVERABLE", "RETRY", "UNKNOWN"))
    attempts = sent + undeliverable + retried + unknown
    return Answers(
        provider=provider,
        channel=channel,
        attempts=attempts,
        sent=sent,
        undeliverable=undeliverable,
        retried=retried,
        unknown=unknown,
        average_ms=round(of["took"] / attempts, 1) if attempts else None,
    )
