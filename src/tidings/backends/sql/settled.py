"""Which of two outcomes of one message stands."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from tidings.data_logs import Entry
from tidings.effects import Settlement
from tidings.messages import FINAL, Attempt, Outcome, Sent, Status, Undeliverable, Unknown

Id = tuple[int, str]
"""A message's environment and id."""

Outcomes = dict[tuple[Id, int], Outcome | None]
"""By message and number of the attempt."""


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


def what_stands(
    queued: dict[Id, Queued], outcomes: Outcomes, settlements: Sequence[Settlement]
) -> tuple[list[Settlement], list[Entry]]:
    """Pick the settlements that count, in order, and the lines that they add. Keeps `queued` up to date."""
    kept: list[Settlement] = []
    entries: list[Entry] = []
    made = Counter(at for at, _ in outcomes)
    for settlement in settlements:
        at = (settlement.environment_id, settlement.message_id)
        place = (at, settlement.attempt or 0)
        if place in outcomes and settlement.outcome is not None:
            if not attempt_is_open(outcomes[place], settlement.outcome):
                continue  # this attempt's answer is known, and what follows from it was done
            outcomes[place] = settlement.outcome
        before = queued.get(at)
        if before is None or not stands(before, settlement) or _is_overtaken(settlement, made):
            continue
        queued[at] = Queued(settlement.status, settlement.outcome_unknown, settlement.reason or "", before.enqueued)
        kept.append(settlement)
        entries += late_answer(settlement.entries) if before.is_final else settlement.entries
    return kept, entries


def _is_overtaken(settlement: Settlement, made: Mapping[Id, int]) -> bool:
    """Tell whether another worker has begun an attempt since: then its answer decides."""
    at = (settlement.environment_id, settlement.message_id)
    return settlement.tried is not None and made.get(at, 0) > settlement.tried
