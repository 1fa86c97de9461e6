"""Profiles, for the API and the outbound step."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.audience_queue import queue_user
from tidings.backends.sql.bulk import by_key, look_up
from tidings.backends.sql.database import Database
from tidings.backends.sql.profile_words import write_words
from tidings.backends.sql.rows import Row
from tidings.backends.sql.tables import profiles
from tidings.ports.profile_store import Change
from tidings.profiles import Profile, words_of
from tidings.records import user_key as name_user

_MAKE = text(
    "INSERT INTO profiles (environment_id, user_key, data, created, updated)"
    " VALUES (:environment_id, :user_key, :data, :now, :now) ON CONFLICT DO NOTHING"
)
_REPLACE = text(
    "UPDATE profiles SET data = :data, updated = :now WHERE environment_id = :environment_id AND user_key = :user_key"
)

_FOUND = by_key(profiles, "environment_id", "user_key")


class SqlProfileStore:
    """Profiles in the state database, in the rows that the inbound step writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Profile]:
        """Read by environment and user key; the unknown are left out."""
        rows = await look_up(self._database, _FOUND, list(dict.fromkeys(keys)))
        return {(row[0], row[1]): _profile(row) for row in rows}

    async def find(self, environment_id: int, user_id: str) -> Profile | None:
        """Read the profile of a user id, else of an anonymous id of that name."""
        known, anonymous = name_user(user_id, None), name_user(None, user_id)
        async with self._database.read() as connection:
            found = {
                profile.user_key: profile
                for profile in await read_profiles(connection, environment_id, [known, anonymous])
            }
        return found.get(known) or found.get(anonymous)

    async def change(self, environment_id: int, user_key: str, change: Change, *, now: int) -> Profile | None:
        """Read, change and write one profile with nobody in between; what `change` raises leaves it as it was."""
        async with self._database.write() as connection:
            while True:
                stored = await read_profiles(connection, environment_id, [user_key], for_update=True)
                before = stored[0] if stored else None
                data = change(before.data if before else None)
                await queue_user(connection, environment_id, user_key)
                words = set() if data is None else words_of(data)
                await write_words(connection, {(environment_id, user_key): words})
                if data is None:
                    await _delete(connection, environment_id, user_key)
                    return None
                if await _put(connection, environment_id, user_key, data, now, anew=before is None):
                    break  # else somebody made it meanwhile: there was no row yet that could have been locked
        return Profile(
            environment_id=environment_id,
            user_key=user_key,
            data=data,
            created_at=before.created_at if before else now,
            updated_at=now,
        )


async def read_profiles(
    connection: AsyncConnection, environment_id: int, user_keys: Sequence[str], *, for_update: bool = False
) -> list[Profile]:
    """Read by user key."""
    query = select(profiles).where(profiles.c.environment_id == environment_id, profiles.c.user_key.in_(user_keys))
    rows = await connection.execute(query.with_for_update() if for_update else query)
    return [_profile(row) for row in rows]


async def _put(
    connection: AsyncConnection, environment_id: int, user_key: str, data: dict[str, Any], now: int, *, anew: bool
) -> bool:
    values = {"environment_id": environment_id, "user_key": user_key, "data": msgspec.json.encode(data), "now": now}
    return (await connection.execute(_MAKE if anew else _REPLACE, values)).rowcount == 1


async def _delete(connection: AsyncConnection, environment_id: int, user_key: str) -> None:
    where = (profiles.c.environment_id == environment_id, profiles.c.user_key == user_key)
    await connection.execute(delete(profiles).where(*where))


def _profile(row: Row) -> Profile:
    return Profile(
        environment_id=row[0], user_key=row[1], data=msgspec.json.decode(row[2]), created_at=row[3], updated_at=row[4]
    )
