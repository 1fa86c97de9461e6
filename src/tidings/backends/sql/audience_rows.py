"""How audiences and their members lie in rows."""

from typing import Any

import msgspec
from sqlalchemy import Row

from tidings.audiences import Audience, Filter, Member

_filter = msgspec.json.Decoder(Filter)
_STORED = (
    "environment_id",
    "id",
    "name",
    "description",
    "version",
    "created",
    "updated",
    "cursor",
    "again_at",
    "looked",
)


def audience_row(audience: Audience) -> dict[str, Any]:
    """Lay an audience out as the columns of its table; it is its turn now."""
    return {
        **{name: getattr(audience, name) for name in _STORED},
        "filter": None if audience.filter is None else msgspec.json.encode(audience.filter),
        "turn": audience.updated,
    }


def audience_of(row: Row[Any]) -> Audience:
    """Read an audience back."""
    said = None if row.filter is None else _filter.decode(row.filter)
    return Audience(**{name: getattr(row, name) for name in _STORED}, filter=said)


def member_row(environment_id: int, member: Member) -> dict[str, Any]:
    """Lay a member out."""
    return {"environment_id": environment_id, **msgspec.structs.asdict(member)}


def member_of(row: Row[Any]) -> Member:
    """Read a member back."""
    return Member(
        audience_id=row.audience_id,
        user_id=row.user_id,
        version=row.version,
        added_at=row.added_at,
        reason=row.reason,
    )
