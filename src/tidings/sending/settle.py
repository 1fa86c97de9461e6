"""What an outcome means for the message."""

from collections.abc import Mapping, Sequence
from typing import assert_never

import msgspec

from tidings.data_logs import Entry
from tidings.effects import Claim, Settlement
from tidings.messages import Attempt, Outcome, Reason, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.sending.retry import retry_at

UNKNOWN = "The outcome is unknown: the provider may have taken it. It is not sent again."


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """What the message's route holds once this attempt is counted."""

    flying: bool = False
    """Other attempts of the message are under way."""
    fresh: bool = False
    """There is a way that may be tried at once."""
    waiting: tuple[Attempt, ...] = ()
    """The last attempts of the ways that asked to wait, or that may be repeated."""
    sent: Attempt | None = None
    """The first attempt that was taken."""
    unknown: bool = False
    """Nobody can know whether one of them was taken."""
    until: int | None = None
    """Until when news of what was taken is awaited (ms); None when there is nobody to ask after it."""
    begun: int | None = None
    """When the first attempt was made (ms)."""
    budget_ms: int | None = None
    """For how long since then the message is tried; None for as long as anybody is."""
    awaits: str = ""
    """What is to be heard: `delivered`, `viewed` or `engaged`."""


def settle(
    claim: Claim, attempt: Attempt, outcome: Outcome, *, now: int, ahead: Ahead, simulated: bool, jitter: float
) -> Settlement:
    """Decide what one attempt's outcome means for its message."""
    tries = [now] if ahead.fresh else _tries(claim, ahead, now=now, jitter=jitter)
    due_at = claim.until if ahead.flying else _next(ahead, tries)
    if due_at is not None:
        return _again(claim, attempt, outcome, now, due_at=due_at, ahead=ahead)
    if ahead.sent is not None:
        status = Status.SIMULATED if simulated else Status.SENT
        return _settlement(claim, attempt, outcome, status, now, shown=ahead.sent)
    if ahead.unknown or isinstance(outcome, Unknown):
        return cut_off(claim, attempt, outcome, now=now)
    return _failed(claim, attempt, outcome, now, late=out_of_time(ahead.budget_ms or 0) if tries else "")


def _failed(claim: Claim, attempt: Attempt, outcome: Outcome, now: int, *, late: str) -> Settlement:
    """End a message that nobody took and nobody is left to take, or for which there is no time left."""
    match outcome:
        case Undeliverable(reason=reason, detail=detail):
            error = f"{detail}; {late}" if late else detail
            status = Status.UNDELIVERABLE
            if outcome.kept_back:
                status, reason = _kept_back(claim)
            return _settlement(claim, attempt, outcome, status, now, reason=reason, error=error)
        case RetryLater(detail=detail):
            error = f"{late or f'gave up after {attempt.number} attempts'}; the last one said: {detail}"
            reason = Reason.PROVIDER_ERROR
            return _settlement(claim, attempt, outcome, Status.UNDELIVERABLE, now, reason=reason, error=error)
        case Sent() | Unknown():
            raise AssertionError("what was taken, or may have been, is no failure")
        case _:
            assert_never(outcome)


def _kept_back(claim: Claim) -> tuple[Status, Reason]:
    """Tell how a message ends whose last way a condition kept back: as the providers had it, where any was asked."""
    refused = [each.outcome for each in claim.attempts if each.outcome is not None]
    for outcome in reversed(refused):
        if not isinstance(outcome, Undeliverable):
            return Status.UNDELIVERABLE, Reason.PROVIDER_ERROR
        if not outcome.kept_back:
            return Status.UNDELIVERABLE, outcome.reason
    return Status.FILTERED, Reason.FILTERED


def _next(ahead: Ahead, tries: Sequence[int]) -> int | None:
    """Say when the message is looked at again; None when this was the last of it."""
    moments = tries if ahead.until is None else [*tries, ahead.until]
    if ahead.budget_ms is not None and ahead.begun is not None:
        ends_at = ahead.begun + ahead.budget_ms
        moments = [moment for moment in moments if moment <= ends_at]
    return min(moments, default=None)


def _tries(claim: Claim, ahead: Ahead, *, now: int, jitter: float) -> list[int]:
    """List when those that wait may be asked again; empty when it is time to give up."""
    begun = claim.message.enqueued if ahead.begun is None else ahead.begun
    moments = [
        retry_at(
            waiting.number,
            now=now,
            begun=begun,
            after_s=waiting.outcome.after_s if isinstance(waiting.outcome, RetryLater) else None,
            jitter=jitter,
        )
        for waiting in ahead.waiting
    ]
    return [moment for moment in moments if moment is not None]


def out_of_time(budget_ms: int) -> str:
    """Say that the message's own time ran out."""
    return f"there is no time left: the message has {budget_ms / 1000:g} s (timeout.message)"


def cut_off(claim: Claim, attempt: Attempt, outcome: Outcome, *, now: int) -> Settlement:
    """End a message of which nobody can know whether it was sent: marked, never repeated (ADR 0006).

    `outcome` is what this attempt came to; it may be an earlier one that nobody knows about.
    """
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


def _again(claim: Claim, attempt: Attempt, outcome: Outcome, now: int, *, due_at: int, ahead: Ahead) -> Settlement:
    """Put one attempt on record while the message goes on."""
    taken = isinstance(outcome, Sent)
    fields: dict[str, object] = _error(outcome, due_at)
    if isinstance(outcome, Sent):
        fields = {"reference": outcome.reference}
        if ahead.until is not None:
            fields |= {"awaits": ahead.awaits, "until": ahead.until}
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
        entries=[_entry(claim, attempt, "SENT" if taken else "ERROR", now, fields)],
    )


def _error(outcome: Outcome, due_at: int) -> dict[str, object]:
    return {"error_message": outcome.detail, "retry_at": due_at}


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
    shown: Attempt | None = None,
) -> Settlement:
    """End a message; `shown` is the attempt whose channel and provider it is known by."""
    kind, fields = str(status), _told(outcome, error, reason)
    if shown is not None and not isinstance(outcome, Sent):  # others were taken before: this one was not
        kind, fields = "ERROR", {"error_message": outcome.detail}
    shown = shown or attempt
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
        channel=shown.channel,
        provider=shown.provider,
        entries=[_entry(claim, attempt, kind, now, fields)],
    )


def _told(outcome: Outcome, error: str, reason: Reason | None) -> dict[str, object]:
    if error:
        return {"error_message": error, "reason": reason}
    return {"reference": outcome.reference} if isinstance(outcome, Sent) else {}


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
