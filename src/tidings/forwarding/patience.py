"""When to try again: ever later, with chance, until a kind's patience ends (segment.md §3.6)."""

from tidings.destinations import FOUR_HOURS, Patience


def next_try_at(
    *, tries: int, first_at: int, now: int, chance: float, after_s: float | None, patience: Patience = FOUR_HOURS
) -> int | None:
    """Tell when to try again after `tries` tries, the first of them at `first_at`; None when it is enough.

    `chance`, 0 to 1, spreads those who failed together over half of each wait. What the service asked for counts when
    it is longer; past its end a last try is made there.
    """
    end = first_at + patience.give_up_ms
    if now >= end:
        return None
    wait = min(patience.first_ms * 2 ** min(tries - 1, 20), patience.last_ms) * (0.5 + chance / 2)
    if after_s is not None:
        wait = max(wait, after_s * 1000)
    return min(now + int(wait), end)
