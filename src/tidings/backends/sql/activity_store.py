"""What happened when, over SQL: by the index of its key, and never from the rows that it happened to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, literal, select

from tidings.backends.sql.database import Database
from tidings.backends.sql.due_queues import OLDEST
from tidings.backends.sql.tables import Words, due
from tidings.backends.sql.tables_ledger import activity, call_counts, message_counts
from tidings.ledger import ACCEPTED, HOUR, MADE, Activity, Kind
from tidings.ports import Waiting

_WORDS = ("kind", "word", "reason", "channel", "provider")


class SqlActivityStore:
    """Counts in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, environment_id: int, *, span: int, first: int, end: int, step: int) -> Sequence[Activity]:
        """Add up the shards."""
        statements = [_noted(environment_id, span, (first, end), step)]
        if span == HOUR:
            hours = (first // HOUR, end // HOUR)
            words = call_counts.c.word != ACCEPTED
            statements.append(_counted(call_counts, environment_id, hours, step, words, Kind.CALL))
            words = message_counts.c.word == MADE
            statements.append(_counted(message_counts, environment_id, hours, step, words, Kind.MESSAGE))
        found = []
        async with self._database.read() as connection:
            for statement in statements:
                rows = await connection.execute(statement)
                found += [Activity(environment_id, span, row[0] * step, *row[1:]) for row in rows]
        return sorted(each for each in found if each.count)

    async def waiting(self, environment_id: int, *, now: int, limit: int) -> Waiting:
        """Count the environment's rows, and look for it among the first of its queues."""
        of_it = select(due.c.message_id).where(due.c.environment_id == environment_id).limit(limit).subquery()
        asked = {"environment_id": environment_id, "now": now, "count": limit}
        async with self._database.read() as connection:
            count = await connection.scalar(select(func.count()).select_from(of_it)) or 0
            oldest = await connection.scalar(OLDEST, asked) if count else None
        return Waiting(count, count < limit, oldest)


def _noted(environment_id: int, span: int, minutes: tuple[int, int], step: int) -> Select[Any]:
    start = (activity.c.start // step).label("at_step")
    words = [activity.c[name] for name in _WORDS]
    sums = [cast(func.sum(activity.c[name]), BigInteger) for name in ("count", "took_ms")]
    within = (activity.c.start >= minutes[0], activity.c.start < minutes[1])
    key = (activity.c.environment_id == environment_id, activity.c.span == span)
    return select(start, *words, *sums).where(*key, *within).group_by("at_step", *words)


def _counted(  # noqa: PLR0917 the parts of one sentence
    table: Any, environment_id: int, hours: tuple[int, int], step: int, which: ColumnElement[bool], kind: Kind
) -> Select[Any]:
    start = (table.c.hour // (step // HOUR)).label("at_step")
    word = literal("ENQUEUED", Words) if kind is Kind.MESSAGE else table.c.word
    words = (literal(str(kind), Words), word.label("as_word"), table.c.reason, literal("", Words), literal("", Words))
    added = cast(func.sum(table.c["count"]), BigInteger)
    within = (table.c.hour >= hours[0], table.c.hour < hours[1])
    return (
        select(start, *words, added)
        .where(table.c.environment_id == environment_id, *within, which)
        .group_by("at_step", "as_word", table.c.reason)
    )
