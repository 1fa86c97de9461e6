"""Event maps: which template an event sends."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables import event_maps, templates
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.event_maps import EventMap

EVENT_MAPS_MAX = 10_000
"""Most event maps of one environment: what `all` lists and what the inbound step holds in memory."""

_PUT = text(
    "INSERT INTO event_maps (environment_id, event_id, template_id) VALUES (:environment_id, :event_id, :template_id)"
    " ON CONFLICT (environment_id, event_id) DO UPDATE SET template_id = excluded.template_id"
)


class SqlEventMapStore:
    """Event maps in the state database. Every change bumps the `mapping` revision."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, environment_id: int, event_map: EventMap) -> None:
        """Map an event, anew or again.

        Raises `NotFound` when the template does not exist or is archived, `TooLarge` past 10 000.
        """
        template_id = event_map.template_id
        usable = (templates.c.environment_id == environment_id, templates.c.id == template_id)
        values = {"environment_id": environment_id, "event_id": event_map.event_id, "template_id": template_id}
        async with self._database.write() as connection:
            query = select(templates.c.id).where(*usable, templates.c.archived.is_(None))
            if await connection.scalar(query) is None:
                raise NotFound(f"there is no template {template_id!r} in this environment")
            await connection.execute(_PUT, values)
            await _check_room(connection, environment_id)
            await bump(connection, "mapping")

    async def get(self, environment_id: int, event_id: str) -> EventMap:
        """Read one. Raises `NotFound`."""
        query = select(event_maps.c.template_id).where(*_one(environment_id, event_id))
        async with self._database.read() as connection:
            template_id = await connection.scalar(query)
        if template_id is None:
            raise _not_mapped(event_id)
        return EventMap(event_id, template_id)

    async def of(self, environment_id: int, event_ids: Sequence[str]) -> dict[str, str]:
        """Read some."""
        found: dict[str, str] = {}
        async with self._database.read() as connection:
            for part in chunks(event_ids):
                here = (event_maps.c.environment_id == environment_id, event_maps.c.event_id.in_(part))
                rows = await connection.execute(select(event_maps.c.event_id, event_maps.c.template_id).where(*here))
                found |= {row[0]: row[1] for row in rows}
        return found

    async def all(self, environment_id: int) -> list[EventMap]:
        """List all, by event id; at most 10 000."""
        query = select(event_maps).where(event_maps.c.environment_id == environment_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(event_maps.c.event_id).limit(EVENT_MAPS_MAX))
            return [EventMap(row.event_id, row.template_id) for row in rows]

    async def delete(self, environment_id: int, event_id: str) -> None:
        """Unmap. Raises `NotFound`."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(event_maps).where(*_one(environment_id, event_id)))
            if not gone.rowcount:
                raise _not_mapped(event_id)
            await bump(connection, "mapping")


async def map_exactly(
    connection: AsyncConnection, environment_id: int, template_id: str, event_ids: Sequence[str]
) -> None:
    """Make these, and only these, the events of a template; the caller bumps the revision.

    Raises `Conflict` when one of them is mapped to another template, `TooLarge` past 10 000.
    """
    standing = set(await events_of(connection, environment_id, template_id))
    own = (event_maps.c.environment_id == environment_id, event_maps.c.template_id == template_id)
    for event_id in sorted(standing.difference(event_ids)):
        await connection.execute(delete(event_maps).where(*own, event_maps.c.event_id == event_id))
    for event_id in dict.fromkeys(event_ids):
        if event_id not in standing:
            await _map_new(connection, environment_id, event_id, template_id)
    await _check_room(connection, environment_id)


async def events_of(connection: AsyncConnection, environment_id: int, template_id: str) -> list[str]:
    """Read the events that send a template, in order."""
    own = (event_maps.c.environment_id == environment_id, event_maps.c.template_id == template_id)
    found = await connection.scalars(select(event_maps.c.event_id).where(*own).order_by(event_maps.c.event_id))
    return list(found)


async def _map_new(connection: AsyncConnection, environment_id: int, event_id: str, template_id: str) -> None:
    values = {"environment_id": environment_id, "event_id": event_id, "template_id": template_id}
    try:
        await connection.execute(event_maps.insert().values(values))
    except IntegrityError:
        raise Conflict(f"the event {event_id!r} is mapped to another template: unmap it first") from None


async def _check_room(connection: AsyncConnection, environment_id: int) -> None:
    here = event_maps.c.environment_id == environment_id
    if (await connection.scalar(select(func.count()).select_from(event_maps).where(here)) or 0) > EVENT_MAPS_MAX:
        raise TooLarge(f"an environment holds {EVENT_MAPS_MAX} event maps at most: unmap some first")


def _one(environment_id: int, event_id: str) -> tuple[Any, Any]:
    return event_maps.c.environment_id == environment_id, event_maps.c.event_id == event_id


def _not_mapped(event_id: str) -> NotFound:
    return NotFound(f"the event {event_id!r} is not mapped in this environment")
