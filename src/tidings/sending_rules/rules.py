"""When an environment sends at all, and how much to whom (courier-semantics.md §22)."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from tidings.errors import InvalidInput
from tidings.sending_rules.tracking import Tracking
from tidings.timing import OpeningHours, zone_of

Scope = Literal["workspace", "user", "topic"]
Period = Literal["hour", "day", "week", "month"]
_COUNT_MAX = 20
_Word = Annotated[str, Meta(min_length=1, max_length=256)]


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages in a period, of UTC; a week begins on Sunday."""

    scope: Scope
    """Of all messages of the environment, of each user's, or of each user's of each topic."""
    period: Period
    max: Annotated[int, Meta(ge=1, le=10**9)]

    @property
    def id(self) -> str:
        """What tells it from the others; raising `max` goes on counting."""
        return f"{self.scope}:{self.period}"


class SendingRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one environment."""

    window: Annotated[str, Meta(max_length=500)] | None = None
    """Opening hours in which messages go, in the recipient's zone; outside of them they wait."""
    zone: _Word = "UTC"
    """For recipients of whom no zone is known."""
    limits: Annotated[tuple[Limit, ...], Meta(max_length=_COUNT_MAX)] = ()
    exempt_topics: Annotated[tuple[_Word, ...], Meta(max_length=200)] = ()
    """These go at any hour, and count but are never kept back; so do required topics."""
    tracking: Tracking = Tracking()

    def check(self) -> None:
        """Raise `InvalidInput` for rules that can never be kept."""
        if zone_of(self.zone) is None:
            raise InvalidInput("is no time zone: `Europe/Berlin`, or `UTC+4`", path="zone")
        if self.window is not None:
            hours = OpeningHours.parse(self.window, path="window")
            if hours.next_open(0, UTC) is None:
                raise InvalidInput("is not open once in 90 days", path="window")
        if len({limit.id for limit in self.limits}) < len(self.limits):
            raise InvalidInput("has two limits of one scope and period", path="limits")


def window_of(period: Period, at_ms: int) -> int:
    """Name the period that a time lies in, by its first millisecond."""
    at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "hour":
            start = at.replace(minute=0, second=0, microsecond=0)
        case "day":
            start = midnight
        case "week":
            start = midnight - timedelta(days=(at.weekday() + 1) % 7)
        case "month":
            start = midnight.replace(day=1)
    return int(start.timestamp() * 1000)
