"""Which of two outcomes of one message stands."""

from collections.abc import Sequence

import msgspec

from tidings.data_logs import Entry
from tidings.effects import Settlement
from tidings.messages import FINAL, Attempt, Outcome, Sent, Status, Undeliverable, Unknown


class Queued(msgspec.Struct, frozen=True):
    """Where a message stands before it is settled."""

    status: Status
    outcome_unknown: bool
    reason: str = ""
    enqueued: int = 0

    @property
    def is_final(self) -> bool:
        """Nothing is left to do for it."""
        return self.status in FINAL


def stands(before: Queued, settlement: Settlement) -> bool:
    """Tell whether a settlement counts: the first final one does, and a late definite answer to an unknown outcome."""
    if not before.is_final:
        return True
    return before.outcome_unknown and isinstance(settlement.outcome, Sent | Undeliverable)


def not_taken_back(settlement: Settlement, tried: Sequence[Attempt]) -> Settlement:
    """Let what a provider took end as sent when the rest of it is dropped: nobody may say CANCELED of it."""
    if settlement.status is not Status.CANCELED:
        return settlement
    taken = next((made for made in tried if isinstance(made.outcome, Sent)), None)
    if taken is None:
        return settlement
    why = f"it was sent before; nobody else is asked: {settlement.error}"
    return msgspec.structs.replace(
        settlement,
        status=Status.SENT,
        error="",
        channel=taken.channel,
        provider=taken.provider,
        sent=taken.finished or taken.started,
        entries=[
            msgspec.structs.replace(entry, type="NOT_ESCALATED", fields={"reason": why}) for entry in settlement.entries
        ],
    )


def attempt_is_open(before: Outcome | None, after: Outcome | None) -> bool:
    """Tell whether an attempt's outcome may still be written: nothing is known of it, or only that it is unknown."""
    return after is not None and (before is None or (isinstance(before, Unknown) and not isinstance(after, Unknown)))


def late_answer(entries: Sequence[Entry]) -> list[Entry]:
    """Place the lines of a late answer behind those that said the outcome was unknown: a history is never rewritten."""
    return [msgspec.structs.replace(entry, ordinal=entry.ordinal + 1) for entry in entries]
