"""Counting what came of calls, by hour, event and reason; bounded, whatever names calls bring along."""

from collections import Counter

from tidings.effects import Tally
from tidings.effects.follower import Result
from tidings.records import Record

HOUR_MS = 3_600_000
NAMES_MAX = 200
"""Names counted apart in one hour; names are the caller's, and some put ids into them."""
OTHER = "(other)"
BOUNDS_MS = (10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 14_400_000)
"""Upper bounds of the latency histogram; what took longer is counted under 0."""


class Tallying:
    """Counts of one destination, gathered until they are taken."""

    def __init__(self, environment_id: int, destination_id: str) -> None:
        self._environment_id = environment_id
        self._destination_id = destination_id
        self._counts: Counter[tuple[int, str, Result, str]] = Counter()
        self._hour = 0
        self._names: set[str] = set()

    def count(self, result: Result, name: str, *, now: int, reason: str = "", count: int = 1) -> None:
        """Count one thing."""
        hour = now // HOUR_MS
        if hour != self._hour:
            self._hour, self._names = hour, set()
        if name not in self._names:
            if len(self._names) >= NAMES_MAX:
                name = OTHER
            self._names.add(name)
        self._counts[hour, name, result, reason[:200]] += count

    def delivered(self, name: str, *, now: int, latency_ms: int) -> None:
        """Count a delivery, and how long it took since the call arrived."""
        self.count("delivered", name, now=now)
        bound = next((bound for bound in BOUNDS_MS if latency_ms <= bound), 0)
        self.count("latency", name, now=now, reason=str(bound))

    def take(self) -> list[Tally]:
        """Give what was counted, and begin anew."""
        counts, self._counts = self._counts, Counter()
        of = (self._environment_id, self._destination_id)
        return [Tally(*of, hour, name, result, reason, count) for (hour, name, result, reason), count in counts.items()]


def name_of(record: Record) -> str:
    """Name a call for the counts: the event of a track, else its type."""
    return record.name or "track" if record.type == "track" else record.type
