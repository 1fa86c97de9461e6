"""Devices, over SQL."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from tidings.backends.sql.chunks import any_of, chunks
from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_devices import device_tokens as table
from tidings.errors import NotFound, TooLarge
from tidings.profiles import DEVICES_MAX, DeviceToken

_CHUNK = 400  # keys a statement; every database takes that many parameters
_put = insert(table)
_PUT = _put.on_conflict_do_update(
    index_elements=table.primary_key.columns,
    set_={
        name: _put.excluded[name] for name in ("service", "status", "status_reason", "expires_at", "said", "updated")
    },
)
_OLDEST = (table.c.created, table.c.token)


class SqlDeviceTokenStore:
    """Devices in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, tokens: Sequence[DeviceToken]) -> None:
        """Keep them."""
        if not tokens:
            return
        rows = [{**msgspec.structs.asdict(each), "said": msgspec.json.encode(each.said)} for each in tokens]
        async with self._database.write() as connection:
            await connection.execute(_PUT, rows)
            for environment_id, user_id in sorted({(each.environment_id, each.user_id) for each in tokens}):
                count = select(func.count()).where(_of(environment_id, user_id))
                if (await connection.scalar(count) or 0) > DEVICES_MAX:
                    raise TooLarge(f"a user has {DEVICES_MAX} device tokens at most: delete some first", path="tokens")

    async def get(self, environment_id: int, user_id: str, token: str) -> DeviceToken:
        """Read one."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(table).where(_one(environment_id, user_id, token)))).first()
        if row is None:
            raise NotFound("the user has no such token")
        return _token(row)

    async def all(self, environment_id: int, user_id: str) -> list[DeviceToken]:
        """List a user's."""
        query = select(table).where(_of(environment_id, user_id)).order_by(*_OLDEST)
        async with self._database.read() as connection:
            return [_token(row) for row in await connection.execute(query)]

    async def delete(self, environment_id: int, user_id: str, token: str) -> None:
        """Forget one."""
        async with self._database.write() as connection:
            gone = await connection.execute(delete(table).where(_one(environment_id, user_id, token)))
            if not gone.rowcount:
                raise NotFound("the user has no such token")

    async def active(self, keys: Sequence[tuple[int, str]], *, now: int) -> dict[tuple[int, str], list[DeviceToken]]:
        """Read those that can be addressed."""
        lives = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
        found: dict[tuple[int, str], list[DeviceToken]] = {}
        async with self._database.read() as connection:
            for part in chunks(keys, _CHUNK):
                some = any_of((table.c.environment_id, table.c.user_id), part)
                query = select(table).where(some, table.c.status == "active", lives).order_by(*_OLDEST)
                for row in await connection.execute(query):
                    found.setdefault((row.environment_id, row.user_id), []).append(_token(row))
        return found

    async def fail(self, environment_id: int, user_id: str, token: str, *, why: str, now: int) -> None:
        """Note that its service does not know it any more."""
        values = {"status": "failed", "status_reason": why[:300], "updated": now}
        async with self._database.write() as connection:
            await connection.execute(update(table).where(_one(environment_id, user_id, token)).values(values))


def _of(environment_id: int, user_id: str) -> Any:
    return and_(table.c.environment_id == environment_id, table.c.user_id == user_id)


def _one(environment_id: int, user_id: str, token: str) -> Any:
    return and_(_of(environment_id, user_id), table.c.token == token)


def _token(row: Row[Any]) -> DeviceToken:
    fields = {**row._mapping, "said": msgspec.json.decode(row.said)}  # noqa: SLF001 as in `delivery_rows`
    return DeviceToken(**fields)
