"""When digests go, and what is in them."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.preferences import DAYS, Category, Digest, Schedule


def at(text: str, zone: tzinfo = UTC) -> int:
    """Read a moment of a zone's wall clock (ms)."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"frequency": "daily"}, "2026-01-01T18:00"),  # a Thursday
        ({"frequency": "daily", "time": "08:00"}, "2026-01-02T08:00"),
        ({"frequency": "daily", "time": "12:00"}, "2026-01-02T12:00"),
        ({"frequency": "weekdays", "time": "09:00"}, "2026-01-02T09:00"),
        ({"frequency": "weekly", "day_of_week": "monday"}, "2026-01-05T18:00"),
        ({"frequency": "custom_days", "days_of_week": ("sunday", "saturday")}, "2026-01-03T18:00"),
        ({"frequency": "monthly", "day_of_month": 31}, "2026-01-31T18:00"),
        ({"frequency": "monthly", "day_of_month": 1, "time": "09:00"}, "2026-02-01T09:00"),
    ],
)
def test_when_it_goes(fields: dict[str, Any], expected: str) -> None:
    """Strictly later than now, on the days and at the time that it names."""
    schedule = Schedule(id="s", **{"time": "18:00", **fields})
    assert schedule.next_after(at("2026-01-01T12:00"), UTC) == at(expected)


def test_a_short_month_ends_with_its_last_day() -> None:
    """The 31st of February is the 28th."""
    schedule = Schedule(id="s", frequency="monthly", day_of_month=31, time="09:00")
    assert schedule.next_after(at("2026-02-01T00:00"), UTC) == at("2026-02-28T09:00")


def test_the_wall_clock_counts() -> None:
    """It goes at the same time of day when the clocks change."""
    berlin = ZoneInfo("Europe/Berlin")
    schedule = Schedule(id="s", frequency="daily", time="09:00")
    first = schedule.next_after(at("2026-03-28T08:00", berlin), berlin)
    second = schedule.next_after(first, berlin)
    assert (first, second) == (at("2026-03-28T09:00", berlin), at("2026-03-29T09:00", berlin))
    assert second - first == 23 * 3_600_000


@given(
    now=st.integers(0, 4_000_000_000_000),
    days=st.tuples(
        st.sampled_from(["daily", "weekdays", "weekly", "custom_days", "monthly"]),
        st.sampled_from(DAYS),
        st.integers(1, 31),
    ),
    clock=st.times(),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_it_always_comes(now: int, days: Any, clock: Any, zone: str) -> None:
    """Every schedule has a next time, later than now, within 32 days and a day's change of clocks."""
    frequency, day, month_day = days
    schedule = Schedule(
        id="s",
        frequency=frequency,
        time=f"{clock:%H:%M}",
        day_of_week=day,
        days_of_week=(day,),
        day_of_month=month_day,
    )
    found = schedule.next_after(now, ZoneInfo(zone))
    assert now < found <= now + timedelta(days=33) / timedelta(milliseconds=1)


ITEMS = [{"n": 2}, {"n": 9}, {"x": 1}, {"n": 4}, {"n": 9, "second": True}, {"n": True}]


@pytest.mark.parametrize(
    ("retain", "expected"),
    [
        ("FIRST", [{"n": 2}, {"n": 9}]),
        ("LAST", [{"n": 9, "second": True}, {"n": True}]),
        ("HIGHEST", [{"n": 9}, {"n": 9, "second": True}]),
        ("LOWEST", [{"n": 2}, {"n": 4}]),
        ("NONE", []),
    ],
)
def test_what_is_kept(retain: Any, expected: list[Any]) -> None:
    """The first, the last, the best or the least; what has no number is never among the best."""
    category = Category(retain=retain, limit=2, sort_key="n")
    assert category.kept(ITEMS) == expected


@given(
    items=st.lists(st.fixed_dictionaries({"n": st.integers(0, 5), "id": st.integers()})),
    retain=st.sampled_from(["FIRST", "LAST", "HIGHEST", "LOWEST", "NONE"]),
    limit=st.integers(1, 5),
    cut=st.integers(0, 10),
)
def test_bit_by_bit_is_the_same(items: list[Any], retain: Any, limit: int, cut: int) -> None:
    """What is kept of a part and the rest is what is kept of the whole: so no digest is ever held in memory."""
    category = Category(retain=retain, limit=limit, sort_key="n")
    assert category.kept([*category.kept(items[:cut]), *items[cut:]]) == category.kept(items)


def test_which_schedule_holds() -> None:
    """What was chosen, else the default, else the first that is not switched off, else none."""
    first, second = Schedule(id="a", frequency="daily"), Schedule(id="b", frequency="daily", is_default=True)
    off = Schedule(id="c", frequency="daily", is_default=True, disabled=True)
    both = Digest(template_id="t", schedules=(first, second, off))
    assert [both.schedule_for(chosen) for chosen in (None, "a", "c", "gone")] == [second, first, second, second]
    assert Digest(template_id="t", schedules=(off, first)).schedule_for(None) == first
    assert Digest(template_id="t", schedules=(off,)).schedule_for("c") is None
