"""API keys and the environments they open."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables import api_keys, environments, workspaces
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.ids import prefixed_id
from tidings.workspaces import ApiKey, ApiKeyGrant, Delivery, Environment, hash_key, hint

ENVIRONMENTS_MAX = 20
"""Most environments of one workspace: each is a world of its own, with its own share of every batch."""
API_KEYS_MAX = 100
"""Most keys that open one environment: the front door holds them all."""
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

    async def add_environment(self, workspace_id: int, name: str, delivery: Delivery) -> Environment:
        """Make one."""
        here = environments.c.workspace_id == workspace_id
        turn = select(workspaces.c.id).where(workspaces.c.id == workspace_id).with_for_update()
        async with self._database.write() as connection:
            if await connection.scalar(turn) is None:
                raise NotFound(f"there is no workspace {workspace_id}")
            standing = await _environments(connection, here)
            if name in {each.name for each in standing}:
                raise Conflict(f"there is an environment {name!r} already")
            if len(standing) >= ENVIRONMENTS_MAX:
                raise TooLarge(f"a workspace has {ENVIRONMENTS_MAX} environments at most")
            await connection.execute(
                _ADD_ENVIRONMENT, {"workspace_id": workspace_id, "name": name, "delivery": delivery}
            )
            (made,) = await _environments(connection, here, environments.c.name == name)
        return made

    async def rename_environment(self, workspace_id: int, environment_id: int, name: str) -> Environment:
        """Give one another name."""
        one = (environments.c.workspace_id == workspace_id, environments.c.id == environment_id)
        renamed = update(environments).where(*one).values(name=name)
        turn = select(workspaces.c.id).where(workspaces.c.id == workspace_id).with_for_update()
        async with self._database.write() as connection:
            await connection.execute(turn)
            named = await _environments(connection, one[0], environments.c.name == name)
            if named and named[0].id != environment_id:
                raise Conflict(f"there is an environment {name!r} already")
            if (await connection.execute(renamed)).rowcount == 0:
                raise NotFound(f"there is no environment {environment_id}")
            (changed,) = await _environments(connection, *one)
        return changed

    async def add(self, environment_id: int, key: str, *, name: str, now: int) -> ApiKey:
        """Keep a key (its hash). Adding the same key again is harmless and gives what stands, revoked or not."""
        key_hash = hash_key(key)
        async with self._database.write() as connection:
            turn = select(environments.c.id).where(environments.c.id == environment_id).with_for_update()
            if await connection.scalar(turn) is None:
                raise NotFound(f"there is no environment {environment_id}")
            values = {
                "id": prefixed_id("key", now),
                "environment_id": environment_id,
                "key_hash": key_hash,
                "name": name,
                "hint": hint(key),
                "created": now,
            }
            if (await connection.execute(_ADD, values)).rowcount:
                await _check_room(connection, environment_id)
            row = (await connection.execute(_WITH_ENVIRONMENT.where(api_keys.c.key_hash == key_hash))).one()
        if row.environment_id != environment_id:
            raise Conflict("this key belongs to another environment: make a new one")
        return _api_key(row)

    async def all(self, workspace_id: int, environment_id: int | None = None) -> list[ApiKey]:
        """List the workspace's keys, or those of one environment."""
        query = _WITH_ENVIRONMENT.where(*_within(workspace_id, environment_id))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(api_keys.c.created, api_keys.c.id))
            return [_api_key(row) for row in rows]

    async def revoke(self, workspace_id: int, key_id: str, *, now: int, environment_id: int | None = None) -> None:
        """Let a key open nothing any more."""
        query = _WITH_ENVIRONMENT.where(*_within(workspace_id, environment_id), api_keys.c.id == key_id)
        standing = (api_keys.c.id == key_id, api_keys.c.revoked.is_(None))
        async with self._database.write() as connection:
            if (await connection.execute(query)).first() is None:
                raise NotFound(f"there is no API key {key_id[:80]!r}")
            await connection.execute(update(api_keys).where(*standing).values(revoked=now))

    async def used(self, key_ids: Collection[str], *, at: int) -> None:
        """Note that keys were used."""
        noted = update(api_keys).where(api_keys.c.id.in_(sorted(key_ids))).values(last_used=at)
        async with self._database.write(replayable=True) as connection:  # lost, it is noted with the next use
            await connection.execute(noted)

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


def _within(workspace_id: int, environment_id: int | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [environments.c.workspace_id == workspace_id]
    return where if environment_id is None else [*where, api_keys.c.environment_id == environment_id]


async def _check_room(connection: AsyncConnection, environment_id: int) -> None:
    opening = (api_keys.c.environment_id == environment_id, api_keys.c.revoked.is_(None))
    if (await connection.scalar(select(func.count()).select_from(api_keys).where(*opening)) or 0) > API_KEYS_MAX:
        raise TooLarge(f"an environment has {API_KEYS_MAX} API keys at most: revoke one first")


async def _environments(connection: AsyncConnection, *where: Any) -> list[Environment]:
    rows = await connection.execute(select(environments).where(*where).order_by(environments.c.id))
    return [Environment(row.id, row.workspace_id, row.name, row.delivery) for row in rows]


def _api_key(row: Row[Any]) -> ApiKey:
    return ApiKey(row.id, row.environment, row.name, row.hint, row.created, row.revoked, row.last_used)
