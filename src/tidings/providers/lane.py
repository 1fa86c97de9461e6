"""One account's lane: how many attempts it may have under way, how fast, and when it is left alone.

A lane that is full, limited or parked refuses a place and says when to come back. What comes back at its time finds the
lane about as free as was foretold, so that messages wait in the queue, and not here, and nobody waits behind them.
"""

from collections.abc import Callable

import structlog

from tidings.messages import Outcome, RetryLater, Sent, Undeliverable
from tidings.providers.base import RateLimit

PLACES_MAX = 150
"""Attempts under way at one account; a worker has room for more, so that others find a place."""
PLACES_MIN = 1
STALLED_S_MIN, STALLED_S = 0.25, 2.0
"""A lane from which nothing has come for so long keeps no more than `STALLED_PLACES`, and the longer nothing comes, the
later it is asked again: by half as long as it has been silent. One that is known to be quick is given less time: twenty
times what it usually takes."""
STALLED_PLACES = 16
SLOW_S = 0.5
"""An answer that takes longer than this, and three times as long as usual, is a reason to ask for less at once."""
FAILURES_MAX = 10
"""So many refusals to take anything, one after another, and the lane is parked."""
LIMITS_MAX = 2
"""So many who are told to wait, one after another, and the lane waits."""
PARKED_S_MAX = 60.0
WAIT_S_MIN = 0.05
WAIT_S_MAX = 30.0

log = structlog.get_logger(__name__)


class Lane:
    """The attempts at one account, in one process."""

    def __init__(
        self, *, provider: str, config_id: str, rate_limit: RateLimit | None, clock: Callable[[], float]
    ) -> None:
        self.provider = provider
        self.config_id = config_id
        self.under_way = 0
        self.limit = float(PLACES_MAX)
        self._interval_s = rate_limit.interval_s if rate_limit else 0.0
        self._burst = max(1.0, min(rate_limit.rate, 1 / self._interval_s)) if rate_limit else 0.0
        self._tokens = self._burst
        self._tokens_at = clock()
        self._clock = clock
        self._usual_s = 0.0
        self._pace_s = 0.01
        self._foretold = 0.0
        self._heard_at = clock()
        self._failures = 0
        self._limits = 0
        self._parks = 0
        self._parked_until = float("-inf")

    @property
    def is_parked(self) -> bool:
        """Tell whether the account is left alone for now."""
        return self._clock() < self._parked_until

    @property
    def parked_s(self) -> float | None:
        """For how long the account is left alone yet (s); 0 once it is tried again, None when it answers."""
        return max(self._parked_until - self._clock(), 0.0) if self._parks else None

    @property
    def is_stalled(self) -> bool:
        """Tell whether attempts are under way and nothing has come back for a while."""
        patience_s = max(min(20 * self._usual_s, STALLED_S), STALLED_S_MIN) if self._usual_s else STALLED_S
        return self.under_way > 0 and self._clock() - self._heard_at > patience_s

    def admit(self, places_max: int = PLACES_MAX) -> float:
        """Take a place for one attempt: 0. Else the seconds after which to ask again, and no place is taken."""
        now = self._clock()
        if now < self._parked_until:
            return self._later(self._parked_until - now)
        if self._parks and self.under_way:  # after a park one goes first, to see
            return self._later(WAIT_S_MIN)
        places = min(int(self.limit), places_max, STALLED_PLACES if self.is_stalled else places_max)
        if self.under_way >= max(places, PLACES_MIN):
            return self._later(max(WAIT_S_MIN, (now - self._heard_at) / 2) if self.is_stalled else WAIT_S_MIN)
        if not self._take_token(now):
            return self._later(WAIT_S_MIN)
        if not self.under_way:
            self._heard_at = now
        self.under_way += 1
        return 0.0

    def forgo(self) -> None:
        """Give a place back unused."""
        self.under_way = max(self.under_way - 1, 0)

    def landed(self, outcome: Outcome, took_s: float) -> None:
        """Give a place back and learn from what came of it."""
        now = self._clock()
        self.under_way = max(self.under_way - 1, 0)
        self._pace_s += (max(now - self._heard_at, 1e-4) - self._pace_s) / 16
        self._heard_at = now
        match outcome:
            case RetryLater(after_s=float() | int() as after_s):
                self._slower()
                self._limits += 1
                if self._limits >= LIMITS_MAX or self._parks:  # one alone may be about one recipient
                    self._park(min(after_s, PARKED_S_MAX))
            case RetryLater():
                self._failures += 1
                if self._failures >= FAILURES_MAX or self._parks:
                    self._slower()
                    self._park(min(2.0**self._parks, PARKED_S_MAX))
            case Sent() | Undeliverable():
                self._answered(took_s)
            case _:
                self._slower()

    def _answered(self, took_s: float) -> None:
        if self._parks:
            log.info("provider.recovered", provider=self.provider, provider_config_id=self.config_id)
        self._failures = self._limits = self._parks = 0
        if self._usual_s and took_s > max(3 * self._usual_s, SLOW_S):
            self._slower(0.9)
        else:
            self.limit = min(self.limit + 1 / max(self.limit, 1.0), float(PLACES_MAX))
        self._usual_s = took_s if not self._usual_s else self._usual_s + (took_s - self._usual_s) / 32

    def _slower(self, factor: float = 0.5) -> None:
        self.limit = max(min(self.limit, self.under_way + 1) * factor, float(PLACES_MIN))

    def _park(self, seconds: float) -> None:
        if not self._parks:
            log.warning("provider.parked", provider=self.provider, provider_config_id=self.config_id, seconds=seconds)
        self._parks += 1
        self._parked_until = max(self._parked_until, self._clock() + seconds)

    def _take_token(self, now: float) -> bool:
        if not self._interval_s:
            return True
        self._tokens = min(self._tokens + (now - self._tokens_at) / self._interval_s, self._burst)
        self._tokens_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def _later(self, at_least_s: float) -> float:
        """Foretell a moment: each that is refused is told one a little later than the one before."""
        now = self._clock()
        self._foretold = max(self._foretold, now + at_least_s) + (self._interval_s or min(self._pace_s, 1.0))
        return min(max(self._foretold - now, WAIT_S_MIN), WAIT_S_MAX)
