"""Counting messages for the ledger, beside the statements that make and settle them and in their transaction."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table

from tidings.backends.sql.insertion import insertion
from tidings.backends.sql.tables_ledger import message_counts
from tidings.ledger import MADE, UNKNOWN, Tally, summed
from tidings.messages import FINAL, Message, Status

_SHARDS = 64  # so many processes settle without ever waiting for each other's counts


def adding(table: Table) -> str:
    """Add to a count that exists."""
    key = ", ".join(table.primary_key.columns.keys())
    return f"ON CONFLICT ({key}) DO UPDATE SET count = {table.name}.count + excluded.count"


COUNT = insertion(message_counts, adding(message_counts))
"""Adds to a count."""

Stand = tuple[int, int, Status, str, bool]
"""Where a message stands: environment, enqueued (ms), status, reason, whether its outcome is unknown."""


def made_of(messages: Iterable[Message]) -> list[Tally]:
    """Count new messages."""
    return summed((message.environment_id, message.enqueued, MADE, "", 1) for message in messages)


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
    return [dict(zip(names, row, strict=True)) for row in count_rows(tallies, os.getpid() % _SHARDS)]
