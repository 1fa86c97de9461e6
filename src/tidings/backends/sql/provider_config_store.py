"""Provider configurations; settings are encrypted at rest."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump, revision
from tidings.backends.sql.tables import provider_configs
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.provider_configs import ProviderConfig
from tidings.secrets import SecretBox

CONFIGS_MAX = 1_000
"""Most configurations of one environment: what `all` lists, and what a worker keeps open accounts for."""

_ORDER = (provider_configs.c.position, provider_configs.c.created, provider_configs.c.id)

_PUT = text(
    "INSERT INTO provider_configs (environment_id, id, provider, title, alias, settings_sealed, created, updated,"
    " enabled, position)"
    " VALUES (:environment_id, :id, :provider, :title, :alias, :settings_sealed, :created, :updated, :enabled,"
    " (SELECT CASE WHEN MAX(position) > 0 THEN MAX(position) + 1 ELSE 0 END FROM provider_configs"
    " WHERE environment_id = :environment_id))"
    " ON CONFLICT (environment_id, id) DO UPDATE SET provider = excluded.provider, title = excluded.title,"
    " alias = excluded.alias, settings_sealed = excluded.settings_sealed, created = excluded.created,"
    " updated = excluded.updated, enabled = excluded.enabled"
)


class SqlProviderConfigStore:
    """Provider configurations in the state database; settings as sealed JSON."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._secrets = secrets

    async def put(self, config: ProviderConfig) -> None:
        """Create as the last, or replace where it stands.

        Raises `Conflict` when its alias is taken by another, `TooLarge` past 1 000.
        """
        values = self._values(config)
        async with self._database.write() as connection:
            await _check_room(connection, config)
            try:
                await connection.execute(_PUT, values)
            except IntegrityError:  # from None: the original carries the row
                raise Conflict(f"the alias {config.alias!r} is taken by another provider configuration") from None
            await bump(connection, "providers")

    async def get(self, environment_id: int, config_id: str) -> ProviderConfig:
        """Read one. Raises `NotFound`."""
        async with self._database.read() as connection:
            query = select(provider_configs).where(*_one(environment_id, config_id))
            row = (await connection.execute(query)).first()
        if row is None:
            raise _not_found(config_id)
        return self._config(row)

    async def find(self, config_id: str) -> ProviderConfig:
        """Read one of whatever environment. Raises `NotFound`."""
        query = select(provider_configs).where(provider_configs.c.id == config_id).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise _not_found(config_id)
        return self._config(row)

    async def all(self, environment_id: int) -> list[ProviderConfig]:
        """List all in the order to try, at most 1 000: as they were arranged, else oldest first."""
        query = select(provider_configs).where(provider_configs.c.environment_id == environment_id)
        ordered = query.order_by(*_ORDER).limit(CONFIGS_MAX)
        async with self._database.read() as connection:
            rows = (await connection.execute(ordered)).all()
        return [self._config(row) for row in rows]

    async def arrange(self, environment_id: int, config_ids: Sequence[str]) -> None:
        """Let these be tried first, in this order, and the others after them as they stand. Raises `NotFound`."""
        here = provider_configs.c.environment_id == environment_id
        async with self._database.write() as connection:
            standing = list(await connection.scalars(select(provider_configs.c.id).where(here).order_by(*_ORDER)))
            if unknown := next((each for each in config_ids if each not in standing), None):
                raise _not_found(unknown)
            ordered = [*dict.fromkeys(config_ids), *(each for each in standing if each not in config_ids)]
            for position, config_id in enumerate(ordered, 1):
                at = _one(environment_id, config_id)
                await connection.execute(update(provider_configs).where(*at).values(position=position))
            await bump(connection, "providers")

    async def delete(self, environment_id: int, config_id: str) -> None:
        """Delete one. Raises `NotFound`."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(provider_configs).where(*_one(environment_id, config_id)))
            if not gone.rowcount:
                raise _not_found(config_id)
            await bump(connection, "providers")

    async def version(self) -> int:
        """Tell a number that grows with every change in any environment, to know when to read again."""
        async with self._database.read() as connection:
            return await revision(connection, "providers")

    def _values(self, config: ProviderConfig) -> dict[str, Any]:
        return {
            "environment_id": config.environment_id,
            "id": config.id,
            "provider": config.provider,
            "title": config.title,
            "alias": config.alias,
            "settings_sealed": self._secrets.seal(msgspec.json.encode(config.settings).decode()),
            "created": config.created,
            "updated": config.updated,
            "enabled": config.enabled,
        }

    def _config(self, row: Row[Any]) -> ProviderConfig:
        return ProviderConfig(
            environment_id=row.environment_id,
            id=row.id,
            provider=row.provider,
            title=row.title,
            alias=row.alias,
            settings=msgspec.json.decode(self._secrets.open(row.settings_sealed)),
            created=row.created,
            updated=row.updated,
            enabled=bool(row.enabled),
        )


def _one(environment_id: int, config_id: str) -> tuple[Any, Any]:
    return provider_configs.c.environment_id == environment_id, provider_configs.c.id == config_id


async def _check_room(connection: AsyncConnection, config: ProviderConfig) -> None:
    others = (provider_configs.c.environment_id == config.environment_id, provider_configs.c.id != config.id)
    count = await connection.scalar(select(func.count()).select_from(provider_configs).where(*others))
    if (count or 0) >= CONFIGS_MAX:
        raise TooLarge(f"an environment holds {CONFIGS_MAX} provider configurations at most: delete one first")


def _not_found(config_id: str) -> NotFound:
    return NotFound(f"there is no provider configuration {config_id!r} in this environment")
