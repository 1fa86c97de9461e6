"""When to try again: ever later, with chance, for four hours (segment.md §3.6)."""

GIVE_UP_MS = 4 * 3_600_000
"""After the first try; Segment's own figure."""
FIRST_WAIT_MS = 2_000
LAST_WAIT_MS = 10 * 60_000


def next_try_at(*, tries: int, first_at: int, now: int, chance: float, after_s: float | None) -> int | None:
    """Tell when to try again after `tries` tries, the first of them at `first_at`; None when it is enough.

    `chance`, 0 to 1, spreads those who failed together over half of each wait. What the service asked for counts when
    it is longer; past the four hours a last try is made at their end.
    """
    end = first_at + GIVE_UP_MS
    if now >= end:
        return None
    wait = min(FIRST_WAIT_MS * 2 ** min(tries - 1, 20), LAST_WAIT_MS) * (0.5 + chance / 2)
    if after_s is not None:
        wait = max(wait, after_s * 1000)
    return min(now + int(wait), end)
