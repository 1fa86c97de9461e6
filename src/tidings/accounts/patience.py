"""How long whoever guesses has to wait."""

import msgspec

FORGOTTEN_MS = 3_600_000
"""Tries of an hour ago do not count."""
_WAIT_MS_MAX = 15 * 60_000


class Tries(msgspec.Struct, frozen=True):
    """What is known of tries to sign in, to one account or from one address."""

    count: int
    """Since the last one that was right."""
    at: int
    """When the last one was, ms."""
    free: int
    """How many may be wrong before it takes time."""


def wait_ms(tries: Tries, *, now: int) -> int:
    """Tell how long the next try has to wait: 0, then 1 s, 2 s, 4 s … up to a quarter of an hour."""
    over = tries.count - tries.free
    if over < 0 or now - tries.at >= FORGOTTEN_MS:
        return 0
    return max(0, tries.at + min(1000 << min(over, 20), _WAIT_MS_MAX) - now)
