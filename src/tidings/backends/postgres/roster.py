"""Who works, as PostgreSQL sees it: each worker holds a lock of its own for as long as its connection lives."""

import secrets
from typing import Any

from tidings.backends.postgres.session import Session

LOCKS = 0x7469_6472
"""The first half of our advisory locks' names; the second is the worker's number."""

_KEEP_ALIVE = (
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = '25s'"
)
"""A host that vanished without a word is noticed within half a minute, and its worker's lock is free."""

_LIVING = f"""
SELECT lpad(to_hex(objid::bigint), 8, '0') FROM pg_locks
WHERE locktype = 'advisory' AND classid = {LOCKS} AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1
"""


class PostgresRoster:
    """`tidings.ports.Roster` for all who use one database."""

    def __init__(self, url: str) -> None:
        self._number = secrets.randbits(31)
        settings = f"{_KEEP_ALIVE}; SELECT pg_advisory_lock({LOCKS}, {self._number})"
        self._session = Session(url, settings=settings, is_known=True)

    @property
    def me(self) -> str:
        """This worker's number, as the others see it."""
        return f"{self._number:08x}"

    async def living(self) -> list[str]:
        """Read whose locks are held; connecting took ours."""
        rows: list[Any] = await self._session.run(lambda connection: connection.fetch(_LIVING))
        return [row[0] for row in rows]

    async def close(self) -> None:
        """Let our lock go with the connection. Safe to call twice."""
        await self._session.close()
