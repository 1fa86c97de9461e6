"""How often somebody tried to sign in, over SQL."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from tidings.accounts import FORGOTTEN_MS, Tries, wait_ms
from tidings.backends.sql.database import Database
from tidings.backends.sql.tables_accounts import sign_in_tries as table
from tidings.secrets import SecretBox

_ROOM = insert(table).on_conflict_do_nothing()


class SqlSignInTries:
    """Counts in the state database: 2^16 rows at most for each kind of subject."""

    def __init__(self, database: Database, secrets: SecretBox) -> None:
        self._database = database
        self._key = secrets.derive("sign-in-tries")

    async def begin(self, subjects: Sequence[tuple[str, int]], *, now: int) -> int:
        """Count a try for each subject, or give how long one of them has to wait (ms)."""
        free = {self._bucket(subject): count for subject, count in subjects}
        query = select(table.c.bucket, table.c["count"].label("tried"), table.c.at).where(table.c.bucket.in_(free))
        async with self._database.read() as connection:  # whoever has to wait takes nobody's turn to write
            if waits := _longest((await connection.execute(query)).all(), free, now):
                return waits
        async with self._database.write() as connection:
            await connection.execute(_ROOM, [{"bucket": each, "count": 0, "at": now} for each in sorted(free)])
            locked = (await connection.execute(query.order_by(table.c.bucket).with_for_update())).all()
            if waits := _longest(locked, free, now):
                return waits
            for row in locked:
                counted = 1 if now - row.at >= FORGOTTEN_MS else row.tried + 1
                one = table.c.bucket == row.bucket
                await connection.execute(update(table).where(one).values(count=counted, at=now))
        return 0

    async def forget(self, subject: str) -> None:
        """Begin anew."""
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.bucket == self._bucket(subject)))

    async def take_back(self, subjects: Sequence[str]) -> None:
        """Count one try less for each of these."""
        counted = (table.c.bucket.in_([self._bucket(each) for each in subjects]), table.c["count"] > 0)
        async with self._database.write() as connection:
            await connection.execute(update(table).where(*counted).values(count=table.c["count"] - 1))

    def _bucket(self, subject: str) -> int:
        kind, _, _ = subject.partition(":")
        digest = hashlib.blake2b(subject.encode(), key=self._key, digest_size=2).digest()
        return int.from_bytes(digest) + (1 << 16) * (kind == "address")


def _longest(rows: Sequence[Row[Any, Any, Any]], free: Mapping[int, int], now: int) -> int:
    waits = [wait_ms(Tries(row.tried, row.at, free[row.bucket]), now=now) for row in rows]
    return max(waits, default=0)
