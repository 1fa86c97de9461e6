"""Telling that somebody had time enough, and that what was taken stays sent whatever else could not be."""

from collections.abc import Sequence

import msgspec

from tidings.channels import Way
from tidings.clock import iso
from tidings.data_logs import Entry
from tidings.effects import Claim, Settlement
from tidings.messages import FINAL, Attempt, Message, Sent, Status
from tidings.routing import Open, Passed, Patience

_NOT_HEARD = {"delivered": "not delivered", "viewed": "not opened", "engaged": "nothing in it clicked"}
_HEARD = {"delivered": "delivered", "viewed": "opened", "engaged": "clicked"}
_PASSED, _KEPT = 60, 65
"""Places of lines behind those of an attempt, and before those of the next."""


def passed_by(claim: Claim, state: Open, ways: Sequence[Way], *, now: int) -> list[Entry]:
    """Write, when somebody new is asked, who had time enough: `TIMED_OUT`, or `ESCALATED` for what was taken.

    A line's place derives from the attempt that it tells of, so that the same is told once.
    """
    if not state.passed or {way.key for way in ways} <= {made.way for made in claim.attempts}:
        return []
    return [_passed(passed, now) for passed in state.passed]


def _passed(passed: Passed, now: int) -> Entry:
    attempt, seconds = passed.attempt, f"{passed.ms / 1000:g} s"
    if passed.taken:
        kind, why = "ESCALATED", f"{_NOT_HEARD[passed.what]} within {seconds}: the next channel is asked"
    else:
        name = attempt.provider if passed.what == "provider" else attempt.channel
        kind, why = "TIMED_OUT", f"{name} took nothing within its {seconds}: others are asked"
    return _line(attempt, _PASSED, kind, now, why)


def awaited_in(line: Entry) -> str:
    """Say in words what the line of a message that was taken waits for."""
    heard = _HEARD.get(str(line.fields["awaits"]), "heard of")
    channel = line.fields.get("channel", {}).get("id", "one channel")
    return f"it went by {channel}; the next channel is asked unless it is {heard} by {iso(line.fields['until'])}"


def as_taken(claim: Claim, end: Settlement, *, simulated: bool, now: int) -> Settlement:
    """Let a message that somebody took end as what became of it, instead of by what could not be done beside.

    Gives `end` back for every other message, and for those that do not end.
    """
    if end.status not in FINAL or end.attempt is not None:
        return end
    taken = next((made for made in claim.attempts if isinstance(made.outcome, Sent)), None)
    if taken is None:
        return end
    why = f"it was sent before; nobody else is asked: {end.error or _news(claim.message)}"
    last = claim.attempts[-1]
    return msgspec.structs.replace(
        end,
        status=_become(claim.message, simulated=simulated),
        reason=None,
        error="",
        outcome_unknown=False,
        channel=taken.channel,
        provider=taken.provider,
        sent=None if simulated else taken.finished or taken.started,
        entries=[_line(last, _KEPT, "NOT_ESCALATED", now, why)],
    )


def _become(message: Message, *, simulated: bool) -> Status:
    for status, moment in (
        (Status.CLICKED, message.clicked),
        (Status.OPENED, message.opened),
        (Status.DELIVERED, message.delivered),
    ):
        if moment is not None:
            return status
    return Status.SIMULATED if simulated else Status.SENT


def _news(message: Message) -> str:
    wish = Patience(message.options).escalation
    return f"it was {_HEARD[wish.criteria]} in time" if wish and wish.is_met(message) else "nobody else is left"


def _line(attempt: Attempt, place: int, kind: str, now: int, why: str) -> Entry:
    return Entry(
        environment_id=attempt.environment_id,
        message_id=attempt.message_id,
        ordinal=100 * attempt.number + place,
        type=kind,
        ts=now,
        fields={
            "channel": {"id": attempt.channel},
            "integration": {"id": attempt.provider, "provider": attempt.provider},
            "reason": why,
        },
    )
