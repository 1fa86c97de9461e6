"""Sources and their write keys."""

from typing import Any

import msgspec
from sqlalchemy import Row, func, null, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings import ids
from tidings.backends.sql.database import Database
from tidings.backends.sql.oauth_key_rows import has_oauth_key, keys_by_source
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables import environments, refusals, sources, write_keys
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.secrets import SecretBox
from tidings.workspaces import Refused, Source, SourceChange, SourceGrant, SourceSettings, WriteKey, hash_key, hint

SOURCES_MAX = 1_000
"""Most sources of one environment: `all` lists them, and the front door holds them."""
WRITE_KEYS_MAX = 20
"""Most write keys that open one source."""
_ID_MAX = 2**31 - 1

_ADD = text(
    "INSERT INTO sources (environment_id, name, enabled, created) VALUES (:environment_id, :name, true, :now)"
    " RETURNING id"
)
_ADD_KEY = text(
    "INSERT INTO write_keys (environment_id, id, source_id, key_hash, key_sealed, hint, created)"
    " VALUES (:environment_id, :id, :source_id, :key_hash, :key_sealed, :hint, :now)"
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

        Raises `Conflict` when the key belongs to a source of another environment, `NotFound` for an unknown one.
        """
        async with self._database.write() as connection:
            await _take_turn(connection, environment_id)
            owner = await _owner(connection, write_key)
            if owner is None:
                await _check_room(connection, environment_id)
                values = {"environment_id": environment_id, "name": name, "now": now}
                source_id = int(await connection.scalar(_ADD, values) or 0)
                await connection.execute(_ADD_KEY, self._key_row(environment_id, source_id, write_key, now))
                await bump(connection, "destinations")
            elif owner[0] != environment_id:
                raise Conflict("this write key belongs to a source of another environment: make a new one")
            else:
                source_id = owner[1]
            return await _source(connection, environment_id, source_id)

    async def all(self, environment_id: int) -> list[Source]:
        """List the environment's sources, oldest first."""
        query = select(sources).where(sources.c.environment_id == environment_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query.order_by(sources.c.created, sources.c.id))).all()
            hints = await _hints(connection, environment_id)
        return [_of(row, hints.get(row.id, "")) for row in rows]

    async def get(self, environment_id: int, source_id: int) -> Source:
        """Read one. Raises `NotFound`."""
        async with self._database.read() as connection:
            return await _source(connection, environment_id, source_id)

    async def change(self, environment_id: int, source_id: int, change: SourceChange) -> Source:
        """Change one. Raises `NotFound`, `Conflict`."""
        values = {key: value for key, value in msgspec.structs.asdict(change).items() if value is not None}
        if change.settings is not None:
            values["settings"] = msgspec.json.encode(change.settings)
        async with self._database.write() as connection:
            await _source(connection, environment_id, source_id)
            if change.enforce_oauth:
                await _check_has_oauth_key(connection, environment_id, source_id)
            if values:
                await connection.execute(update(sources).where(*_one(environment_id, source_id)).values(**values))
                await bump(connection, "destinations")
            return await _source(connection, environment_id, source_id)

    async def write_keys(self, environment_id: int, source_id: int) -> list[WriteKey]:
        """List a source's write keys, oldest first. Raises `NotFound`."""
        query = select(write_keys).where(*_keys_of(environment_id, source_id))
        async with self._database.read() as connection:
            await _source(connection, environment_id, source_id)
            rows = await connection.execute(query.order_by(write_keys.c.created, write_keys.c.id))
            return [WriteKey(row.id, row.source_id, row.hint, row.created, row.revoked) for row in rows]

    async def add_write_key(self, environment_id: int, source_id: int, write_key: str, *, now: int) -> WriteKey:
        """Give a source one more write key. Raises `NotFound`, `Conflict`, `TooLarge`."""
        async with self._database.write() as connection:
            await _take_turn(connection, environment_id)
            await _source(connection, environment_id, source_id)
            if await _owner(connection, write_key) is not None:
                raise Conflict("this write key is taken: make a new one")
            opening = select(func.count()).where(*_keys_of(environment_id, source_id), write_keys.c.revoked == null())
            if (await connection.scalar(opening) or 0) >= WRITE_KEYS_MAX:
                raise TooLarge(f"a source has {WRITE_KEYS_MAX} write keys at most: revoke one first")
            row = self._key_row(environment_id, source_id, write_key, now)
            await connection.execute(_ADD_KEY, row)
        return WriteKey(row["id"], source_id, row["hint"], now)

    async def revoke_write_key(self, environment_id: int, source_id: int, key_id: str, *, now: int) -> None:
        """Let a write key open nothing any more. Raises `NotFound`."""
        one = (*_keys_of(environment_id, source_id), write_keys.c.id == key_id)
        revoked = update(write_keys).where(*one).values(revoked=func.coalesce(write_keys.c.revoked, now))
        async with self._database.write() as connection:
            if not (await connection.execute(revoked)).rowcount:
                raise NotFound(f"source {source_id} has no write key {key_id[:80]!r}")

    async def write_key(self, environment_id: int, source_id: int) -> str:
        """Show a source's newest write key to an owner. Raises `NotFound`."""
        opening = select(write_keys.c.key_sealed).where(
            *_keys_of(environment_id, source_id), write_keys.c.revoked == null()
        )
        async with self._database.read() as connection:
            await _source(connection, environment_id, source_id)
            newest = opening.order_by(write_keys.c.created.desc(), write_keys.c.id.desc()).limit(1)
            sealed = await connection.scalar(newest)
        if sealed is None:
            raise NotFound(f"every write key of source {source_id} is revoked: make a new one")
        return self._secrets.open(sealed)

    async def grants(self) -> list[SourceGrant]:
        """List what every unrevoked write key opens (disabled sources too, marked), for the front door to hold."""
        here = (write_keys.c.environment_id == sources.c.environment_id) & (write_keys.c.source_id == sources.c.id)
        query = (
            select(
                sources.c.id,
                write_keys.c.key_hash,
                environments.c.workspace_id,
                sources.c.environment_id,
                sources.c.enabled,
                sources.c.enforce_oauth,
            )
            .join(write_keys, here)
            .join(environments, environments.c.id == sources.c.environment_id)
            .where(write_keys.c.revoked == null())
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(sources.c.id, write_keys.c.created))
            keys = await keys_by_source(connection)
            return [SourceGrant(*row, oauth_keys=keys.get((row.environment_id, row.id), ())) for row in rows]

    async def refused(self, counts: dict[str, int], *, now: int) -> None:
        """Add to the counts of requests that no source could be found for, by reason."""
        if not counts:
            return
        rows = [{"reason": reason, "count": count, "now": now} for reason, count in sorted(counts.items())]
        async with self._database.write() as connection:
            await connection.execute(_REFUSE, rows)

    async def refusals(self) -> list[Refused]:
        """Read those counts, by reason."""
        query = select(refusals.c.reason, refusals.c.count, refusals.c.last_at).order_by(refusals.c.reason)
        async with self._database.read() as connection:
            return [Refused(*row) for row in await connection.execute(query)]

    def _key_row(self, environment_id: int, source_id: int, write_key: str, now: int) -> dict[str, Any]:
        return {
            "environment_id": environment_id,
            "id": ids.prefixed_id("wk", now),
            "source_id": source_id,
            "key_hash": hash_key(write_key),
            "key_sealed": self._secrets.seal(write_key),
            "hint": hint(write_key),
            "now": now,
        }


