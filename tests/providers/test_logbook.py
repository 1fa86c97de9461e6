"""What a process keeps of an account."""

from types import SimpleNamespace

from tidings.messages import Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.provider_configs import ERROR_LENGTH_MAX, MINUTE_MS, WINDOW_MINUTES
from tidings.providers.logbook import Logbook


def book():
    """A logbook and the time that it goes by."""
    clock = SimpleNamespace(at=1_000 * MINUTE_MS)
    return Logbook(lambda: clock.at), clock


def test_each_outcome_is_counted_for_what_it_is():
    """A refusal of one recipient is no error of the account."""
    logbook, clock = book()
    for outcome in (Sent("r"), Undeliverable(Reason.BOUNCED, "nobody there"), RetryLater("busy"), Unknown("cut off")):
        logbook.note(outcome, 0.1, parked_s=None)
    seen = logbook.told(1, "pc_1")
    minute = seen.minutes[1_000]
    assert (minute.sent, minute.undeliverable, minute.retried, minute.unknown) == (1, 1, 1, 1)
    assert (seen.last_error, seen.last_error_at) == ("cut off", clock.at)
    logbook.note(Undeliverable(Reason.PROVIDER_ERROR, "wrong key" * 200), 0.1, parked_s=2.0)
    seen = logbook.told(1, "pc_1")
    assert (len(seen.last_error), seen.parked_until) == (ERROR_LENGTH_MAX, clock.at + 2_000)


def test_minutes_are_dropped_when_nobody_looks_back_at_them():
    """So it holds no more than the window, however long a process lives."""
    logbook, clock = book()
    for _ in range(3 * WINDOW_MINUTES):
        logbook.note(Sent("r"), 0.1, parked_s=None)
        clock.at += MINUTE_MS
    assert len(logbook.told(1, "pc_1").minutes) == WINDOW_MINUTES
