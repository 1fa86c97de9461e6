"""A verdict, written down: what becomes of the claim, and the line that says why."""

from collections.abc import Sequence
from typing import TypeVar

from tidings.channels import Available
from tidings.data_logs import Entry
from tidings.effects import Claim, Settlement
from tidings.gates.verdict import Go, Hold, No, Verdict
from tidings.messages import Reason, Status

T = TypeVar("T")

_NO_ORDINAL = 15


def kept_back(claim: Claim, verdict: Hold | No, *, now: int) -> Settlement:
    """Settle a claim that may not be sent, or not yet."""
    message = claim.message
    environment_id, message_id = message.environment_id, message.id
    if isinstance(verdict, Hold):
        status, ordinal = Status.DELAYED, verdict.ordinal
        fields: dict[str, object] = {"reason": verdict.why, "until": verdict.until, **verdict.fields}
    else:
        status, ordinal = verdict.status, _NO_ORDINAL
        fields = {"reason": verdict.reason, "error_message": verdict.why, **verdict.fields}
    line = Entry(
        environment_id=environment_id, message_id=message_id, ordinal=ordinal, type=status.value, ts=now, fields=fields
    )
    return Settlement(
        environment_id=environment_id,
        message_id=message_id,
        status=status,
        at=now,
        reason=verdict.reason if isinstance(verdict, No) else None,
        error=verdict.why if isinstance(verdict, No) else "",
        due_at=verdict.until if isinstance(verdict, Hold) else None,
        entries=[line],
    )


def explained(
    claim: Claim, decision: T | Settlement, verdict: Verdict, available: Sequence[Available], *, now: int
) -> T | Settlement:
    """Say the true reason when no way was left because the gates had closed channels that there are."""
    if not isinstance(decision, Settlement) or decision.status is not Status.UNROUTABLE or not isinstance(verdict, Go):
        return decision
    channels = sorted({account.channel for account in available})
    refusals = [refusal for channel in channels if (refusal := verdict.refusal(channel))]
    if not refusals or decision.reason is Reason.UNPUBLISHED:
        return decision
    why = "; ".join(refusal.why for refusal in refusals)
    return kept_back(claim, No(Status.FILTERED, refusals[0].reason, f"No channel is left: {why}"), now=now)
