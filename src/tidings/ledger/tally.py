"""A count of one thing in one hour."""

from collections import Counter
from collections.abc import Iterable

import msgspec

HOUR_MS = 3_600_000

ACCEPTED = "ACCEPTED"
"""Calls that the stream handed over, as the front door had counted them; what became of each is counted apart."""
DUPLICATE = "DUPLICATE"
"""Calls that were dropped because they had come before."""
REQUESTED = "REQUESTED"
"""Requests to send: they leave a message and no event."""
PENDING = "PENDING"
"""Calls in the stream that nobody has applied yet."""
MADE = "MADE"
"""Messages that were put into the queue."""
UNKNOWN = "UNKNOWN"
"""Messages that may have been sent, and nobody can know."""

ERASED = "ERASED"
"""Calls and messages whose rows were deleted because their user asked for it."""


class Tally(msgspec.Struct, frozen=True, order=True):
    """So many of a word and reason, in one environment, in one hour."""

    environment_id: int
    hour: int
    """Hours since 1970 UTC: of a call's arrival, or of a message's enqueueing."""
    word: str
    """One of the words above, or what an event or a message ended as."""
    reason: str
    count: int


class Period(msgspec.Struct, frozen=True):
    """Whole hours, from the first up to and without `end`."""

    first: int
    end: int

    @property
    def first_ms(self) -> int:
        """When it begins."""
        return self.first * HOUR_MS

    @property
    def end_ms(self) -> int:
        """When it is over."""
        return self.end * HOUR_MS


def hour_of(at_ms: int) -> int:
    """Tell in which hour a time lies."""
    return at_ms // HOUR_MS


def summed(items: Iterable[tuple[int, int, str, str, int]], *, each_ms: int = HOUR_MS) -> list[Tally]:
    """Add up (environment, time in ms, word, reason, count), sorted, so that writers lock rows in one order.

    `each_ms` is the stretch that a count stands for, in place of an hour; `hour` is then its number since 1970.
    """
    counts: Counter[tuple[int, int, str, str]] = Counter()
    for environment_id, at_ms, word, reason, count in items:
        counts[environment_id, at_ms // each_ms, word, reason] += count
    return [Tally(*key, count) for key, count in sorted(counts.items())]
