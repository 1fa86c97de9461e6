"""What this process saw of one account: kept as attempts end, told now and then."""

from collections.abc import Callable

from tidings.messages import Outcome, Reason, RetryLater, Sent, Undeliverable
from tidings.provider_configs import ERROR_LENGTH_MAX, MINUTE_MS, WINDOW_MINUTES, Minute, Sighting, step_of


class Logbook:
    """Counts by the minute, as long as they are looked back at, and the newest refusal."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._minutes: dict[int, tuple[list[int], dict[int, int]]] = {}
        self._error = ""
        self._error_at: int | None = None
        self._parked_until: int | None = None
        self.is_news = False
        """Whether anything happened since it was told last."""

    def note(self, outcome: Outcome, took_s: float, *, parked_s: float | None) -> None:
        """Count an attempt; `parked_s` is for how long the account is left alone, None when it is not."""
        now = self._now_ms()
        counts, took = self._minutes.get(now // MINUTE_MS) or self._open(now // MINUTE_MS)
        counts[_place(outcome)] += 1
        step = step_of(took_s)
        took[step] = took.get(step, 0) + 1
        if not isinstance(outcome, Sent) and _is_its_own(outcome):
            self._error, self._error_at = outcome.detail[:ERROR_LENGTH_MAX], now
        self._parked_until = None if parked_s is None else now + int(parked_s * 1000)
        self.is_news = True

    def told(self, environment_id: int, config_id: str) -> Sighting:
        """Tell all of it."""
        self.is_news = False
        return Sighting(
            environment_id=environment_id,
            config_id=config_id,
            parked_until=self._parked_until,
            last_error=self._error,
            last_error_at=self._error_at,
            minutes={at: _minute(counts, took) for at, (counts, took) in self._minutes.items()},
        )

    def _open(self, minute: int) -> tuple[list[int], dict[int, int]]:
        kept = {at: found for at, found in self._minutes.items() if minute - WINDOW_MINUTES < at <= minute}
        self._minutes = {**kept, minute: ([0, 0, 0, 0], {})}
        return self._minutes[minute]


def _minute(counts: list[int], took: dict[int, int]) -> Minute:
    sent, undeliverable, retried, unknown = counts
    return Minute(sent, undeliverable, retried, unknown, dict(took))


def _place(outcome: Outcome) -> int:
    match outcome:
        case Sent():
            return 0
        case Undeliverable():
            return 1
        case RetryLater():
            return 2
        case _:
            return 3


def _is_its_own(outcome: Outcome) -> bool:
    """Tell whether a refusal is about the account or the service, and not about one recipient."""
    return not isinstance(outcome, Undeliverable) or outcome.reason is Reason.PROVIDER_ERROR
