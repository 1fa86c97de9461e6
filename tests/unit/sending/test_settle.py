from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tidings.effects import Claim, Settlement
from tidings.messages import Attempt, Message, Outcome, Reason, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.sending import ATTEMPTS_MAX, Ahead, cut_off, retry_at, settle

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
    """Settle under ordinary circumstances: one way, so what is ahead follows from the outcome."""
    made = msgspec.structs.replace(attempt(number), outcome=outcome)
    ahead = Ahead(
        fresh=facts.pop("more_ways", False),
        waiting=(made,) if isinstance(outcome, RetryLater) else (),
        sent=made if isinstance(outcome, Sent) else None,
        unknown=isinstance(outcome, Unknown),
        flying=facts.pop("flying", False),
    )
    usual: dict[str, Any] = {"now": NOW, "ahead": ahead, "simulated": False, "jitter": 0.5}
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


def test_what_may_have_been_sent_is_never_repeated() -> None:
    """An unknown outcome ends the message."""
    settlement = judge(Unknown("connection lost"))
    assert settlement.outcome_unknown
    assert (settlement.status, settlement.due_at) == (Status.UNDELIVERABLE, None)


def test_an_attempt_that_was_cut_off_is_unknown() -> None:
    """A worker that died between the two records leaves an attempt nobody can judge."""
    settlement = cut_off(CLAIM, attempt(), Unknown("cut off"), now=NOW)
    assert settlement.outcome_unknown
    assert settlement.attempt == 1


def test_while_others_fly_the_message_stays_claimed() -> None:
    """An outcome is put on record at once, and the message waits for the attempts that are still under way."""
    settlement = judge(Sent("ref-1"), flying=True)
    assert (settlement.status, settlement.due_at) == (Status.ROUTED, CLAIM.until)
    assert (settlement.entries[0].type, settlement.entries[0].fields["reference"]) == ("SENT", "ref-1")


def test_one_that_was_taken_is_enough() -> None:
    """Of several that had to go out, one that was refused is told in the history and the message is sent."""
    taken = msgspec.structs.replace(attempt(1), channel="sms", provider="twilio", outcome=Sent("ref-1"))
    settlement = judge(Undeliverable(Reason.BOUNCED, "gone"), number=2, ahead=Ahead(sent=taken))
    assert (settlement.status, settlement.channel, settlement.provider) == (Status.SENT, "sms", "twilio")
    assert settlement.entries[0].type == "ERROR"


@given(number=st.integers(1, 200), jitter=st.floats(0, 1), after_s=st.none() | st.floats(0, 1e6))
def test_waits_are_bounded(number: int, jitter: float, after_s: float | None) -> None:
    """Every wait lies in the future and within a day of the message, or there is none."""
    at = retry_at(number, now=NOW, begun=NOW, after_s=after_s, jitter=jitter)
    assert at is None or NOW < at <= NOW + 24 * 3_600_000
