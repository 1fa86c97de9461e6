"""OAuth keys of sources, and which proofs were used, over SQL."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.database import Database
from tidings.backends.sql.oauth_key_rows import key_of
from tidings.backends.sql.tables import sources
from tidings.backends.sql.tables_oauth import oauth_keys, used_assertions
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.workspaces import Assertion, OAuthKey

OAUTH_KEYS_MAX = 20
"""Most OAuth keys of one source, as of write keys: the front door holds them."""
_FORGOTTEN_AT_ONCE = 100  # each adds one, so this keeps up
_ID_MAX = 2**31 - 1


class SqlOAuthKeyStore:
    """Public keys in the state database, as they are: nothing of them is secret."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, environment_id: int, source_id: int, key: OAuthKey) -> None:
        """Give a source one more key. Raises `NotFound`, `Conflict`, `TooLarge`."""
        row = {
            "environment_id": environment_id,
            "id": key.id,
            "source_id": source_id,
            "client_id": key.client_id,
            "key_id": key.key_id,
            "public_key": key.public_key,
            "created": key.created,
        }
        added = insert(oauth_keys).values(row).on_conflict_do_nothing()
        async with self._database.write() as connection:
            await _check_source(connection, environment_id, source_id, hold=True)
            count = await connection.scalar(select(func.count()).where(*_of(environment_id, source_id)))
            if (count or 0) >= OAUTH_KEYS_MAX:
                raise TooLarge(f"a source has {OAUTH_KEYS_MAX} OAuth keys at most: remove one first")
            if not (await connection.execute(added)).rowcount:
                raise Conflict("a key of this client_id and key_id is registered already: give it another key_id")

    async def all(self, environment_id: int, source_id: int) -> list[OAuthKey]:
        """List a source's keys, oldest first. Raises `NotFound`."""
        query = select(oauth_keys).where(*_of(environment_id, source_id))
        async with self._database.read() as connection:
            await _check_source(connection, environment_id, source_id)
            rows = await connection.execute(query.order_by(oauth_keys.c.created, oauth_keys.c.id))
            return [key_of(row) for row in rows]

    async def remove(self, environment_id: int, source_id: int, oauth_key_id: str) -> None:
        """Forget a key. Raises `NotFound`."""
        gone = delete(oauth_keys).where(*_of(environment_id, source_id), oauth_keys.c.id == oauth_key_id)
        async with self._database.write() as connection:
            if not (await connection.execute(gone)).rowcount:
                raise NotFound(f"source {source_id} has no OAuth key {oauth_key_id[:80]!r}")

    async def use(self, assertion: Assertion, *, now: int) -> bool:
        """Use a proof up: true the first time only."""
        used = insert(used_assertions).values(mark=assertion.mark, until=assertion.until).on_conflict_do_nothing()
        over = select(used_assertions.c.mark).where(used_assertions.c.until <= now).limit(_FORGOTTEN_AT_ONCE)
        over = over.with_for_update(skip_locked=True)  # others forget at the same time
        async with self._database.write() as connection:
            await connection.execute(delete(used_assertions).where(used_assertions.c.mark.in_(over)))
            return bool((await connection.execute(used)).rowcount)


async def _check_source(
    connection: AsyncConnection, environment_id: int, source_id: int, *, hold: bool = False
) -> None:
    """Find the source, and hold it until the transaction ends: whoever adds at once, counts after it. `NotFound`."""
    known = source_id if 0 < source_id <= _ID_MAX else 0  # beyond what the column holds there is no source
    query = select(sources.c.id).where(sources.c.environment_id == environment_id, sources.c.id == known)
    if await connection.scalar(query.with_for_update() if hold else query) is None:
        raise NotFound(f"there is no source {source_id} in this environment")


def _of(environment_id: int, source_id: int) -> tuple[Any, Any]:
    known = source_id if 0 < source_id <= _ID_MAX else 0
    return oauth_keys.c.environment_id == environment_id, oauth_keys.c.source_id == known
