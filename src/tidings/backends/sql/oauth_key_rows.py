"""Reading OAuth keys within somebody's transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.tables_oauth import oauth_keys
from tidings.workspaces import OAuthKey


async def keys_by_source(connection: AsyncConnection) -> Mapping[tuple[int, int], tuple[OAuthKey, ...]]:
    """Read every key of the installation, by environment and source."""
    query = select(oauth_keys).order_by(oauth_keys.c.created, oauth_keys.c.id)
    found: dict[tuple[int, int], tuple[OAuthKey, ...]] = {}
    for row in await connection.execute(query):
        place = (row.environment_id, row.source_id)
        found[place] = (*found.get(place, ()), key_of(row))
    return found


async def has_oauth_key(connection: AsyncConnection, environment_id: int, source_id: int) -> bool:
    """Tell whether a source has a key."""
    here = (oauth_keys.c.environment_id == environment_id, oauth_keys.c.source_id == source_id)
    return await connection.scalar(select(oauth_keys.c.id).where(*here).limit(1)) is not None


def key_of(row: Row[Any]) -> OAuthKey:
    """Read a row."""
    return OAuthKey(row.id, row.source_id, row.client_id, row.key_id, row.public_key, row.created)
