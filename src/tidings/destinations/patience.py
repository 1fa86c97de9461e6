"""How long a destination is tried."""

import msgspec


class Patience(msgspec.Struct, frozen=True):
    """Waits between tries, doubling from the first to the last, until it is enough. All in milliseconds."""

    first_ms: int = 2_000
    last_ms: int = 10 * 60_000
    give_up_ms: int = 4 * 3_600_000
    """After the first try; Segment's own figure (segment.md §3.6)."""


FOUR_HOURS = Patience()
