from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import InvalidInput
from tidings.timing import OpeningHours, zone_of

BERLIN = zone_of("Europe/Berlin")


def ms(text, zone=UTC):
    """A time on the wall of a zone, in milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


def opens(hours, at, zone=UTC):
    """When it is open next, on the wall of the zone."""
    found = OpeningHours.parse(hours, path="p").next_open(ms(at, zone), zone)
    return None if found is None else datetime.fromtimestamp(found / 1000, tz=zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        # 2026-01-05 is a Monday.
        ("Mo-Fr 09:00-17:00", "2026-01-05 09:00", "2026-01-05 09:00"),
        ("Mo-Fr 09:00-17:00", "2026-01-05 16:59", "2026-01-05 16:59"),
        ("Mo-Fr 09:00-17:00", "2026-01-05 17:00", "2026-01-06 09:00"),
        ("Mo-Fr 09:00-17:00", "2026-01-09 18:00", "2026-01-12 09:00"),
        ("Mo 09:00-12:00, 14:00-18:00", "2026-01-05 12:30", "2026-01-05 14:00"),
        ("Mo 09:00-12:00; Tu 10:00-11:00", "2026-01-05 12:30", "2026-01-06 10:00"),
        ("Fr-Mo 17:00-09:00", "2026-01-06 08:00", "2026-01-06 08:00"),
        ("Fr-Mo 17:00-09:00", "2026-01-06 09:00", "2026-01-09 17:00"),
        ("Su-Sa 08:00-12:00", "2026-01-07 13:00", "2026-01-08 08:00"),
        ("Mo,We-Th 08:00-09:00", "2026-01-05 10:00", "2026-01-07 08:00"),
        ("Su-Mo 11:00-11:00", "2026-01-05 10:00", "2026-01-05 11:00"),
        ("Su-Mo 11:00-11:00", "2026-01-05 11:01", "2026-01-11 11:00"),
        ("08:00-24:00", "2026-01-05 23:59", "2026-01-05 23:59"),
        ("08:00-24:00", "2026-01-06 00:00", "2026-01-06 08:00"),
        ("Mo-Su 00:00-24:00", "2026-01-05 10:00", "2026-01-05 10:00"),
        ("Mo-Fr 00:00-24:00", "2026-01-09 23:59", "2026-01-09 23:59"),
        ("Mo-Fr 00:00-24:00", "2026-01-10 00:00", "2026-01-12 00:00"),
        ("Mo-Fr 00:00-12:00, 12:00-24:00", "2026-01-09 12:00", "2026-01-09 12:00"),
        ("Jan 20: Su-Sa 09:00-17:00", "2026-01-05 10:00", "2026-01-20 09:00"),
        ("Jan-Feb: 09:00-17:00", "2026-01-05 10:00", "2026-01-05 10:00"),
        ("Dec-Feb: 09:00-17:00", "2026-02-28 20:00", None),
        ("Oct 31: 09:00-17:00", "2026-01-05 10:00", None),
        ("Mo-Su 09:00-17:00; Jan 05: 12:00-13:00", "2026-01-05 10:00", "2026-01-05 12:00"),
    ],
)
def test_when_it_opens(hours, at, expected):
    """Starts are inside and ends are not; ranges pass midnight; a rule with a date replaces the others on its day."""
    assert opens(hours, at) == expected


def test_the_wall_of_the_zone_counts():
    """Nine in Berlin is nine in Berlin, in winter and in summer."""
    assert opens("09:00-17:00", "2026-01-05 08:00", BERLIN) == "2026-01-05 09:00"
    hours = OpeningHours.parse("09:00-17:00", path="")
    assert hours.next_open(ms("2026-01-05 07:30"), BERLIN) == ms("2026-01-05 08:00")
    assert hours.next_open(ms("2026-07-06 06:30"), BERLIN) == ms("2026-07-06 07:00")


@pytest.mark.parametrize(
    "text",
    ["", ";", "Mo", "Mo-Fr", "9-17", "Mo 25:00-26:00", "Feb 30: 09:00-10:00", "Mo 09:00-10:00; x", "x" * 501],
)
def test_what_are_no_opening_hours(text):
    """Refused with the path of the field."""
    with pytest.raises(InvalidInput) as refusal:
        OpeningHours.parse(text, path="window")

    assert refusal.value.path == "window"


DAY = st.sampled_from(["Mo", "Tu-Th", "Fr-Mo", "Su-Sa", "Mo,We"])
CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 30]))


@given(DAY, CLOCK, CLOCK, st.integers(0, 400), st.sampled_from(["UTC", "Europe/Berlin", "UTC-5"]))
def test_the_next_opening_is_open_and_not_past(day, start, end, hours, zone):
    """What is told as the next opening is never before the question, and it is open then."""
    parsed = OpeningHours.parse(f"{day} {start}-{end}", path="")
    at = int((datetime(2026, 3, 20, tzinfo=UTC) + timedelta(hours=hours)).timestamp() * 1000)

    found = parsed.next_open(at, zone_of(zone))

    assert found is not None
    assert found >= at
    assert parsed.next_open(found, zone_of(zone)) == found
