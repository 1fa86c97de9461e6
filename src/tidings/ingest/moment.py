"""When it happened: the formats that libraries send, and clocks that are wrong (segment.md §1.11)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Final

EARLIEST_MS: Final = -62_135_596_800_000
"""The year 1: nothing earlier can be written as a date."""
LATEST_MS: Final = 253_402_300_799_999
"""The end of the year 9999."""
TEXT_LENGTH_MAX: Final = 80
"""Go's own way to print a time takes 60 characters; nothing sensible takes more."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Also Go's print of a time, months and days without their zero, leap seconds and 24:00.
_LOOSE_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:[Tt ] ?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,18}))?)?"
    r" ?(?P<zone>[Zz]|UTC|GMT|(?P<sign>[+-])(?P<zone_hour>\d\d):?(?P<zone_minute>\d\d)?)?(?: [A-Z]{1,5})?"
    r"(?: m=[+-][\d.]+)?)?",
    re.ASCII,
)
_EPOCH_TEXT = re.compile(r"-?\d{9,20}(?:\.\d{1,9})?", re.ASCII)
_BASIC_ISO = re.compile(r"\d{8}(?:T\d{4}(?:\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d{4})?)?", re.ASCII)
_RFC_2822 = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d.*", re.ASCII)
# What one unit of an epoch number is in milliseconds, by the size from which on it can be nothing else:
# in seconds 1e11 is the year 5138, in milliseconds it is 1973.
_EPOCH_UNITS = ((10**11, Decimal(1000)), (10**14, Decimal(1)), (10**17, Decimal("1e-3")), (10**20, Decimal("1e-6")))


def milliseconds(at: datetime) -> int:
    """Turn an aware time into milliseconds since 1970."""
    return (at - _EPOCH) // _MILLISECOND


def is_writable(at_ms: int) -> bool:
    """Tell whether a time lies in the years 1 to 9999."""
    return EARLIEST_MS <= at_ms <= LATEST_MS


def parse_moment(value: Any) -> int | None:
    """Read a time in milliseconds, when it can mean one thing only: without a zone it is UTC. None when it cannot."""
    match value:
        case bool():
            return None
        case int() | float() | Decimal():
            at = _of_number(Decimal(value))
        case str() if len(value) <= TEXT_LENGTH_MAX:
            at = _of_text(value.strip())
        case _:
            return None
    return at if at is not None and is_writable(at) else None


def corrected(original: int, *, sent_at: int, received_at: int) -> int:
    """Correct a client's clock: the call was made as long before it arrived as it was made before it was sent.

    Never clamped to now. A correction out of the calendar is none.
    """
    moved = received_at - (sent_at - original)
    return moved if is_writable(moved) else original


def _of_number(number: Decimal) -> int | None:
    for limit, unit in _EPOCH_UNITS:
        if abs(number) < limit:
            return int(number * unit)
    return None


def _of_text(text: str) -> int | None:
    if _EPOCH_TEXT.fullmatch(text):
        return _of_number(Decimal(text))
    try:
        if loose := _LOOSE_ISO.fullmatch(text):
            return milliseconds(_of_parts(loose))
        if _BASIC_ISO.fullmatch(text):
            read = datetime.fromisoformat(text)
        elif _RFC_2822.fullmatch(text):
            read = parsedate_to_datetime(text)
        else:
            return None
        return milliseconds(read if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _of_parts(parts: re.Match[str]) -> datetime:
    """Add a clock's time to a date. Raises `ValueError` for what no clock shows, `OverflowError` beyond year 9999."""
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    is_midnight = hour == 24 and not minute and not second
    if not (hour < 24 or is_midnight) or minute > 59 or second > 60:  # 60: a leap second
        raise ValueError(parts[0])
    micros = int((parts["fraction"] or "0")[:6].ljust(6, "0"))
    day = datetime(int(parts["year"]), int(parts["month"]), int(parts["day"]), tzinfo=_zone(parts))
    return day + timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros)


def _zone(parts: re.Match[str]) -> timezone:
    if not parts["sign"]:
        return UTC
    offset = timedelta(hours=int(parts["zone_hour"]), minutes=int(parts["zone_minute"] or 0))
    return timezone(-offset if parts["sign"] == "-" else offset)
