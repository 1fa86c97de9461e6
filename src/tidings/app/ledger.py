"""Drawing up the ledger: the counts, what the stream still holds, and for a person the rows themselves."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from tidings.errors import InvalidInput
from tidings.ledger import PENDING, Account, Books, Period, Tally, balance, hour_of, summed
from tidings.ports import LedgerReading, LedgerStore, Stream

WAITING_CALLS_MAX = 200_000
"""Counted in a request at most; reading them takes about a second."""
UNSETTLED_MAX = 100_000
"""As above, for messages: they are counted in an index."""
HOURS_MAX = 31 * 24
"""The longest period that a request may ask for."""

_READ_COUNT = 4000
_ALL = 2**62

Progress = Callable[[int, int], None]
"""Told how many steps of how many are done."""


class Scope(msgspec.Struct, frozen=True):
    """Whose accounts, and for how long."""

    environment_ids: Sequence[int]
    now: int
    """Milliseconds; without a period, what still waits belongs to it up to this hour."""
    period: Period | None = None
    """None is everything that was counted."""


async def accounts(store: LedgerStore, stream: Stream, scope: Scope) -> tuple[Period, list[Account]]:
    """Answer from the counts alone, in bounded time; the period is the part of it that was counted.

    Raises `InvalidInput` for a period that is too long.
    """
    async with store.open() as reading:
        period = await _period(reading, scope)
        if period.end - period.first > HOURS_MAX:
            raise InvalidInput(f"a period has {HOURS_MAX // 24} days at most; `tidings ledger` has no limit")
        calls, messages = await _counted(reading, scope, period)
        unsettled = [
            tally
            for each in scope.environment_ids
            for tally in await reading.unsettled(each, period, limit=UNSETTLED_MAX)
        ]
        offsets = await reading.offsets()
    waiting = await _waiting(stream, offsets, period, calls_max=WAITING_CALLS_MAX)
    enough = sum(tally.count for tally in unsettled) < UNSETTLED_MAX and _count(waiting) < WAITING_CALLS_MAX
    books = Books(calls=calls, waiting=waiting, messages=messages, unsettled=unsettled, is_complete=enough)
    return period, balance(books, scope.environment_ids)


async def audit(
    store: LedgerStore, stream: Stream, scope: Scope, *, progress: Progress
) -> tuple[Period, list[Account]]:
    """Count every row again and compare. Takes its time, and keeps a snapshot open meanwhile."""
    async with store.open() as reading:
        period = await _period(reading, scope)
        calls, messages = await _counted(reading, scope, period)
        offsets = await reading.offsets()
        events_from, messages_from = await reading.kept_from()
        logged: list[Tally] = []
        kept: list[Tally] = []
        days = list(_days(period))
        steps = len(days) * len(scope.environment_ids)
        for done, (each, day) in enumerate((each, day) for each in scope.environment_ids for day in days):
            progress(done, steps)
            logged += await reading.logged(each, day)
            kept += await reading.kept(each, day)
        progress(steps, steps)
    waiting = await _waiting(stream, offsets, period, calls_max=_ALL)
    books = Books(
        calls=calls,
        waiting=waiting,
        messages=messages,
        unsettled=(),
        logged=logged,
        logged_from=events_from,
        kept=kept,
        kept_from=messages_from,
    )
    return period, balance(books, scope.environment_ids)


async def _period(reading: LedgerReading, scope: Scope) -> Period:
    counted_from = await reading.counted_from()
    if scope.period is None:
        spans = [span for each in scope.environment_ids if (span := await reading.span(each))]
        first = min([span.first for span in spans], default=hour_of(scope.now))
        end = max([span.end for span in spans], default=first)
        return Period(max(min(first, hour_of(scope.now)), counted_from), max(end, hour_of(scope.now) + 1, counted_from))
    return Period(max(scope.period.first, counted_from), max(scope.period.end, counted_from))


async def _counted(reading: LedgerReading, scope: Scope, period: Period) -> tuple[list[Tally], list[Tally]]:
    calls = [tally for each in scope.environment_ids for tally in await reading.calls(each, period)]
    messages = [tally for each in scope.environment_ids for tally in await reading.messages(each, period)]
    return calls, messages


def _days(period: Period) -> Iterator[Period]:
    for first in range(period.first, period.end, 24):
        yield Period(first, min(first + 24, period.end))


async def _waiting(stream: Stream, offsets: dict[int, int], period: Period, *, calls_max: int) -> list[Tally]:
    """Count what stands in the stream behind the offsets, as the front door counted it, up to where it ends now."""
    found: list[tuple[int, int, str, str, int]] = []
    seen = 0
    for partition in range(stream.partitions):
        after, last = offsets.get(partition, 0), await stream.last_offset(partition)
        while after < last and seen < calls_max:
            entries = await stream.read(partition, after, count_max=_READ_COUNT)
            if not entries:
                break
            after = entries[-1].offset
            seen += sum(entry.count for entry in entries)
            found += [
                (entry.environment_id, entry.received_at, PENDING, "", entry.count)
                for entry in entries
                if period.first_ms <= entry.received_at < period.end_ms
            ]
    return summed(found)


def _count(tallies: Sequence[Tally]) -> int:
    return sum(tally.count for tally in tallies)
