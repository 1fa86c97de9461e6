"""A switch in front of a destination that is down: it is left alone for a while instead of spending tries."""

import msgspec

FAILURES_MAX = 8
"""So many tries in a row fail before it opens; each call's own waiting has begun by then."""
PARK_FIRST_MS = 5_000
PARK_LAST_MS = 5 * 60_000


class Circuit(msgspec.Struct, frozen=True):
    """How a destination has answered lately. Times are milliseconds."""

    failures: int = 0
    """In a row."""
    parked_until: int = 0
    parks: int = 0
    """In a row."""

    def is_parked(self, now: int) -> bool:
        """Tell whether it is to be left alone."""
        return now < self.parked_until

    def answered(self) -> "Circuit":
        """Note that the destination spoke: what it said about one call does not matter here."""
        return Circuit()

    def failed(self, now: int, *, after_s: float | None = None) -> "Circuit":
        """Note a failure of the destination itself. What it asked for by `Retry-After` is granted at once."""
        failures = self.failures + 1
        asked = now + int(after_s * 1000) if after_s else 0
        if failures < FAILURES_MAX and not asked:
            return Circuit(failures, self.parked_until, self.parks)
        if self.is_parked(now):  # of the calls that were under way when it opened
            return Circuit(failures, max(self.parked_until, asked), self.parks)
        wait = min(PARK_FIRST_MS * 2 ** min(self.parks, 10), PARK_LAST_MS) if failures >= FAILURES_MAX else 0
        return Circuit(failures, max(now + wait, asked), self.parks + (wait > 0))
