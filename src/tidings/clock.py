"""Time is handed in, so that tests own it."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000


def iso(at_ms: int) -> str:
    """Write a time as Segment does: ISO-8601, UTC, milliseconds, `Z`."""
    at = datetime.fromtimestamp(at_ms // 1000, tz=UTC).replace(tzinfo=None)
    return f"{at.isoformat()}.{at_ms % 1000:03d}Z"  # strftime would write the year 999 with three digits
