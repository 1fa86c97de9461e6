"""Opening hours, in the part of OpenStreetMap's language that Courier takes (courier-semantics.md §11)."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from tidings.errors import InvalidInput

DAYS_AHEAD = 90
"""Without an opening within so many days there is none."""
_CHARACTERS_MAX = 500
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = "(?:" + "|".join(_DAYS) + ")"
_MONTH = "(?:" + "|".join(_MONTHS) + ")"
_DATE = rf"{_MONTH}(?: \d{{1,2}})?"
_CLOCK = r"\d{1,2}:\d\d"
_RULE = re.compile(
    rf"(?:(?P<dates>{_DATE}(?:-{_DATE})?): ?)?"
    rf"(?:(?P<days>{_DAY}(?:-{_DAY})?(?:, ?{_DAY}(?:-{_DAY})?)*) )?"
    rf"(?P<hours>{_CLOCK}-{_CLOCK}(?:, ?{_CLOCK}-{_CLOCK})*)",
    re.ASCII,
)
Range = tuple[time, time | None]
"""Start and end; None is the end of the day, 24:00."""


class _Rule(msgspec.Struct, frozen=True):
    dates: tuple[tuple[int, int], tuple[int, int]] | None
    """First and last (month, day); None for every date."""
    days: frozenset[int]
    hours: tuple[Range, ...]

    def matches(self, day: date) -> bool:
        if day.weekday() not in self.days:
            return False
        if self.dates is None:
            return True
        (first, last), at = self.dates, (day.month, day.day)
        return first <= at <= last if first <= last else at >= first or at <= last


class OpeningHours(msgspec.Struct, frozen=True):
    """When it is open. A rule with a date holds on its dates instead of those without."""

    rules: tuple[_Rule, ...]

    @classmethod
    def parse(cls, text: str, *, path: str) -> "OpeningHours":
        """Read `Mo-Fr 09:00-17:00; Sa 10:00-12:00`. Raises `InvalidInput`."""
        if len(text) > _CHARACTERS_MAX:
            raise InvalidInput(f"opening hours have {_CHARACTERS_MAX} characters at most", path=path)
        rules = tuple(_rule(part.strip(), path) for part in text.strip("; ").split(";") if part.strip())
        return cls(rules or (_rule("", path),))

    def next_open(self, at_ms: int, zone: tzinfo) -> int | None:
        """Tell when it is open next, which is at once when it is open now; None when not within 90 days.

        The start of a range is inside, its end is not. A range of one moment is open at that moment alone.
        """
        today = datetime.fromtimestamp(at_ms / 1000, tz=zone).date()
        found: int | None = None
        for ahead in range(-1, DAYS_AHEAD + 1):  # from yesterday on: its last hours may be today's first
            for start, end in self._openings(today + timedelta(days=ahead), zone):
                if start <= at_ms < end or at_ms == start:
                    return at_ms
                if start > at_ms and (found is None or start < found):
                    found = start
            if found is not None:
                return found
        return None

    def _openings(self, day: date, zone: tzinfo) -> Iterator[tuple[int, int]]:
        matching = [rule for rule in self.rules if rule.matches(day)]
        dated = [rule for rule in matching if rule.dates is not None]
        for rule in dated or matching:
            for start, end in rule.hours:
                until = day + timedelta(days=1) if end is None or end < start else day
                yield _ms(day, start, zone), _ms(until, end or time(), zone)


def _ms(day: date, at: time, zone: tzinfo) -> int:
    return int(datetime.combine(day, at, tzinfo=zone).astimezone(UTC).timestamp() * 1000)


def _rule(text: str, path: str) -> _Rule:
    found = _RULE.fullmatch(text)
    if found is None:
        raise InvalidInput(
            "is neither an ISO-8601 time nor opening hours such as `Mo-Fr 09:00-17:00; Sa 10:00-12:00`", path=path
        )
    try:
        hours = tuple(_range(part.strip()) for part in found["hours"].split(","))
        dates = _dates(found["dates"]) if found["dates"] else None
    except ValueError:
        raise InvalidInput("there is no such time or date", path=path) from None
    return _Rule(dates, _weekdays(found["days"]) if found["days"] else frozenset(range(7)), hours)


def _range(text: str) -> Range:
    start, end = (part.split(":") for part in text.split("-"))
    last = None if end == ["24", "00"] else time(int(end[0]), int(end[1]))
    return time(int(start[0]), int(start[1])), last


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        days |= {day % 7 for day in range(start, end + 1 if end >= start else end + 8)}
    return frozenset(days)


def _dates(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    first, _, last = text.partition("-")
    month, _, day = first.partition(" ")
    last_month, _, last_day = (last or first).partition(" ")
    for name, number in ((month, day), (last_month, last_day)):
        if number:
            date(2024, _MONTHS.index(name) + 1, int(number))  # raises for what no leap year has
    return (_MONTHS.index(month) + 1, int(day or 1)), (_MONTHS.index(last_month) + 1, int(last_day or 31))
