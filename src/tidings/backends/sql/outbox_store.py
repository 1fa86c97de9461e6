"""The outbox, over SQL."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import ColumnElement, Select, select

from tidings.backends.sql.bulk import Many, laid_out, write_all, write_laid
from tidings.backends.sql.cursor import decode, encode
from tidings.backends.sql.database import Database
from tidings.backends.sql.hot_sqlite import insert_statement
from tidings.backends.sql.insertion import insertion
from tidings.backends.sql.listing import earlier
from tidings.backends.sql.rows import Row, pack, unpack
from tidings.backends.sql.tables import outbox
from tidings.ports import OutboxItem, Page

_KEEP = Many(insertion(outbox), tuple(outbox.columns.keys()), partial(insert_statement, outbox))
_PLACE = (outbox.c.at, outbox.c.message_id, outbox.c.channel)


class SqlOutboxStore:
    """What would have been sent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, items: Sequence[OutboxItem]) -> None:
        """Keep these, durably: who is told that they were kept says that they were sent."""
        if not items:
            return
        if self._database.dialect == "sqlite":
            work = laid_out([(_KEEP, map(_row, items))])  # before anybody has to wait for it
            await self._database.at_once(partial(write_laid, laid=work))
            return
        async with self._database.write() as connection:
            await write_all(connection, [(_KEEP, map(_row, items))])

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[OutboxItem]:
        """List, newest first."""
        statement = page_statement(environment_id, decode(cursor, int, str, str), limit)
        async with self._database.read() as connection:
            items = [_item(row) for row in await connection.execute(statement)]
        if len(items) <= limit:
            return Page(items)
        last = items[limit - 1]
        return Page(items[:limit], encode(last.at, last.message_id, last.channel))

    async def get(self, environment_id: int, message_id: str) -> list[OutboxItem]:
        """Read what was kept of one message."""
        key = (outbox.c.environment_id == environment_id, outbox.c.message_id == message_id)
        async with self._database.read() as connection:
            rows = await connection.execute(select(outbox).where(*key).order_by(outbox.c.channel))
            return [_item(row) for row in rows]


def page_statement(environment_id: int, after: Row | None, limit: int) -> Select[*tuple[object, ...]]:
    """Select a page and one more."""
    where: list[ColumnElement[bool]] = [outbox.c.environment_id == environment_id]
    if after is not None:
        where.append(earlier(_PLACE, after))
    return select(outbox).where(*where).order_by(*(column.desc() for column in _PLACE)).limit(limit + 1)


def _row(item: OutboxItem) -> dict[str, object]:
    return {
        "environment_id": item.environment_id,
        "message_id": item.message_id,
        "channel": item.channel,
        "recipient": item.recipient,
        "content": pack(item.content),
        "at": item.at,
    }


def _item(row: Row) -> OutboxItem:
    return OutboxItem(
        environment_id=row[0],
        message_id=row[1],
        channel=row[2],
        recipient=row[3],
        content=unpack(row[4]),
        at=row[5],
    )
