"""How accounts at providers are doing: one row for each account and worker, written anew every few seconds."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import delete, select

from tidings.backends.sql.database import Database
from tidings.backends.sql.insertion import insertion, replacing
from tidings.backends.sql.tables_delivery import provider_health as table
from tidings.provider_configs import MINUTE_MS, WINDOW_MINUTES, Health, Sighting, health

_NOTE = insertion(table, replacing(table, "at", "body"))
_ROWS_MAX = 20_000  # a thousand accounts, seen by twenty workers


class SqlProviderHealthStore:
    """What workers see, in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, worker: str, sightings: Sequence[Sighting], *, now: int) -> None:
        """Put what a worker sees now in the place of what it saw before, account by account."""
        rows = [
            {
                "environment_id": each.environment_id,
                "config_id": each.config_id,
                "worker": worker,
                "at": now,
                "body": msgspec.json.encode(each),
            }
            for each in sorted(sightings, key=lambda each: (each.environment_id, each.config_id))
        ]
        if rows:
            async with self._database.write() as connection:
                await connection.execute(_NOTE, rows)

    async def read(self, environment_id: int, *, now: int) -> dict[str, Health]:
        """Tell how the accounts of an environment are doing, by id; those that nobody used of late are left out."""
        query = select(table.c.body).where(
            table.c.environment_id == environment_id, table.c.at > now - WINDOW_MINUTES * MINUTE_MS
        )
        seen: dict[str, list[Sighting]] = defaultdict(list)
        async with self._database.read() as connection:
            for body in await connection.scalars(query.limit(_ROWS_MAX)):
                sighting = msgspec.json.decode(body, type=Sighting)
                seen[sighting.config_id].append(sighting)
        return {config_id: health(sightings, now=now) for config_id, sightings in seen.items()}

    async def forget(self, *, before: int) -> None:
        """Drop what was seen before: workers come and go."""
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.at < before))
