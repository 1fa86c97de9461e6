"""Sources and their write keys."""

from typing import Any

from sqlalchemy import Row, select, text

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables import environments, refusals, sources
from tidings.errors import Conflict, NotFound
from tidings.secrets import SecretBox
from tidings.workspaces import Source, SourceGrant, hash_key, hint

_ID_MAX = 2**31 - 1

_ADD = text(
    "INSERT INTO sources"
    " (environment_id, name, enabled, write_key_hash, write_key_sealed, write_key_hint, created)"
    " VALUES (:environment_id, :name, true, :write_key_hash, :write_key_sealed, :write_key_hint, :created)"
    " ON CONFLICT (write_key_hash) DO NOTHING"
)
_REFUSE = text(
    "INSERT INTO refusals (reason, count, last_at) VALUES (:reason, :count, :now)"
    " ON CONFLICT (reason) DO UPDATE SET count = refusals.count + excluded.count, last_at = excluded.last_at"
)


class SqlSourceStore:
    """Sources in the state database; write keys as hashes, and sealed for showing them again."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    async def add(self, environment_id: int, name: str, write_key: str, *, now: int) -> Source:
        """Make a source with this write key. The same key again gives the source that stands.

        Raises `Conflict` when the key belongs to a source of another environment, and `NotFound` for an unknown one.
        """
        key_hash = hash_key(write_key)
        values = {
            "environment_id": environment_id,
            "name": name,
            "write_key_hash": key_hash,
            "write_key_sealed": self._secrets.seal(write_key),
            "write_key_hint": hint(write_key),
            "created": now,
        }
        async with self._database.write() as connection:
            known = await connection.scalar(select(environments.c.id).where(environments.c.id == environment_id))
            if known is None:
                raise NotFound(f"there is no environment {environment_id}")
            await connection.execute(_ADD, values)
            row = (await connection.execute(select(sources).where(sources.c.write_key_hash == key_hash))).one()
        if row.environment_id != environment_id:
            raise Conflict("this write key belongs to a source of another environment: make a new one")
        return _source(row)

    async def all(self, environment_id: int) -> list[Source]:
        """List the environment's sources, oldest first."""
        query = select(sources).where(sources.c.environment_id == environment_id)
        async with self._database.read() as connection:
            return [_source(row) for row in await connection.execute(query.order_by(sources.c.created, sources.c.id))]

    async def write_key(self, environment_id: int, source_id: int) -> str:
        """Show a source's write key to an owner. Raises `NotFound`."""
        known = source_id if 0 < source_id <= _ID_MAX else 0  # beyond what the column holds there is no source
        where = (sources.c.environment_id == environment_id, sources.c.id == known)
        async with self._database.read() as connection:
            sealed = await connection.scalar(select(sources.c.write_key_sealed).where(*where))
        if sealed is None:
            raise NotFound(f"there is no source {source_id} in this environment")
        return self._secrets.open(sealed)

    async def grants(self) -> list[SourceGrant]:
        """List what every write key opens (disabled sources too, marked), for the front door to hold."""
        query = select(sources, environments.c.workspace_id).join(
            environments, environments.c.id == sources.c.environment_id
        )
        async with self._database.read() as connection:
            return [
                SourceGrant(row.id, row.write_key_hash, row.workspace_id, row.environment_id, row.enabled)
                for row in await connection.execute(query.order_by(sources.c.id))
            ]

    async def refused(self, counts: dict[str, int], *, now: int) -> None:
        """Add to the counts of requests that no source could be found for, by reason."""
        if not counts:
            return
        rows = [{"reason": reason, "count": count, "now": now} for reason, count in sorted(counts.items())]
        async with self._database.write() as connection:
            await connection.execute(_REFUSE, rows)

    async def refusals(self) -> dict[str, int]:
        """Read those counts."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(refusals.c.reason, refusals.c.count.label("counted")))
            return {row.reason: row.counted for row in rows}


def _source(row: Row[Any]) -> Source:
    return Source(row.id, row.environment_id, row.name, row.enabled, row.write_key_hint)
