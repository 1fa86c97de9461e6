import pytest

from tidings.ingest.moment import EARLIEST_MS, LATEST_MS, corrected, is_writable, parse_moment

NEW_YEAR_2020 = 1_577_836_800_000


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(1577836800, NEW_YEAR_2020, id="epoch seconds"),
        pytest.param(1577836800.25, NEW_YEAR_2020 + 250, id="epoch seconds with a fraction"),
        pytest.param(1577836800000, NEW_YEAR_2020, id="epoch milliseconds"),
        pytest.param(1577836800000000, NEW_YEAR_2020, id="epoch microseconds"),
        pytest.param(1577836800000000000, NEW_YEAR_2020, id="epoch nanoseconds"),
        pytest.param("1577836800", NEW_YEAR_2020, id="epoch seconds as text"),
        pytest.param("2020-01-01", NEW_YEAR_2020, id="date"),
        pytest.param("2020-1-1", NEW_YEAR_2020, id="date without zeros"),
        pytest.param("20200101", NEW_YEAR_2020, id="basic date"),
        pytest.param("2015-2-02T00:30:08.276Z", 1_422_837_008_276, id="month without zero"),
        pytest.param("Wed, 01 Jan 2020 01:00:00 +0100", NEW_YEAR_2020, id="RFC 2822"),
        pytest.param("2020-05-09 23:54:49.209808489 +0000 UTC m=+0.005", 1_589_068_489_209, id="Go"),
        pytest.param("2020-01-01 02:00:00 +0200 CEST", NEW_YEAR_2020, id="Go with a zone's name"),
        pytest.param("2020-01-01T00:00:00.123456789Z", NEW_YEAR_2020 + 123, id="nanoseconds"),
        pytest.param("2020-01-01T05:30:00+05:30", NEW_YEAR_2020, id="offset"),
        pytest.param("2020-01-01T00:00:00", NEW_YEAR_2020, id="no zone is UTC"),
        pytest.param("2019-12-31T23:59:60Z", NEW_YEAR_2020, id="leap second"),
        pytest.param("2019-12-31T24:00:00Z", NEW_YEAR_2020, id="24:00"),
        pytest.param("1969-12-31T23:59:59.999Z", -1, id="before 1970"),
        pytest.param("0001-01-01T00:00:00Z", EARLIEST_MS, id="year 1"),
        pytest.param("9999-12-31T23:59:59.999Z", LATEST_MS, id="year 9999"),
    ],
)
def test_what_means_one_time_is_read(text, at) -> None:
    """Each format of segment.md §7 rows 43 and 44 is read as the one time it means."""
    assert parse_moment(text) == at


@pytest.mark.parametrize(
    "text",
    [
        *["", "  ", "yesterday", "2020", "01/02/2020", "2020-13-01", "2020-01-01T25:00:00Z", "2020-01-01T24:01:00Z"],
        *["9999-12-31T24:00:00Z", "0001-01-01T00:00:00+14:00", "2020-01-01T00:00:00+99:99", "2020-01-01T00:61:00Z"],
        *["1" * 80, "2" * 100_000, True, None, [], {}, 10**30, -(10**30), 1e300],
    ],
)
def test_what_means_nothing_or_several_times_is_none(text) -> None:
    """What is no time, no time that can be written, or ambiguous, is none."""
    assert parse_moment(text) is None


def test_clock_skew_is_corrected_as_the_spec_computes_it() -> None:
    """The public spec's own example: made at 01.152, sent at 01.169, received at 01.266, so it happened at 01.249."""
    assert corrected(1152, sent_at=1169, received_at=1266) == 1249


def test_a_correction_out_of_the_calendar_is_none() -> None:
    """A correction that leaves the years 1 to 9999 is not made, so that every timestamp can be written."""
    assert corrected(LATEST_MS, sent_at=0, received_at=NEW_YEAR_2020) == LATEST_MS
    assert not is_writable(LATEST_MS + 1)
