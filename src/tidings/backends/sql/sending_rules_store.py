"""Sending rules and their counts, over SQL."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Integer, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import delete_some, write_all
from tidings.backends.sql.chunks import any_of, chunks
from tidings.backends.sql.database import Database
from tidings.backends.sql.revision import bump
from tidings.backends.sql.tables_sending_rules import limit_counts as counts
from tidings.backends.sql.tables_sending_rules import limit_passages as passages
from tidings.backends.sql.tables_sending_rules import sending_rules as table
from tidings.ports.sending_rules_store import Passage
from tidings.sending_rules import SendingRules

_FORGET_ROWS = 5_000  # in one transaction, so that nobody else is held up

_put = insert(table)
_PUT = _put.on_conflict_do_update(
    index_elements=table.primary_key.columns,
    set_={"body": _put.excluded.body, "updated": _put.excluded.updated},
)
_count = insert(counts)
_COUNT = _count.on_conflict_do_update(
    index_elements=counts.primary_key.columns, set_={"count": _count.excluded["count"]}
)
_ANSWER = insert(passages).on_conflict_do_nothing()
_STANDING = select(counts.c["count"]).where(
    and_(
        counts.c.environment_id == bindparam("e"),
        counts.c.limit_id == bindparam("l"),
        counts.c.whose == bindparam("u"),
        counts.c.window == bindparam("w"),
    )
)
Place = tuple[int, str, str, int]


_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(0x7469_646C, bindparam("of", type_=Integer)))
"""Where many may write at once, those that count for one environment line up; SQLite lets in one writer anyway."""


class SqlSendingRulesStore:
    """Rules and counts in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, environment_id: int) -> SendingRules:
        """Read the rules."""
        query = select(table.c.body).where(table.c.environment_id == environment_id)
        async with self._database.read() as connection:
            body: bytes | None = await connection.scalar(query)
        return msgspec.json.decode(body, type=SendingRules) if body else SendingRules()

    async def put(self, environment_id: int, rules: SendingRules, *, now: int) -> None:
        """Replace the rules."""
        row = {"environment_id": environment_id, "body": msgspec.json.encode(rules), "updated": now}
        async with self._database.write() as connection:
            await bump(connection, "words")
            await connection.execute(_PUT, row)

    async def pass_limits(self, wanted: Sequence[Passage], *, now: int) -> list[str | None]:
        """Count and answer, in one transaction; a power cut takes counts and answers together."""
        if not wanted:
            return []
        async with self._database.write(replayable=True) as connection:
            if self._database.dialect == "postgresql":
                for environment_id in sorted({passage.environment_id for passage in wanted}):
                    await connection.execute(_ONE_AT_A_TIME, {"of": environment_id})
            answered = await _answered(connection, wanted)
            standing: dict[Place, int] = {}
            fresh: dict[tuple[int, str], str | None] = {}
            for passage in wanted:
                key = (passage.environment_id, passage.message_id)
                if key in answered or key in fresh:
                    continue
                fresh[key] = await _exceeded(connection, passage, standing)
            counted = [
                {"environment_id": e, "limit_id": limit, "whose": whose, "window": window, "count": count}
                for (e, limit, whose, window), count in standing.items()
            ]
            told = [
                {"environment_id": e, "message_id": message_id, "exceeded": exceeded, "at": now}
                for (e, message_id), exceeded in fresh.items()
            ]
            await write_all(connection, [(_COUNT, counted), (_ANSWER, told)])
        answered |= fresh
        return [answered[passage.environment_id, passage.message_id] for passage in wanted]

    async def forget(self, *, before: int) -> int:
        """Drop old counts and answers, a bounded number of rows at a time."""
        forgotten = 0
        for of, column in ((counts, counts.c.window), (passages, passages.c.at)):
            while True:
                async with self._database.write(replayable=True) as connection:
                    count = await delete_some(connection, of, column < before, limit=_FORGET_ROWS)
                forgotten += count
                if count < _FORGET_ROWS:
                    break
        return forgotten


async def _answered(connection: AsyncConnection, wanted: Sequence[Passage]) -> dict[tuple[int, str], str | None]:
    keys = [(passage.environment_id, passage.message_id) for passage in wanted]
    key = (passages.c.environment_id, passages.c.message_id)
    query = select(passages.c.environment_id, passages.c.message_id, passages.c.exceeded)
    found: dict[tuple[int, str], str | None] = {}
    for part in chunks(keys):
        rows = await connection.execute(query.where(any_of(key, part)))
        found |= {(row[0], row[1]): row[2] for row in rows}
    return found


async def _exceeded(connection: AsyncConnection, passage: Passage, standing: dict[Place, int]) -> str | None:
    """Add a message to all its counters, and tell the first that it exceeds."""
    exceeded: str | None = None
    for count in passage.counts:
        place = (passage.environment_id, count.limit_id, count.whose, count.window)
        if place not in standing:
            standing[place] = await _stands(connection, place)
        standing[place] += 1
        if exceeded is None and not count.exempt and standing[place] > count.max:
            exceeded = count.limit_id
    return exceeded


async def _stands(connection: AsyncConnection, place: Place) -> int:
    names = dict(zip("eluw", place, strict=True))
    return await connection.scalar(_STANDING, names) or 0
