"""How accounts are doing, as workers see them together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.provider_configs import MINUTE_MS, WINDOW_MINUTES, Minute, Sighting, health, step_of

NOW = 1_000 * MINUTE_MS


def sighting(**fields):
    """What a worker saw."""
    return Sighting(environment_id=1, config_id="pc_1", **fields)


def test_counts_of_workers_add_up_within_the_window():
    """What is older than the window is not counted."""
    old, new = 1_000 - WINDOW_MINUTES, 999
    seen = [
        sighting(minutes={old: Minute(sent=100), new: Minute(sent=2, retried=1)}),
        sighting(minutes={new: Minute(sent=1)}),
    ]

    found = health(seen, now=NOW)

    assert (found.attempts, found.sent, found.retried, found.success_rate) == (4, 3, 1, 0.75)


@pytest.mark.parametrize(("until", "circuit"), [(NOW + 1, "parked"), (NOW, "trying"), (None, "closed")])
def test_an_account_is_parked_while_one_worker_leaves_it_alone(until, circuit):
    """Then it is tried, until it answers."""
    assert health([sighting(parked_until=until), sighting()], now=NOW).circuit == circuit


def test_nothing_seen_is_nothing_known():
    """No rate and no times, and no errors."""
    found = health([], now=NOW)

    assert (found.circuit, found.success_rate, found.p50_ms, found.last_error) == ("closed", None, None, "")


def test_the_newest_error_is_told():
    """Whichever worker saw it."""
    seen = [sighting(last_error="old", last_error_at=1), sighting(last_error="new", last_error_at=2), sighting()]

    assert health(seen, now=NOW).last_error == "new"


@given(st.lists(st.integers(2, 60_000), min_size=1, max_size=50))
def test_times_are_told_within_five_hundredths(times):
    """Half took no longer than the one, nineteen of twenty no longer than the other."""
    took: dict[int, int] = {}
    for ms in times:
        took[step_of(ms / 1000)] = took.get(step_of(ms / 1000), 0) + 1

    found = health([sighting(minutes={999: Minute(sent=len(times), took=took)})], now=NOW)

    for told, share in ((found.p50_ms, 0.5), (found.p95_ms, 0.95)):
        exact = sorted(times)[max(-(-len(times) * share // 1), 1).__int__() - 1]
        assert told == pytest.approx(exact, rel=0.051, abs=1)
