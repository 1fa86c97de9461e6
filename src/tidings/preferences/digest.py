"""Digests of a topic: when they go, and what of the gathered messages is in them (courier-semantics.md §24)."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal

import msgspec

from tidings.ids import recipient_id
from tidings.timing import zone_of

Frequency = Literal["instant", "daily", "weekdays", "weekly", "custom_days", "monthly"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Retain = Literal["FIRST", "LAST", "HIGHEST", "LOWEST", "NONE"]
DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DIGEST = "digest"
"""The option of a digest's message that names what its words are made of."""
GATHERED_FOR = "of"
"""What in it names the message whose digest is told once more, in one that was sent again."""
LIMIT = 10
"""So many messages are in a category unless it says otherwise."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a digest goes. Times are milliseconds since 1970."""

    id: str
    frequency: Frequency
    time: str = "00:00"
    """`HH:MM` of the wall clock."""
    day_of_week: Day | None = None
    days_of_week: tuple[Day, ...] = ()
    day_of_month: int | None = None
    """1 to 31; a shorter month ends with its last day."""
    timezone: str | None = None
    """None for the recipient's own zone."""
    is_default: bool = False
    disabled: bool = False
    created: int = 0
    updated: int = 0

    def next_after(self, at_ms: int, zone: tzinfo) -> int:
        """Tell when it is its time next (ms), later than that moment."""
        local = datetime.fromtimestamp(at_ms / 1000, zone)
        clock = time.fromisoformat(self.time)
        for ahead in range(63):  # every schedule comes at least once a month
            day = local.date() + timedelta(days=ahead)
            moment = int(datetime.combine(day, clock, tzinfo=zone).timestamp() * 1000)
            if moment > at_ms and self._falls_on(day):
                return moment
        raise AssertionError("a schedule comes at least once a month")

    def _falls_on(self, day: date) -> bool:
        name = DAYS[day.weekday()]
        match self.frequency:
            case "weekdays":
                return day.weekday() < 5
            case "weekly":
                return name == self.day_of_week
            case "custom_days":
                return name in self.days_of_week
            case "monthly":
                return day.day == min(self.day_of_month or 1, monthrange(day.year, day.month)[1])
            case _:
                return True


class Category(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Messages that stand together in a digest, and which of them when there are too many."""

    category_key: str = "digest"
    retain: Retain = "FIRST"
    limit: int = LIMIT
    sort_key: str | None = None
    """The member of `data` by which `HIGHEST` and `LOWEST` compare."""

    def kept(self, items: Sequence[Any]) -> list[Any]:
        """Pick from what came, in order; picking from what was picked and what came since is the same."""
        match self.retain:
            case "NONE":
                return []
            case "FIRST":
                return list(items[: self.limit])
            case "LAST":
                return list(items[-self.limit :])
            case "HIGHEST":
                return sorted(items, key=self._rank, reverse=True)[: self.limit]
            case "LOWEST":
                return sorted(items, key=self._rank)[: self.limit]

    def _rank(self, item: Any) -> float:
        """Read a number; what has none is never among the best."""
        found = item.get(self.sort_key) if isinstance(item, dict) else None
        if isinstance(found, int | float) and not isinstance(found, bool):
            return found
        return float("inf") if self.retain == "LOWEST" else float("-inf")


class Round(msgspec.Struct, frozen=True):
    """A schedule's moment, for an audience of which everybody is to hear."""

    topic_id: str
    schedule_id: str
    due_at: int
    usable: tuple[str, ...]
    """The schedules that a user may have chosen."""
    default: str

    @property
    def moment(self) -> str:
        """What the ids of all its messages begin with."""
        return _moment(self.due_at)

    def is_of(self, chosen: str | None) -> bool:
        """Tell whether somebody's digest goes by this schedule."""
        return (chosen if chosen in self.usable else self.default) == self.schedule_id

    def message_id(self, environment_id: int, user_key: str) -> str:
        """Name the message: it is the one that gathers, so whoever has something gathered gets no second one."""
        return digest_message_id(environment_id, user_key, self.topic_id, "", self.schedule_id, due_at=self.due_at)


def digest_message_id(
    environment_id: int, user_key: str, topic_id: str, tenant_id: str, schedule_id: str, *, due_at: int
) -> str:
    """Derive the id of a digest's message from whose it is and when it goes, so that whoever comes first makes it."""
    key = "\n".join((str(environment_id), user_key, topic_id, tenant_id, schedule_id, str(due_at)))
    return recipient_id(_moment(due_at), key)


def _moment(due_at: int) -> str:
    return f"1-{due_at // 1000:08x}"


class Digest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What becomes of a topic's messages."""

    template_id: str
    """What the gathered messages are shown by."""
    schedules: tuple[Schedule, ...]
    categories: tuple[Category, ...] = (Category(),)
    audience_id: str | None = None
    trigger_empty: bool = False
    """Whether everybody in the audience gets a digest on schedule, those of whom nothing was gathered too."""
    created: int = 0
    updated: int = 0

    def zone_of(self, schedule: Schedule) -> tzinfo | None:
        """Tell the zone that holds for everybody; None where each recipient's own does.

        What goes to a whole audience goes at one moment: without a zone in UTC, as Courier has it.
        """
        if schedule.timezone is None and not self.trigger_empty:
            return None
        return zone_of(schedule.timezone or "UTC") or UTC

    def round_at(self, topic_id: str, schedule: Schedule, due_at: int) -> "Round | None":
        """Make the round of a schedule at a moment; None when it is nobody's."""
        default = self.schedule_for(None)
        usable = tuple(each.id for each in self.schedules if not each.disabled)
        if default is None or schedule.id not in usable or schedule.frequency == "instant":
            return None
        return Round(topic_id, schedule.id, due_at, usable, default.id)

    def schedule_for(self, chosen: str | None) -> Schedule | None:
        """Find the one that holds: what was chosen, the default, or the first; None when all are switched off."""
        usable = [each for each in self.schedules if not each.disabled]
        wanted = [each for each in usable if each.id == chosen] + [each for each in usable if each.is_default]
        return next(iter([*wanted, *usable]), None)

    def category_of(self, names: Sequence[str]) -> str:
        """Choose the category that one of these names, else the first."""
        keys = [each.category_key for each in self.categories]
        return next((name for name in names if name in keys), keys[0])
