from datetime import UTC, datetime

import msgspec
import pytest

from tidings.timing import Delay, Expiry, due_at, expires_at, zone_of, zone_of_recipient

NOON = 1_767_268_800_000  # 2026-01-01 12:00 UTC, a Thursday
MINUTE, HOUR = 60_000, 3_600_000


@pytest.mark.parametrize(
    ("delay", "waits"),
    [
        ({}, 0),
        ({"duration": 0}, 0),
        ({"duration": 1}, MINUTE),
        ({"duration": 60_000}, MINUTE),
        ({"duration": 60_001}, 2 * MINUTE),
        ({"until": "2026-01-01T13:00:00Z"}, HOUR),
        ({"until": "2026-01-01T13:00:00+02:00"}, 0),
        ({"until": "2026-01-01T14:00:00"}, HOUR),
        ({"until": "2026-01-02"}, 12 * HOUR),
        ({"until": "2025-01-01"}, 0),
        ({"until": "Th 14:00-15:00"}, HOUR),
        ({"until": "Th 13:00-15:00"}, 0),
        ({"duration": HOUR, "until": "Th 13:00-13:30"}, 24 * 7 * HOUR),
    ],
)
def test_how_long_it_waits(delay, waits):
    """A duration is rounded up to minutes, a date is midnight UTC, other times are of the zone, hours are awaited."""
    wanted = msgspec.convert(delay, Delay)

    due = due_at(wanted, enqueued=NOON, now=NOON, zone=zone_of("Europe/Berlin"))

    assert max(due - NOON, 0) == waits


def test_hours_that_never_come():
    """An opening that is not within 90 days is no due time."""
    assert due_at(Delay(until="Oct 31: 09:00-10:00"), enqueued=NOON, now=NOON, zone=UTC) is None


@pytest.mark.parametrize(
    ("expiry", "after"),
    [
        ({}, None),
        ({"expires_in": 1000}, 1000),
        ({"expires_in": "PT1H30M"}, HOUR + 30 * MINUTE),
        ({"expires_in": "P1W2D"}, 9 * 24 * HOUR),
        ({"expires_at": (NOON + HOUR) // 1000}, HOUR),
        ({"expires_at": NOON + HOUR}, HOUR),
        ({"expires_at": str(NOON + HOUR)}, HOUR),
        ({"expires_at": "2026-01-01T13:00:00Z", "expires_in": 1}, HOUR),
    ],
)
def test_when_it_expires(expiry, after):
    """So long after it was accepted, or at a time, as seconds, milliseconds or ISO-8601."""
    found = expires_at(msgspec.convert(expiry, Expiry), enqueued=NOON)

    assert found == (None if after is None else NOON + after)


@pytest.mark.parametrize(
    ("named", "to", "stored", "expected"),
    [
        ("UTC+4", {"timezone": "UTC+5"}, {}, "UTC+04:00"),
        (None, {"timezone": "UTC+5"}, {"zoneinfo": "UTC+6"}, "UTC+05:00"),
        (None, {}, {"zoneinfo": "Europe/Berlin", "timezone": "UTC+6"}, "Europe/Berlin"),
        (None, {}, {"timezone": "UTC-5:30"}, "UTC-05:30"),
        (None, {"timezone": "Mars/Olympus"}, {"timezone": 7}, "Asia/Tokyo"),
        (None, {}, {}, "Asia/Tokyo"),
    ],
)
def test_whose_zone(named, to, stored, expected):
    """The one named, else the recipient's, else the profile's, else the default; what is no zone is passed over."""
    zone = zone_of_recipient(named, to, stored, "Asia/Tokyo")

    assert str(zone) == expected


@pytest.mark.parametrize("name", ["", "../etc/passwd", "/etc/passwd", "UTC+99", "Europe", "x" * 65, "a\0b"])
def test_what_is_no_zone(name):
    """A name of no zone, or of a file that is none, is None."""
    assert zone_of(name) is None


def test_utc_is_utc():
    """The plain names mean UTC."""
    at = datetime(2026, 7, 1, tzinfo=UTC)
    assert {at.astimezone(zone_of(name)).utcoffset() for name in ("UTC", "GMT", "UTC+0")} == {at.utcoffset()}
