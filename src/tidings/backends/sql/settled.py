"""Which of two outcomes of one message stands."""

from collections.abc import Sequence

import msgspec

from tidings.data_logs import Entry
from tidings.effects import Settlement
from tidings.messages import FINAL, Outcome, Sent, Status, Undeliverable, Unknown


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


def attempt_is_open(before: Outcome | None, after: Outcome | None) -> bool:
    """Tell whether an attempt's outcome may still be written: nothing is known of it, or only that it is unknown."""
    return after is not None and (before is None or (isinstance(before, Unknown) and not isinstance(after, Unknown)))


def late_answer(entries: Sequence[Entry]) -> list[Entry]:
    """Place the lines of a late answer behind those that said the outcome was unknown: a history is never rewritten."""
    return [msgspec.structs.replace(entry, ordinal=entry.ordinal + 1) for entry in entries]
