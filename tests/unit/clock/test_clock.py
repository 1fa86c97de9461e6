from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.clock import SystemClock, iso


@pytest.mark.parametrize(
    ("at_ms", "written"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (1_700_000_000_999, "2023-11-14T22:13:20.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_a_time_is_written_as_segment_does(at_ms, written):
    """Times are ISO-8601 in UTC with three digits of milliseconds and `Z`."""
    assert iso(at_ms) == written


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_a_written_time_is_read_back(at_ms):
    """Every millisecond from year 1 to 9999 survives being written."""
    read = datetime.fromisoformat(iso(at_ms))
    assert (read - datetime.fromisoformat("1970-01-01T00:00:00Z")).total_seconds() == pytest.approx(
        at_ms / 1000, abs=5e-4
    )


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999), st.integers(0, 10_000))
def test_written_times_sort_like_times(at_ms, later_ms):
    """Written times sort as text like the times they are."""
    assert iso(at_ms) <= iso(min(at_ms + later_ms, 253_402_300_799_999))


def test_the_machines_clock_counts_milliseconds():
    """The system's clock agrees with the machine's, in milliseconds since 1970."""
    before = datetime.now().astimezone().timestamp() * 1000
    assert before - 1 <= SystemClock().now_ms() <= before + 60_000
