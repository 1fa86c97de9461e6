"""What the worker forgets by itself: each kind by its own setting, and nothing without one."""

import pytest

from tidings.app.worker import chores_of
from tidings.config import Config

HOUR = 3_600_000
DAY = 24 * HOUR
NOON = 1_767_268_800_000


class Diary:
    """Keeps what it was told to forget."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self.minutes: list[int] = []

    async def forget(self, *, before: int) -> int:
        """Counts of limits."""
        return 0

    async def forget_minutes(self, *, before: int) -> int:
        """Note it, for whoever asks: they are kept for two days, whatever is set."""
        self.minutes.append(before)
        return 0

    async def forget_events(self, *, before: int) -> int:
        """Note it."""
        self.told.append(("events", before))
        return 0

    async def forget_messages(self, *, before: int) -> int:
        """Note it."""
        self.told.append(("messages", before))
        return 0


class Log:
    """The audit log."""

    def __init__(self, diary: Diary) -> None:
        self.diary = diary

    async def forget(self, *, before: int) -> int:
        """Note it."""
        self.diary.told.append(("audit", before))
        return 0


async def told(*times: int, **settings: int) -> list[tuple[str, int]]:
    """Do the chores at these times; give what was to be forgotten."""
    diary = Diary()
    chores = chores_of(Config(**{"audit_days": 0, **settings}), rules=diary, retention=diary, audit=Log(diary))
    for now in times:
        for chore in chores:
            await chore(now)
    return diary.told


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, []),
        ({"events_days": 30}, [("events", NOON - 30 * DAY)]),
        ({"audit_days": 365}, [("audit", NOON - 365 * DAY)]),
        ({"messages_days": 90}, [("messages", NOON - 90 * DAY)]),
        ({"events_days": 30, "messages_days": 90}, [("events", NOON - 30 * DAY), ("messages", NOON - 90 * DAY)]),
    ],
)
async def test_each_is_kept_for_its_own_days(settings, expected):
    """One setting says nothing of the other, whichever of them is set."""
    assert await told(NOON, **settings) == expected


async def test_an_hour_is_looked_at_once():
    """Within an hour there is nothing new to forget; the next is looked at again."""
    found = await told(NOON, NOON + HOUR - 1, NOON + HOUR, events_days=1)
    assert found == [("events", NOON - DAY), ("events", NOON + HOUR - DAY)]
