"""Whether rows lie on several servers (Citus), and locking them there, one user's at a time (ADR 0074)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_IS_SPREAD = text("SELECT to_regclass('pg_dist_partition') IS NOT NULL")  # the catalogue that Citus brings
_NAME = "tidings.is_spread"


async def is_spread(connection: AsyncConnection) -> bool:
    """Tell whether the database has Citus. Asked once of each connection."""
    known: dict[Any, Any] = connection.sync_connection.info  # type: ignore[union-attr] # it is begun
    if _NAME not in known:
        known[_NAME] = bool(await connection.scalar(_IS_SPREAD))
    return bool(known[_NAME])


async def lock_each(raw: Any, statement: str, keys: Sequence[tuple[Any, ...]]) -> None:
    """Lock the rows of each key, in order. The driver sends all of them at once and waits once."""
    await raw.executemany(statement, keys)
