"""One account's lane, by a clock that a test moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.messages import Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.providers.base import RateLimit
from tidings.providers.lane import PLACES_MAX, STALLED_PLACES, WAIT_S_MAX, Lane


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock():
    """A clock to move."""
    return Clock()


def lane_of(clock, rate_limit=None):
    """Make a lane."""
    return Lane(provider="postmark", config_id="pc_1", rate_limit=rate_limit, clock=clock)


def fill(lane, most=1000):
    """Take places until there is none; tell how many there were."""
    taken = 0
    while taken < most and not lane.admit():
        taken += 1
    return taken


def test_places_are_bounded(clock):
    """An account has so many attempts under way and no more; what lands makes room."""
    lane = lane_of(clock)
    assert fill(lane) == PLACES_MAX
    lane.landed(Sent(), 0.01)
    assert fill(lane) == 1


def test_a_place_given_back(clock):
    """A place that was not used is free again."""
    lane = lane_of(clock)
    assert lane.admit() == 0
    lane.forgo()
    assert lane.under_way == 0


def test_a_stalled_lane_keeps_little(clock):
    """An account that has not answered for a while is given no more places than a few."""
    lane = lane_of(clock)
    for _ in range(STALLED_PLACES):
        assert lane.admit() == 0
    clock.at += 3
    assert lane.is_stalled
    assert lane.admit() > 0


def test_the_longer_a_lane_is_silent_the_later_it_is_asked_again(clock):
    """Who waits for a hanging account is sent away for half as long as it has been silent."""
    lane = lane_of(clock)
    fill(lane)
    clock.at += 3
    assert 1.5 <= lane.admit() < 1.6
    clock.at += 5
    assert 4 <= lane.admit() < 4.1


@pytest.mark.parametrize(("takes_s", "patience_s"), [(0.005, 0.25), (0.4, 2.0)])
def test_a_quick_account_is_given_less_time(clock, takes_s, patience_s):
    """An account that answers within milliseconds has stalled after a quarter of a second, others after two."""
    lane = lane_of(clock)
    lane.admit()
    lane.landed(Sent(), takes_s)
    lane.admit()
    clock.at += patience_s - 0.05
    assert not lane.is_stalled
    clock.at += 0.1
    assert lane.is_stalled


def test_who_asks_to_wait_is_left_alone(clock):
    """After two that were told to wait nothing goes to the account until then; then one goes first."""
    lane = lane_of(clock)
    for _ in range(2):
        assert not lane.is_parked
        lane.admit()
        lane.landed(RetryLater("slow down", after_s=7), 0.01)
    assert lane.is_parked
    assert 7 <= lane.admit() < 8
    clock.at += 7.1
    assert lane.admit() == 0
    assert lane.admit() > 0
    lane.landed(Sent(), 0.01)
    assert lane.admit() == 0
    assert lane.admit() == 0


def test_an_outage_parks_and_recovery_opens(clock):
    """After ten failures in a row the account is parked, longer each time it fails again, and opens when it answers."""
    lane = lane_of(clock)
    for _ in range(10):
        assert not lane.is_parked
        lane.admit()
        lane.landed(RetryLater("connection refused"), 0.01)
    assert lane.is_parked
    clock.at += 1.1
    assert lane.admit() == 0
    lane.landed(RetryLater("connection refused"), 0.01)
    clock.at += 1.1
    assert lane.is_parked
    clock.at += 1.1
    assert lane.admit() == 0
    lane.landed(Undeliverable(Reason.BOUNCED, "gone"), 0.01)
    assert not lane.is_parked
    assert fill(lane) > 1


def test_it_slows_and_recovers(clock):
    """An account that answers slowly is asked for less at once, and for more again when it is well."""
    lane = lane_of(clock)
    for _ in range(100):
        lane.admit()
        lane.landed(Sent(), 0.02)
    for _ in range(20):
        lane.admit()
        lane.landed(Sent(), 5.0)
    slow = lane.limit
    assert slow < 5
    for _ in range(5000):
        lane.admit()
        lane.landed(Sent(), 0.02)
    assert lane.limit > 10 * slow


def test_a_rate_limit(clock):
    """At most so many messages go in each period, and the others are told when to come back: each a little later."""
    lane = lane_of(clock, RateLimit(rate=10, period="second"))
    assert fill(lane) == 10
    waits = [lane.admit() for _ in range(3)]
    assert waits == sorted(waits)
    clock.at += 1
    assert fill(lane) == 10


@given(
    steps=st.lists(
        st.sampled_from([Sent(), RetryLater("x"), RetryLater("x", after_s=3), Unknown("?"), None, 0.1, 5.0]),
        max_size=200,
    )
)
def test_nobody_waits_for_ever(steps):
    """Whatever happens, places are never negative, waits are bounded, and a lane at rest opens again."""
    clock = Clock()
    lane = lane_of(clock)
    for step in steps:
        match step:
            case float():
                clock.at += step
            case None:
                wait_s = lane.admit()
                assert 0 <= wait_s <= WAIT_S_MAX
            case outcome if lane.under_way:
                lane.landed(outcome, 0.1)
        assert 0 <= lane.under_way <= PLACES_MAX
    while lane.under_way:
        lane.landed(Sent(), 0.1)
    clock.at += 100
    assert lane.admit() == 0
