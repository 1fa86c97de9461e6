"""API keys and the environments they open."""

from typing import Any

from sqlalchemy import Row, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables import api_keys, environments
from tidings.errors import Conflict, NotFound
from tidings.ids import prefixed_id
from tidings.workspaces import ApiKey, ApiKeyGrant, Environment, hash_key, hint

_FIRST_WORKSPACE = 1
_FIRST_ENVIRONMENTS = (("production", "live"), ("test", "simulated"))

_ADD_WORKSPACE = text(
    "INSERT INTO workspaces (id, name, created) VALUES (:id, 'default', :now) ON CONFLICT (id) DO NOTHING"
)
_ADD_ENVIRONMENT = text(
    "INSERT INTO environments (workspace_id, name, delivery) VALUES (:workspace_id, :name, :delivery)"
    " ON CONFLICT (workspace_id, name) DO NOTHING"
)
_ADD = text(
    "INSERT INTO api_keys (id, environment_id, key_hash, name, hint, created)"
    " VALUES (:id, :environment_id, :key_hash, :name, :hint, :created) ON CONFLICT (key_hash) DO NOTHING"
)


class SqlApiKeyStore:
    """API keys in the state database, as hashes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bootstrap(self, *, now: int) -> list[Environment]:
        """Make the first workspace with its environments `production` and `test`, once; return the environments."""
        first = environments.c.workspace_id == _FIRST_WORKSPACE
        async with self._database.read() as connection:
            standing = await _environments(connection, first)
        if len(standing) >= len(_FIRST_ENVIRONMENTS):
            return standing
        async with self._database.write() as connection:
            await connection.execute(_ADD_WORKSPACE, {"id": _FIRST_WORKSPACE, "now": now})
            for name, delivery in _FIRST_ENVIRONMENTS:  # one by one: their ids grow in this order
                values = {"workspace_id": _FIRST_WORKSPACE, "name": name, "delivery": delivery}
                await connection.execute(_ADD_ENVIRONMENT, values)
            return await _environments(connection, first)

    async def environments(self) -> list[Environment]:
        """List all environments, in order of id."""
        async with self._database.read() as connection:
            return await _environments(connection)

    async def add(self, environment_id: int, key: str, *, name: str, now: int) -> ApiKey:
        """Keep a key (its hash). Adding the same key again is harmless and gives what stands, revoked or not.

        Raises `NotFound` for an unknown environment, and `Conflict` when the key opens another one.
        """
        key_hash = hash_key(key)
        async with self._database.write() as connection:
            if not await _environments(connection, environments.c.id == environment_id):
                raise NotFound(f"there is no environment {environment_id}")
            values = {
                "id": prefixed_id("key", now),
                "environment_id": environment_id,
                "key_hash": key_hash,
                "name": name,
                "hint": hint(key),
                "created": now,
            }
            await connection.execute(_ADD, values)
            row = (await connection.execute(_WITH_ENVIRONMENT.where(api_keys.c.key_hash == key_hash))).one()
        if row.environment_id != environment_id:
            raise Conflict("this key belongs to another environment: make a new one")
        return _api_key(row)

    async def all(self, workspace_id: int) -> list[ApiKey]:
        """List the workspace's keys, oldest first, revoked ones too."""
        query = _WITH_ENVIRONMENT.where(environments.c.workspace_id == workspace_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(api_keys.c.created, api_keys.c.id))
            return [_api_key(row) for row in rows]

    async def revoke(self, workspace_id: int, key_id: str, *, now: int) -> None:
        """Let a key open nothing any more. Raises `NotFound`; revoking twice is harmless."""
        query = _WITH_ENVIRONMENT.where(environments.c.workspace_id == workspace_id, api_keys.c.id == key_id)
        standing = (api_keys.c.id == key_id, api_keys.c.revoked.is_(None))
        async with self._database.write() as connection:
            if (await connection.execute(query)).first() is None:
                raise NotFound(f"there is no API key {key_id!r}")
            await connection.execute(update(api_keys).where(*standing).values(revoked=now))

    async def grants(self) -> list[ApiKeyGrant]:
        """List what every unrevoked key opens, for the front door to hold."""
        query = _WITH_ENVIRONMENT.where(api_keys.c.revoked.is_(None))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(api_keys.c.created, api_keys.c.id))
            return [
                ApiKeyGrant(row.id, row.key_hash, row.workspace_id, row.environment_id, row.environment) for row in rows
            ]


_WITH_ENVIRONMENT = select(api_keys, environments.c.workspace_id, environments.c.name.label("environment")).join(
    environments, environments.c.id == api_keys.c.environment_id
)


async def _environments(connection: AsyncConnection, *where: Any) -> list[Environment]:
    rows = await connection.execute(select(environments).where(*where).order_by(environments.c.id))
    return [Environment(row.id, row.workspace_id, row.name, row.delivery) for row in rows]


def _api_key(row: Row[Any]) -> ApiKey:
    return ApiKey(row.id, row.environment, row.name, row.hint, row.created, row.revoked)
