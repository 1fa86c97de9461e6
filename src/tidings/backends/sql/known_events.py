"""Writing what a batch showed of events: merged into what is known of them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.tables_delivery import known_events
from tidings.effects import Sighted

_PUT = text(
    "INSERT INTO known_events (environment_id, source_id, type, name, first_seen, last_seen, count, properties, days)"
    " VALUES (:environment_id, :source_id, :type, :name, :first_seen, :last_seen, :count, :properties, :days)"
    " ON CONFLICT (environment_id, source_id, type, name) DO UPDATE SET first_seen = excluded.first_seen,"
    " last_seen = excluded.last_seen, count = excluded.count, properties = excluded.properties, days = excluded.days"
)


async def write_sighted(connection: AsyncConnection, sighted: Sequence[Sighted]) -> None:
    """Write them."""
    for each in sighted:
        row: dict[str, Any] = msgspec.structs.asdict(each)
        row |= {"properties": msgspec.json.encode(each.properties), "days": msgspec.json.encode(each.days)}
        await connection.execute(_PUT, row)


async def read_known(connection: AsyncConnection, environment_id: int, source_id: int) -> list[Sighted]:
    """Read what is known of a source's events."""
    mine = (known_events.c.environment_id == environment_id, known_events.c.source_id == source_id)
    rows = await connection.execute(
        select(known_events).where(*mine).order_by(known_events.c.type, known_events.c.name)
    )
    return [sighted_of(row) for row in rows]


def sighted_of(row: Row[Any]) -> Sighted:
    """Read what is known of an event back."""
    days = {int(day): count for day, count in msgspec.json.decode(row.days).items()}
    fields = {**row._mapping, "properties": msgspec.json.decode(row.properties), "days": days}  # noqa: SLF001 see above
    return Sighted(**fields)
