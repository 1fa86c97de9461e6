"""Delays and expiries of messages, as requests write them (courier-api.md §1.1)."""

import re
from datetime import UTC, datetime, tzinfo
from typing import Annotated

import msgspec
from msgspec import Meta

from tidings.errors import InvalidInput
from tidings.timing.opening_hours import OpeningHours
from tidings.timing.zone import zone_of

YEAR_MS = 366 * 24 * 3600 * 1000
_MINUTE_MS = 60_000
_Text = Annotated[str, Meta(min_length=1, max_length=500)]
_ISO = re.compile(r"\d{4}-?\d\d", re.ASCII)
_DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?", re.ASCII)
_UNITS_MS = (7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000)


class Delay(msgspec.Struct, frozen=True):
    """Wait so long, or until then."""

    duration: Annotated[float, Meta(ge=0, le=YEAR_MS)] | None = None
    """Milliseconds."""
    until: _Text | None = None
    """ISO-8601, or opening hours."""
    timezone: _Text | None = None

    def check(self, *, path: str) -> None:
        """Raise `InvalidInput` for what can never be kept."""
        if self.timezone is not None and zone_of(self.timezone) is None:
            raise InvalidInput("is no time zone: `Europe/Berlin`, or `UTC+4`", path=f"{path}.timezone")
        if self.until is not None and _moment(self.until, UTC) is None:
            if _ISO.match(self.until):
                raise InvalidInput("is no ISO-8601 time", path=f"{path}.until")
            OpeningHours.parse(self.until, path=f"{path}.until")


class Expiry(msgspec.Struct, frozen=True):
    """Not after so long, or not after then."""

    expires_in: Annotated[float, Meta(ge=0)] | _Text | None = None
    """Milliseconds, or an ISO-8601 duration."""
    expires_at: Annotated[float, Meta(ge=0)] | _Text | None = None
    """Epoch seconds or milliseconds, or ISO-8601."""

    def check(self, *, path: str) -> None:
        """Raise `InvalidInput` for what can never be kept."""
        if isinstance(self.expires_in, str) and duration_ms(self.expires_in) is None:
            raise InvalidInput("is milliseconds, or an ISO-8601 duration such as `P1D`", path=f"{path}.expires_in")
        if self.expires_at is not None and _at(self.expires_at) is None:
            raise InvalidInput("is an epoch or an ISO-8601 time", path=f"{path}.expires_at")


def due_at(delay: Delay, *, enqueued: int, now: int, zone: tzinfo) -> int | None:
    """Tell when a delayed message is due; a time that has passed is due at once. None when no opening is near."""
    due = enqueued
    if delay.duration is not None:
        due = enqueued + -(-int(delay.duration) // _MINUTE_MS) * _MINUTE_MS
    if delay.until is None:
        return due
    if (moment := _moment(delay.until, UTC if len(delay.until) <= 10 else zone)) is not None:
        return max(due, moment)
    return OpeningHours.parse(delay.until, path="message.delay.until").next_open(max(due, now), zone)


def expires_at(expiry: Expiry, *, enqueued: int) -> int | None:
    """Tell from when on it is too late; None for never."""
    if expiry.expires_at is not None:
        return _at(expiry.expires_at)
    if expiry.expires_in is None:
        return None
    wait = duration_ms(expiry.expires_in) if isinstance(expiry.expires_in, str) else int(expiry.expires_in)
    return None if wait is None else enqueued + wait


def _moment(text: str, zone: tzinfo) -> int | None:
    try:
        at = datetime.fromisoformat(text)
        return int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _at(value: float | str) -> int | None:
    if not isinstance(value, str):
        return int(value) if value >= 10**11 else int(value * 1000)  # in seconds that is the year 5138
    if value.isascii() and value.isdigit() and len(value) <= 16:
        return _at(float(value))
    return _moment(value, UTC)


def duration_ms(text: str) -> int | None:
    """Read an ISO-8601 duration without months and years, such as `P30D`; None for what is none."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    return sum(int(count or 0) * unit for count, unit in zip(found.groups(), _UNITS_MS, strict=True))