async def _take_turn(connection: AsyncConnection, environment_id: int) -> None:
    """Hold the environment until the transaction ends: of two who add the same, the second finds it. `NotFound`."""
    query = select(environments.c.id).where(environments.c.id == environment_id).with_for_update()
    if await connection.scalar(query) is None:
        raise NotFound(f"there is no environment {environment_id}")


async def _owner(connection: AsyncConnection, write_key: str) -> tuple[int, int] | None:
    """Find the environment and source that a write key was made for."""
    query = select(write_keys.c.environment_id, write_keys.c.source_id)
    row = (await connection.execute(query.where(write_keys.c.key_hash == hash_key(write_key)))).first()
    return None if row is None else (row.environment_id, row.source_id)


async def _check_room(connection: AsyncConnection, environment_id: int) -> None:
    count = await connection.scalar(select(func.count()).where(sources.c.environment_id == environment_id))
    if (count or 0) >= SOURCES_MAX:
        raise TooLarge(f"an environment has {SOURCES_MAX} sources at most")


async def _check_has_oauth_key(connection: AsyncConnection, environment_id: int, source_id: int) -> None:
    if not await has_oauth_key(connection, environment_id, source_id):
        raise Conflict(f"source {source_id} has no OAuth key, so nothing could send to it: add one first")


async def _source(connection: AsyncConnection, environment_id: int, source_id: int) -> Source:
    row = (await connection.execute(select(sources).where(*_one(environment_id, source_id)))).first()
    if row is None:
        raise NotFound(f"there is no source {source_id} in this environment")
    return _of(row, (await _hints(connection, environment_id, source_id)).get(source_id, ""))


async def _hints(connection: AsyncConnection, environment_id: int, source_id: int | None = None) -> dict[int, str]:
    """Find the hint of each source's newest write key."""
    where = [write_keys.c.environment_id == environment_id, write_keys.c.revoked == null()]
    if source_id is not None:
        where.append(write_keys.c.source_id == source_id)
    query = select(write_keys.c.source_id, write_keys.c.hint).where(*where)
    rows = await connection.execute(query.order_by(write_keys.c.created, write_keys.c.id))
    return {row.source_id: row.hint for row in rows}


def _one(environment_id: int, source_id: int) -> tuple[Any, Any]:
    known = source_id if 0 < source_id <= _ID_MAX else 0  # beyond what the column holds there is no source
    return sources.c.environment_id == environment_id, sources.c.id == known


def _keys_of(environment_id: int, source_id: int) -> tuple[Any, Any]:
    known = source_id if 0 < source_id <= _ID_MAX else 0
    return write_keys.c.environment_id == environment_id, write_keys.c.source_id == known


def _of(row: Row[Any], key_hint: str) -> Source:
    settings = SourceSettings() if row.settings is None else msgspec.json.decode(row.settings, type=SourceSettings)
    return Source(row.id, row.environment_id, row.name, row.enabled, key_hint, settings, row.created, row.enforce_oauth)
