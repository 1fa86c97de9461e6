"""Helpers for dates and times (courier-semantics.md §15)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from tidings.rendering.called import Called, Vocabulary

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_DIRECTIVE = re.compile(r"%(?P<plain>-?)(?P<kind>[a-zA-Z%])")
_YEAR_9999_MS = 253_402_300_799_000
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-]\d{1,2})(?::?(\d{2}))?\Z")

_SAID: dict[str, Callable[[datetime], str]] = {
    "Y": lambda at: f"{at.year:04d}",
    "y": lambda at: f"{at.year % 100:02d}",
    "m": lambda at: f"{at.month:02d}",
    "d": lambda at: f"{at.day:02d}",
    "e": lambda at: str(at.day),
    "H": lambda at: f"{at.hour:02d}",
    "k": lambda at: str(at.hour),
    # Courier's documentation shows the hour of a clock face without a leading zero.
    "I": lambda at: str(at.hour % 12 or 12),
    "l": lambda at: str(at.hour % 12 or 12),
    "M": lambda at: f"{at.minute:02d}",
    "S": lambda at: f"{at.second:02d}",
    "L": lambda at: f"{at.microsecond // 1000:03d}",
    "p": lambda at: "am" if at.hour < 12 else "pm",
    "P": lambda at: "AM" if at.hour < 12 else "PM",
    "A": lambda at: _DAYS[at.weekday()],
    "a": lambda at: _DAYS[at.weekday()][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "h": lambda at: _MONTHS[at.month - 1][:3],
    "j": lambda at: f"{at.timetuple().tm_yday:03d}",
    "u": lambda at: str(at.isoweekday()),
    "w": lambda at: str(at.isoweekday() % 7),
    "V": lambda at: f"{at.isocalendar().week:02d}",
    "s": lambda at: str(int(at.timestamp())),
    "z": lambda at: at.strftime("%z"),
    "Z": lambda at: at.tzname() or "UTC",
    "F": lambda at: f"{at:%Y-%m-%d}",
    "T": lambda at: f"{at:%H:%M:%S}",
    "R": lambda at: f"{at:%H:%M}",
    "D": lambda at: f"{at:%m/%d/%y}",
    "n": lambda _: "\n",
    "t": lambda _: "\t",
    "%": lambda _: "%",
}


def moment(called: Called, at: int = 0) -> datetime:
    """Read an argument as a moment: milliseconds since 1970, or ISO 8601. Raises `RenderError`."""
    found = moment_of(called.value(at))
    if found is None:
        raise called.wrong("takes milliseconds since 1970 or an ISO date")
    return found


def moment_of(value: Any) -> datetime | None:
    """Read a moment; None when it is none. Without a zone it is UTC."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value):
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _YEAR_9999_MS / 4:
        try:
            return datetime.fromtimestamp(value / 1000, UTC)
        except (OverflowError, ValueError, OSError):
            return None
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def zone(name: str) -> tzinfo | None:
    """Find a time zone: an IANA name, or `UTC+2`; None when there is none."""
    if found := _OFFSET.match(name):
        hours = int(found[1])
        return datetime.strptime(f"{hours:+03d}{found[2] or '00'}", "%z").tzinfo if abs(hours) < 24 else None
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return None


def _datetime_format(called: Called) -> str:
    name = called.text(2) or called.run.stage.timezone
    there = zone(name)
    if there is None:
        raise called.wrong("takes an IANA time zone as its third argument")
    at = moment(called).astimezone(there)

    def said(found: re.Match[str]) -> str:
        say = _SAID.get(found["kind"])
        text = found[0] if say is None else say(at)
        return text.lstrip("0") or "0" if found["plain"] and text.isdigit() else text

    return _DIRECTIVE.sub(said, called.text(1) or "%F %T")


TIME: Vocabulary = {
    "datetime-format": _datetime_format,
    "swu_datetimeformat": _datetime_format,
    "swu_iso8601_to_time": lambda called: int(moment(called).timestamp() * 1000),
    "swu_timestamp_to_time": lambda called: called.number() * 1000,
}
