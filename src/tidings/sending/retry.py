"""When to try again (courier-semantics.md §8: attempts 1 to 10 from 5 s to 15 min, then every 15 min, 24 h at most)."""

_FIRST_S = 5.0
_LONGEST_S = 15 * 60.0
_DOUBLINGS = 8  # 5 s doubled eight times passes 15 min
ATTEMPTS_MAX = 104
GIVE_UP_AFTER_MS = 24 * 3_600_000


def retry_at(attempt: int, *, now: int, begun: int, after_s: float | None, jitter: float) -> int | None:
    """Say when (ms) to make the attempt after number `attempt`, or None when it is time to give up.

    `begun` is when the first attempt was made. What the provider asked for counts as a lower bound. `jitter` is a
    random number from 0 to 1: it spreads the waits over half of their length, so that a provider that comes back is
    not run over.
    """
    if attempt >= ATTEMPTS_MAX:
        return None
    wait_s = min(_FIRST_S * 2 ** min(attempt - 1, _DOUBLINGS), _LONGEST_S) * (0.75 + jitter / 2)
    at = now + int(max(wait_s, after_s or 0.0) * 1000)
    return at if at - begun <= GIVE_UP_AFTER_MS else None
