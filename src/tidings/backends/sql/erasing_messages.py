"""Deleting users' messages, with everything that hangs on them and with the counts."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select

from tidings.backends.sql.counts import COUNT, count_parameters
from tidings.backends.sql.database import Database
from tidings.backends.sql.listing import later, unindexed
from tidings.backends.sql.message_changes import cancel_these, under_way
from tidings.backends.sql.regulation_store import note
from tidings.backends.sql.rows import message_of, owner_of
from tidings.backends.sql.tables import attempts, data_log, due, messages, outbox, outputs
from tidings.backends.sql.tables_changes import message_tags, redrives
from tidings.backends.sql.tables_delivery import status_news
from tidings.backends.sql.tables_sending_rules import limit_passages
from tidings.ledger import ERASED, UNKNOWN, summed
from tidings.messages import FINAL
from tidings.ports import Moment
from tidings.regulations import Regulation, Subjects

_AT_ONCE = 200
_PLACE = (messages.c.user_key, messages.c.id)
_HANGING = (attempts, data_log, outputs, due, outbox, limit_passages, redrives, message_tags, status_news)
"""Whatever names a message."""


async def erase_messages(
    database: Database, regulation: Regulation, subjects: Subjects, moment: Moment
) -> tuple[int, Counter[str]]:
    """Cancel what waits, then delete what ended before that time; tell how many are left, and count what went."""
    environment_id = regulation.environment_id
    whose = (messages.c.environment_id == environment_id, messages.c.user_key.in_(subjects.owners))
    mine = (*whose, unindexed(messages.c.enqueued) <= moment.came_before)
    await _cancel(database, environment_id, mine, moment.now)
    ended = (messages.c.status.in_([status.value for status in FINAL]), messages.c.updated <= moment.settled_before)
    columns = (messages.c.id, messages.c.enqueued, messages.c.status, messages.c.reason, messages.c.outcome_unknown)
    rows: Counter[str] = Counter()
    while True:
        async with database.write() as connection:
            query = select(*columns).where(*mine, *ended).order_by(*_PLACE).limit(_AT_ONCE)
            found = (await connection.execute(query.with_for_update())).all()
            if not found:
                break
            ids = [row.id for row in found]
            erased = {messages.name: len(ids)}
            for table in _HANGING:
                gone = delete(table).where(table.c.environment_id == environment_id, table.c.message_id.in_(ids))
                erased[table.name] = (await connection.execute(gone)).rowcount
            await connection.execute(
                delete(messages).where(messages.c.environment_id == environment_id, messages.c.id.in_(ids))
            )
            await connection.execute(COUNT, count_parameters(summed(_moves(environment_id, found))))
            await note(connection, regulation, erased)
        rows.update(erased)
    async with database.read() as connection:
        left = await connection.scalar(select(func.count()).select_from(messages).where(*mine))
    return left or 0, rows


async def _cancel(database: Database, environment_id: int, mine: Sequence[Any], now: int) -> None:
    after = ("", "")
    while True:
        async with database.write() as connection:
            waiting = messages.c.status.not_in([status.value for status in FINAL])
            following = later([*map(unindexed, _PLACE)], after)  # their own are not many
            query = select(messages).where(*mine, waiting, following).order_by(*_PLACE)
            rows = await connection.execute(query.limit(_AT_ONCE).with_for_update())
            found = [message_of(row) for row in rows]
            begun = await under_way(connection, environment_id, [message.id for message in found])
            await cancel_these(connection, [message for message in found if message.id not in begun], now)
        if len(found) < _AT_ONCE:
            return
        after = (owner_of(found[-1]), found[-1].id)


def _moves(environment_id: int, found: Sequence[Any]) -> list[tuple[int, int, str, str, int]]:
    moves: list[tuple[int, int, str, str, int]] = []
    for row in found:
        word, reason = (UNKNOWN, "") if row.outcome_unknown else (row.status, row.reason or "")
        moves += [(environment_id, row.enqueued, word, reason, -1), (environment_id, row.enqueued, ERASED, "", 1)]
    return moves
