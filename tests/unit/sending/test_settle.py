from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.effects import Claim, Settlement
from tidings.messages import Attempt, Message, Outcome, Reason, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.sending import ATTEMPTS_MAX, cut_off, retry_at, settle

NOW = 1_700_000_000_000
MESSAGE = Message(
    environment_id=1,
    id="1-0-0",
    user_key="u:ann",
    recipient="ann",
    enqueued=NOW,
    event="welcome",
    request_id="1-0-0",
    to={},
    data={},
)
CLAIM = Claim(message=MESSAGE, attempts=(), until=NOW + 1000)


def attempt(number: int = 1) -> Attempt:
    """Make the attempt whose outcome is judged."""
    return Attempt(
        environment_id=1, message_id=MESSAGE.id, number=number, channel="email", provider="smtp", started=NOW
    )


def judge(outcome: Outcome, number: int = 1, **facts: Any) -> Settlement:
    """Settle under ordinary circumstances."""
    usual: dict[str, Any] = {"now": NOW, "more_ways": False, "simulated": False, "jitter": 0.5}
    return settle(CLAIM, attempt(number), outcome, **{**usual, **facts})


def test_what_was_taken_is_sent_and_leaves_the_queue() -> None:
    """Sent is final for the outbound step and keeps the provider's reference."""
    settlement = judge(Sent("ref-1"))
    assert (settlement.status, settlement.due_at) == (Status.SENT, None)
    assert settlement.entries[0].fields["reference"] == "ref-1"


def test_in_a_simulated_environment_nothing_is_called_sent() -> None:
    """What the outbox took for a test environment ends as SIMULATED."""
    assert judge(Sent(), simulated=True).status is Status.SIMULATED


def test_what_a_provider_refuses_goes_the_next_way_at_once() -> None:
    """A refusal ends a message only when no other way is left."""
    refused = Undeliverable(Reason.BOUNCED, "no such mailbox")
    assert judge(refused, more_ways=True).due_at == NOW
    final = judge(refused)
    assert (final.status, final.reason, final.error, final.due_at) == (
        Status.UNDELIVERABLE,
        Reason.BOUNCED,
        "no such mailbox",
        None,
    )


def test_when_nothing_was_sent_waiting_is_safe() -> None:
    """A temporary failure puts the message back, no sooner than the provider asked."""
    settlement = judge(RetryLater("busy", after_s=60))
    assert settlement.status is Status.ROUTED
    assert settlement.due_at is not None
    assert settlement.due_at >= NOW + 60_000


def test_it_gives_up_after_a_day() -> None:
    """After the last allowed attempt the message ends, and says what the provider said."""
    settlement = judge(RetryLater("still busy"), number=ATTEMPTS_MAX)
    assert (settlement.status, settlement.due_at) == (Status.UNDELIVERABLE, None)
    assert "still busy" in settlement.error


@pytest.mark.parametrize("more_ways", [True, False])
def test_what_may_have_been_sent_is_never_repeated(more_ways: bool) -> None:
    """An unknown outcome ends the message, whatever other ways there were."""
    settlement = judge(Unknown("connection lost"), more_ways=more_ways)
    assert settlement.outcome_unknown
    assert (settlement.status, settlement.due_at) == (Status.UNDELIVERABLE, None)


def test_an_attempt_that_was_cut_off_is_unknown() -> None:
    """A worker that died between the two records leaves an attempt nobody can judge."""
    settlement = cut_off(CLAIM, attempt(), Unknown("cut off"), now=NOW)
    assert settlement.outcome_unknown
    assert settlement.attempt == 1


@given(number=st.integers(1, 200), jitter=st.floats(0, 1), after_s=st.none() | st.floats(0, 1e6))
def test_waits_are_bounded(number: int, jitter: float, after_s: float | None) -> None:
    """Every wait lies in the future and within a day of the message, or there is none."""
    at = retry_at(number, now=NOW, enqueued=NOW, after_s=after_s, jitter=jitter)
    assert at is None or NOW < at <= NOW + 24 * 3_600_000
