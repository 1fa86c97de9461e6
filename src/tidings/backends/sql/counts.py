"""Counting messages for the ledger, beside the statements that make and settle them and in their transaction."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, TextClause

from tidings.audiences import Changes
from tidings.backends.sql.insertion import insertion
from tidings.backends.sql.tables_ledger import activity, message_counts
from tidings.effects import Settlement
from tidings.ledger import (
    MADE,
    MINUTE_MS,
    UNKNOWN,
    Activity,
    Happened,
    Kind,
    Tally,
    gathered,
    hourly,
    of_messages,
    summed,
)
from tidings.messages import FINAL, Attempt, Message, Outcome, RetryLater, Sent, Status, Undeliverable, Unknown

_PROCESSES_FROM = 1_000  # shards below it are the partitions
_SHARDS = 64  # so many processes settle without ever waiting for each other's counts


def adding(table: Table) -> str:
    """Add to a count that exists."""
    key = ", ".join(table.primary_key.columns.keys())
    return f"ON CONFLICT ({key}) DO UPDATE SET count = {table.name}.count + excluded.count"


ADDING = (
    f"ON CONFLICT ({', '.join(activity.primary_key.columns.keys())}) DO UPDATE SET "
    "count = activity.count + excluded.count, took_ms = activity.took_ms + excluded.took_ms"
)
COUNT = insertion(message_counts, adding(message_counts))
"""Adds to a count."""
NOTE = insertion(activity, ADDING)
"""Adds to what happened when."""

Stand = tuple[int, int, Status, str, bool]
"""Where a message stands: environment, enqueued (ms), status, reason, whether its outcome is unknown."""


def made_of(messages: Iterable[Message]) -> tuple[list[Tally], list[Activity]]:
    """Count new messages: for the ledger, and for whoever watches."""
    new = ((message.environment_id, message.enqueued, MADE, "", 1) for message in messages)
    minutes = summed(new, each_ms=MINUTE_MS)
    return hourly(minutes), of_messages(minutes)


def moved_of(moves: Iterable[tuple[Stand, Stand]]) -> list[Tally]:
    """Count messages that went from one stand to another: a late answer takes the unknown outcome off again."""
    ends = [(stand, sign) for before, after in moves for stand, sign in ((before, -1), (after, 1))]
    counted = summed(
        (environment_id, enqueued, UNKNOWN if unknown else str(status), "" if unknown else reason, sign)
        for (environment_id, enqueued, status, reason, unknown), sign in ends
        if status in FINAL
    )
    return [tally for tally in counted if tally.count]


def count_rows(tallies: Iterable[Tally], part: int) -> list[tuple[int, int, int, str, str, int]]:
    """Lay counts out as the columns of either table; `part` is the partition, or the shard."""
    return [(tally.environment_id, tally.hour, part, str(tally.word), tally.reason, tally.count) for tally in tallies]


def count_parameters(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Name what `COUNT` adds, in a shard of this process."""
    names = message_counts.columns.keys()
    return [dict(zip(names, row, strict=True)) for row in count_rows(tallies, shard())]


def shard() -> int:
    """Tell this process's shard."""
    return os.getpid() % _SHARDS


def made_work(messages: Sequence[Message]) -> list[tuple[TextClause, list[dict[str, Any]]]]:
    """List what is written of new messages, for `write_all`."""
    tallies, noted = made_of(messages)
    return [(COUNT, count_parameters(tallies)), (NOTE, activity_parameters(noted))]


def canceled_activity(taken: Iterable[Message], now: int) -> list[Activity]:
    """Note messages that were taken back."""
    ended = ((it.environment_id, now, Kind.MESSAGE, str(Status.CANCELED), "", "", "", 0) for it in taken)
    return gathered(ended)


def members_activity(environment_id: int, changes: Changes, now: int) -> list[Activity]:
    """Note who came into audiences and who left; nobody by name."""
    ways = (("JOINED", changes.matched), ("LEFT", changes.unmatched))
    return gathered(
        (environment_id, now, Kind.AUDIENCE, word, each.audience_id, "", "", 0)
        for word, found in ways
        for each in found
    )


def settled_activity(settled: Iterable[Settlement], attempts: Iterable[tuple[Attempt, Outcome, int]]) -> list[Activity]:
    """Note messages that ended, and what providers answered: the attempt, its outcome, and when it came (ms)."""
    happened: list[Happened] = [
        (
            it.environment_id,
            it.at,
            Kind.MESSAGE,
            UNKNOWN if it.outcome_unknown else str(it.status),
            "" if it.outcome_unknown else str(it.reason or ""),
            it.channel or "",
            it.provider or "",
            0,
        )
        for it in settled
        if it.status in FINAL
    ]
    for attempt, outcome, at in attempts:
        if isinstance(outcome, Undeliverable) and outcome.kept_back:
            continue  # nobody was asked
        word, reason = _answer(outcome)
        took = max(at - attempt.started, 0)
        of = (attempt.channel, attempt.provider, took)
        happened.append((attempt.environment_id, at, Kind.ATTEMPT, word, reason, *of))
    return gathered(happened)


def _answer(outcome: Outcome) -> tuple[str, str]:
    match outcome:
        case Sent():
            return "SENT", ""
        case Undeliverable(reason=reason):
            return "UNDELIVERABLE", str(reason)
        case RetryLater():
            return "RETRY", ""
        case Unknown():
            return UNKNOWN, ""


def activity_rows(noted: Iterable[Activity], part: int) -> list[tuple[Any, ...]]:
    """Lay activity out as the columns of its table; `part` is the shard."""
    return [
        (
            it.environment_id,
            it.span,
            it.start,
            part,
            str(it.kind),
            it.word,
            it.reason,
            it.channel,
            it.provider,
            it.count,
            it.took_ms,
        )
        for it in noted
    ]


def activity_parameters(noted: Iterable[Activity]) -> list[dict[str, Any]]:
    """Name what `NOTE` adds, in a shard of this process that no partition has."""
    names = activity.columns.keys()
    return [dict(zip(names, row, strict=True)) for row in activity_rows(noted, _PROCESSES_FROM + shard())]
