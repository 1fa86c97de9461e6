"""How an account at a provider is doing: what each worker saw of it, and what they saw together. Pure."""

from collections.abc import Iterable, Mapping
from math import ceil, log
from typing import Literal

import msgspec

MINUTE_MS = 60_000
WINDOW_MINUTES = 15
"""So long is looked back: long enough for a rate, short enough to be about now."""
ERROR_LENGTH_MAX = 300
_STEP = log(1.1)  # times are kept within five hundredths of what they were


class Minute(msgspec.Struct, frozen=True):
    """Attempts that ended within one minute, by what came of them."""

    sent: int = 0
    undeliverable: int = 0
    retried: int = 0
    unknown: int = 0
    took: dict[int, int] = {}
    """How many took about so long: the key is a step of a tenth on a scale of logarithms, see `step_of`."""

    @property
    def attempts(self) -> int:
        """Count them all."""
        return self.sent + self.undeliverable + self.retried + self.unknown


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker saw of one account. Times are milliseconds since 1970."""

    environment_id: int
    config_id: str
    parked_until: int | None = None
    """None when it answers; a time that is over means that it was parked and has not answered since."""
    last_error: str = ""
    """The newest refusal that was not about a recipient: no address, body or secret is in it."""
    last_error_at: int | None = None
    minutes: Mapping[int, Minute] = {}
    """By minutes since 1970."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """An account, as all workers see it together. Times are milliseconds since 1970."""

    circuit: Literal["closed", "parked", "trying"]
    """`closed`: it answers, or was not asked. `trying`: it was parked, and has not answered since."""
    parked_until: int | None = None
    window_s: int = WINDOW_MINUTES * 60
    """The counts are of so long."""
    attempts: int = 0
    sent: int = 0
    undeliverable: int = 0
    retried: int = 0
    unknown: int = 0
    success_rate: float | None = None
    """Of the attempts, how many were taken; None when there were none."""
    p50_ms: int | None = None
    p95_ms: int | None = None
    """Half of the attempts, and nineteen of twenty, took no longer; within five hundredths."""
    last_error: str = ""
    last_error_at: int | None = None


def step_of(took_s: float) -> int:
    """Give the step on the scale that a time lies on."""
    return ceil(log(max(took_s * 1000, 1.0)) / _STEP)


def health(sightings: Iterable[Sighting], *, now: int) -> Health:
    """Put together what workers saw. It is parked when one of them leaves it alone."""
    seen = list(sightings)
    first = now // MINUTE_MS - WINDOW_MINUTES
    minutes = [minute for each in seen for at, minute in each.minutes.items() if first < at]
    parked = max((each.parked_until for each in seen if each.parked_until is not None), default=None)
    newest = max((each for each in seen if each.last_error_at), key=lambda each: each.last_error_at or 0, default=None)
    attempts, sent = sum(minute.attempts for minute in minutes), sum(minute.sent for minute in minutes)
    return Health(
        circuit="closed" if parked is None else "parked" if now < parked else "trying",
        parked_until=parked,
        attempts=attempts,
        sent=sent,
        undeliverable=sum(minute.undeliverable for minute in minutes),
        retried=sum(minute.retried for minute in minutes),
        unknown=sum(minute.unknown for minute in minutes),
        success_rate=round(sent / attempts, 4) if attempts else None,
        p50_ms=_share(minutes, 0.5),
        p95_ms=_share(minutes, 0.95),
        last_error=newest.last_error if newest else "",
        last_error_at=newest.last_error_at if newest else None,
    )


def _share(minutes: Iterable[Minute], share: float) -> int | None:
    """Find how long that share of the attempts took at most (ms)."""
    steps: dict[int, int] = {}
    for minute in minutes:
        for step, count in minute.took.items():
            steps[step] = steps.get(step, 0) + count
    wanted = share * sum(steps.values())
    for step in sorted(steps):
        wanted -= steps[step]
        if wanted <= 0:
            return round(1.1 ** (step - 0.5)) if step else 1
    return None
