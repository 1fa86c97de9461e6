"""Destinations; settings are encrypted at rest."""

from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump, revision
from tidings.backends.sql.tables import offsets
from tidings.backends.sql.tables_delivery import (
    deliveries,
    delivery_counts,
    delivery_failures,
    destinations,
    parked,
    status_news,
)
from tidings.destinations import BUILT_IN, READERS, Destination
from tidings.destinations.destination import built_in
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.filters import Filter
from tidings.secrets import SecretBox

DESTINATIONS_MAX = 100
"""Most destinations of one environment: each call is offered to every one of them."""

BEGAN = -1
"""As a partition of `offsets`: this reader began at a known moment; a partition without a row was empty then."""

_PUT = text(
    "INSERT INTO destinations (environment_id, id, kind, name, enabled, sources, settings_sealed, filters, created,"
    " updated) VALUES (:environment_id, :id, :kind, :name, :enabled, :sources, :settings_sealed, :filters, :created,"
    " :updated) ON CONFLICT (environment_id, id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled,"
    " sources = excluded.sources, settings_sealed = excluded.settings_sealed, filters = excluded.filters,"
    " updated = excluded.updated"
)
_BEGIN = text(
    'INSERT INTO offsets (reader, "partition", position)'
    ' SELECT CAST(:reader AS TEXT), "partition", position FROM offsets WHERE reader = :inbound'
    " AND NOT EXISTS (SELECT 1 FROM offsets mine WHERE mine.reader = :reader)"
    " UNION ALL SELECT CAST(:reader AS TEXT), CAST(:mark AS SMALLINT), CAST(0 AS BIGINT) ON CONFLICT DO NOTHING"
)
"""A new destination begins where the inbound step stands now, whenever a worker comes to see it."""
_filters = msgspec.json.Decoder(tuple[Filter, ...])
_sources = msgspec.json.Decoder(tuple[int, ...])


class SqlDestinationStore:
    """Destinations in the state database; settings as sealed JSON."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    async def put(self, destination: Destination) -> None:
        """Create or replace. Raises `Conflict`, `TooLarge`."""
        async with self._database.write() as connection:
            await self._put(connection, destination)

    async def replace(self, stored: Destination, changed: Destination) -> bool:
        """Put `changed` in the place of `stored`; False when something else stands there. Raises as `put`."""
        async with self._database.write() as connection:
            await bump(connection, "destinations")  # first: whoever changes one at the same time waits here
            if await self._standing(connection, changed.environment_id, changed.id) != stored:
                return False
            await self._put(connection, changed)
        return True

    async def _put(self, connection: AsyncConnection, destination: Destination) -> None:
        values = {
            "environment_id": destination.environment_id,
            "id": destination.id,
            "kind": destination.kind,
            "name": destination.name,
            "enabled": destination.enabled,
            "sources": None if destination.sources is None else msgspec.json.encode(destination.sources),
            "settings_sealed": self._secrets.seal(msgspec.json.encode(destination.settings).decode()),
            "filters": msgspec.json.encode(destination.filters),
            "created": destination.created,
            "updated": destination.updated,
        }
        await _check_room(connection, destination)
        try:
            await connection.execute(_PUT, values)
        except IntegrityError:  # from None: the original carries the row
            raise Conflict(f"the name {destination.name!r} is taken by another destination") from None
        if destination.kind not in (BUILT_IN, *READERS):  # these follow no stream
            begins = {"reader": reader_of(destination.id), "inbound": "inbound", "mark": BEGAN}
            await connection.execute(_BEGIN, begins)
        await bump(connection, "destinations")

    async def get(self, environment_id: int, destination_id: str) -> Destination:
        """Read one. Raises `NotFound`."""
        async with self._database.read() as connection:
            return await self._standing(connection, environment_id, destination_id)

    async def _standing(self, connection: AsyncConnection, environment_id: int, destination_id: str) -> Destination:
        row = (await connection.execute(select(destinations).where(*_one(environment_id, destination_id)))).first()
        if row is not None:
            return self._of(row)
        if destination_id == BUILT_IN:
            return built_in(environment_id)
        raise _not_found(destination_id)

    async def all(self, environment_id: int) -> list[Destination]:
        """List all, the built-in one first, then oldest first."""
        query = select(destinations).where(destinations.c.environment_id == environment_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(destinations.c.created, destinations.c.id))).all()
        found = [self._of(row) for row in rows]
        ours = next((each for each in found if each.id == BUILT_IN), built_in(environment_id))
        return [ours, *[each for each in found if each.id != BUILT_IN]]

    async def delete(self, environment_id: int, destination_id: str) -> None:
        """Delete one, with all that waited for it. Raises `NotFound`, `Conflict`."""
        if destination_id == BUILT_IN:
            raise Conflict("the built-in destination cannot be deleted: disable it instead")
        async with self._database.write() as connection:
            gone = await connection.execute(delete(destinations).where(*_one(environment_id, destination_id)))
            if not gone.rowcount:
                raise _not_found(destination_id)
            for table in (deliveries, delivery_counts, delivery_failures, status_news, parked):
                mine = (table.c.environment_id == environment_id, table.c.destination_id == destination_id)
                await connection.execute(delete(table).where(*mine))
            await connection.execute(delete(offsets).where(offsets.c.reader == reader_of(destination_id)))
            await bump(connection, "destinations")

    async def everywhere(self) -> list[Destination]:
        """List the outside destinations of every environment."""
        query = select(destinations).where(destinations.c.kind != BUILT_IN)
        async with self._database.read() as connection:
            ordered = query.order_by(destinations.c.environment_id, destinations.c.created, destinations.c.id)
            return [self._of(row) for row in await connection.execute(ordered)]

    async def version(self) -> int:
        """Tell a number that grows with every change of a source or destination."""
        async with self._database.read() as connection:
            return await revision(connection, "destinations")

    def _of(self, row: Row[Any]) -> Destination:
        return Destination(
            environment_id=row.environment_id,
            id=row.id,
            kind=row.kind,
            name=row.name,
            enabled=row.enabled,
            sources=None if row.sources is None else _sources.decode(row.sources),
            settings=msgspec.json.decode(self._secrets.open(row.settings_sealed)),
            filters=_filters.decode(row.filters),
            created=row.created,
            updated=row.updated,
        )


def reader_of(destination_id: str) -> str:
    """Name a destination among the stream's readers."""
    return f"destination:{destination_id}"


def _one(environment_id: int, destination_id: str) -> tuple[Any, Any]:
    return destinations.c.environment_id == environment_id, destinations.c.id == destination_id


async def _check_room(connection: AsyncConnection, destination: Destination) -> None:
    others = (destinations.c.environment_id == destination.environment_id, destinations.c.id != destination.id)
    count = await connection.scalar(select(func.count()).select_from(destinations).where(*others))
    if (count or 0) >= DESTINATIONS_MAX:
        raise TooLarge(f"an environment has {DESTINATIONS_MAX} destinations at most: delete one first")


def _not_found(destination_id: str) -> NotFound:
    return NotFound(f"there is no destination {destination_id[:80]!r} in this environment")
