"""How requests to many lie in rows."""

from typing import Any

import msgspec
from sqlalchemy import Row

from tidings.recipients import Cursor, Expansion

_cursor = msgspec.json.Decoder(Cursor)


def expansion_row(expansion: Expansion) -> tuple[Any, ...]:
    """Lay an expansion out as the columns of its table."""
    return (
        expansion.environment_id,
        expansion.id,
        expansion.received_at,
        expansion.priority,
        expansion.body,
        msgspec.json.encode(expansion.cursor),
        expansion.made,
        expansion.received_at,
        expansion.finished,
        expansion.canceled,
        expansion.lane,
    )


def expansion_of(row: Row[Any]) -> Expansion:
    """Read an expansion back."""
    return Expansion(
        environment_id=row.environment_id,
        id=row.id,
        received_at=row.received_at,
        priority=row.priority,
        body=row.body,
        cursor=_cursor.decode(row.cursor),
        made=row.made,
        finished=row.finished,
        canceled=bool(row.canceled),
        lane=row.lane,
    )
