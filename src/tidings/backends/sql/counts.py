"""Counting messages for the ledger, beside the statements that make and settle them and in their transaction."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.sqlite import insert

from tidings.backends.sql.tables_ledger import message_counts
from tidings.ledger import MADE, UNKNOWN, Tally, summed
from tidings.messages import FINAL, Message, Status

_SHARDS = 64  # so many processes settle without ever waiting for each other's counts

_counts = insert(message_counts).values({column.name: bindparam(f"c_{column.name}") for column in message_counts.c})
COUNT = _counts.on_conflict_do_update(
    index_elements=message_counts.primary_key.columns,
    set_={"count": message_counts.c.count + _counts.excluded.count},
)
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


def count_parameters(tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    """Name what `COUNT` adds."""
    shard = os.getpid() % _SHARDS
    return [
        {
            "c_environment_id": tally.environment_id,
            "c_hour": tally.hour,
            "c_shard": shard,
            "c_word": tally.word,
            "c_reason": tally.reason,
            "c_count": tally.count,
        }
        for tally in tallies
    ]
