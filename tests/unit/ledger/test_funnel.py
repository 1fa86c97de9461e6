"""Windows on a grid, and what is in their buckets."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.ledger import Handled, in_buckets, snapped
from tidings.ledger.funnel import BUCKETS_MAX

SIZES = ("HOUR", "DAY", "WEEK", "MONTH")


def ms(text):
    """Read a time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("size", "first", "last", "count"),
    [
        ("HOUR", "2026-05-06T07:00", "2026-05-06T10:00", 3),
        ("DAY", "2026-05-06", "2026-05-07", 1),
        ("WEEK", "2026-05-03", "2026-05-10", 1),  # a Sunday
        ("MONTH", "2026-05-01", "2026-06-01", 1),
    ],
)
def test_a_window_is_laid_outwards(size, first, last, count):
    """It begins where its first bucket does and ends where its last does, in UTC; weeks begin on Sunday."""
    bounds = snapped(ms("2026-05-06T07:30"), ms("2026-05-06T09:10"), size)
    assert (bounds[0], bounds[-1], len(bounds) - 1) == (ms(first), ms(last), count)


@given(st.sampled_from(SIZES), st.integers(0, 4 * 10**12), st.integers(1, 10**10), st.lists(st.integers(0, 10**10)))
def test_nothing_within_is_lost(size, start, span, offsets):
    """Every moment of the window lies in one bucket, and what is in the buckets is what was found."""
    bounds = snapped(start, start + span, size)
    assert bounds == sorted(set(bounds))
    assert bounds[0] <= start
    assert bounds[-1] >= start + span or len(bounds) > BUCKETS_MAX + 1
    found = [Handled(start=start + offset % span, provider="p", channel="c", sent=1) for offset in offsets]
    seen = [each for each in found if each.start < bounds[-1]]
    assert sum(each.sent for bucket in in_buckets(found, bounds) for each in bucket) == len(seen)
