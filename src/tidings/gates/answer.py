"""A verdict, written down: what becomes of the claim, and the line that says why."""

from tidings.data_logs import Entry
from tidings.effects import Claim, Settlement
from tidings.gates.verdict import Closed, Go, Hold, No
from tidings.messages import Reason, Status

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
        gathered=verdict.gathered if isinstance(verdict, No) else None,
    )


def closed(verdict: Go, channel: str) -> No:
    """Say why a message that would have gone by this channel does not go at all."""
    refusal = verdict.refusal(channel) or Closed(Reason.FILTERED, f"{channel} is closed")
    return No(Status.FILTERED, refusal.reason, f"No channel is left: {refusal.why}")
