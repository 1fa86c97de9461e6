"""What an outcome means for the message."""

from collections.abc import Mapping
from typing import assert_never

from tidings.data_logs import Entry
from tidings.effects import Claim, Settlement
from tidings.messages import Attempt, Outcome, Reason, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.sending.retry import retry_at

UNKNOWN = "The outcome is unknown: the provider may have taken it. It is not sent again."


def settle(
    claim: Claim,
    attempt: Attempt,
    outcome: Outcome,
    *,
    now: int,
    more_ways: bool,
    simulated: bool,
    jitter: float,
) -> Settlement:
    """Decide what one attempt's outcome means. `more_ways` says that the route has another way to try at once."""
    match outcome:
        case Sent(reference=reference):
            status = Status.SIMULATED if simulated else Status.SENT
            return _settlement(claim, attempt, outcome, status, now, fields={"reference": reference})
        case Undeliverable(reason=reason, detail=detail):  # this provider will never take it; another still may
            if more_ways:
                return _again(claim, attempt, outcome, now, due_at=now)
            return _settlement(claim, attempt, outcome, Status.UNDELIVERABLE, now, reason=reason, error=detail)
        case RetryLater(detail=detail, after_s=after_s):  # nothing was sent: waiting is safe
            due_at = retry_at(attempt.number, now=now, enqueued=claim.message.enqueued, after_s=after_s, jitter=jitter)
            if due_at is not None:
                return _again(claim, attempt, outcome, now, due_at=due_at)
            error = f"gave up after {attempt.number} attempts; the last one said: {detail}"
            return _settlement(
                claim, attempt, outcome, Status.UNDELIVERABLE, now, reason=Reason.PROVIDER_ERROR, error=error
            )
        case Unknown():  # it may have been sent: repeating it could send it twice
            return cut_off(claim, attempt, outcome, now=now)
        case _:
            assert_never(outcome)


def cut_off(claim: Claim, attempt: Attempt, outcome: Unknown, *, now: int) -> Settlement:
    """End a message of which nobody can know whether it was sent: marked, never repeated (ADR 0006)."""
    return _settlement(
        claim,
        attempt,
        outcome,
        Status.UNDELIVERABLE,
        now,
        reason=Reason.FAILED,
        error=f"{UNKNOWN} ({outcome.detail})",
        outcome_unknown=True,
    )


def _again(claim: Claim, attempt: Attempt, outcome: RetryLater | Undeliverable, now: int, *, due_at: int) -> Settlement:
    fields = {"error_message": outcome.detail, "retry_at": due_at}
    return Settlement(
        environment_id=claim.message.environment_id,
        message_id=claim.message.id,
        status=Status.ROUTED,
        at=now,
        attempt=attempt.number,
        outcome=outcome,
        channel=attempt.channel,
        provider=attempt.provider,
        due_at=due_at,
        entries=[_entry(claim, attempt, "ERROR", now, fields)],
    )


def _settlement(
    claim: Claim,
    attempt: Attempt,
    outcome: Outcome,
    status: Status,
    now: int,
    *,
    reason: Reason | None = None,
    error: str = "",
    outcome_unknown: bool = False,
    fields: Mapping[str, object] | None = None,
) -> Settlement:
    if error:
        fields = {"error_message": error, "reason": reason}
    return Settlement(
        environment_id=claim.message.environment_id,
        message_id=claim.message.id,
        status=status,
        at=now,
        reason=reason,
        error=error,
        outcome_unknown=outcome_unknown,
        attempt=attempt.number,
        outcome=outcome,
        channel=attempt.channel,
        provider=attempt.provider,
        entries=[_entry(claim, attempt, status, now, fields or {})],
    )


def _entry(claim: Claim, attempt: Attempt, kind: str, now: int, fields: Mapping[str, object]) -> Entry:
    """Write the line that closes an attempt; it sorts after the lines with which the attempt began."""
    return Entry(
        environment_id=claim.message.environment_id,
        message_id=claim.message.id,
        ordinal=100 * attempt.number + 50,
        type=kind,
        ts=now,
        fields={
            "channel": {"id": attempt.channel},
            "integration": {"id": attempt.provider, "provider": attempt.provider},
            **fields,
        },
    )
