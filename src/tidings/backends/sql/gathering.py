"""Putting messages into digests, in the transaction that settles them."""

from collections.abc import Sequence
from itertools import count

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import insert_rows, write_all
from tidings.backends.sql.counts import made_work
from tidings.backends.sql.queue_statements import row_parameters
from tidings.backends.sql.rows import entry_row, message_row, owner_of
from tidings.backends.sql.tables import data_log, due, messages
from tidings.backends.sql.tables_digests import digest_events, digests
from tidings.effects import Gathered
from tidings.ids import recipient_id
from tidings.mapping import enqueued
from tidings.messages import Message, Status

WAITING = (Status.ENQUEUED.value, Status.DELAYED.value)
"""Statuses of a digest of which nobody has heard yet."""


async def gather(connection: AsyncConnection, gathered: Sequence[Gathered]) -> None:
    """Put each into the digest that takes it; the first makes the digest's message, and counts it.

    A digest that has gone, or that a worker has in hand, takes nothing more: another of the same moment is made.
    Digests are looked at in order, so that nobody meets crosswise.
    """
    for one in sorted(gathered, key=lambda each: (each.into.environment_id, each.into.user_key, each.into.id)):
        for number in count():
            into = _numbered(one.into, number)
            if await _takes(connection, into) or await _made(connection, one, into):
                break
            if await _takes(connection, into):  # somebody else made it in between
                break
        row = (
            into.environment_id,
            into.id,
            one.at,
            one.message_id,
            owner_of(into),
            one.category,
            msgspec.json.encode(one.data),
        )
        await insert_rows(connection, [(digest_events, [row])])


def _numbered(into: Message, number: int) -> Message:
    if not number:
        return into
    message_id = recipient_id(into.id, str(number))
    return msgspec.structs.replace(into, id=message_id, request_id=message_id)


async def _takes(connection: AsyncConnection, into: Message) -> bool:
    """Tell whether the digest waits, and keep workers from it until this is written."""
    this = and_(
        due.c.environment_id == into.environment_id, due.c.user_key == owner_of(into), due.c.message_id == into.id
    )
    waiting = (await connection.execute(select(due.c.worker).where(this).with_for_update())).first()
    if waiting is None or waiting.worker is not None:
        return False
    status = select(messages.c.status).where(
        messages.c.environment_id == into.environment_id,
        messages.c.user_key == owner_of(into),
        messages.c.id == into.id,
    )
    return await connection.scalar(status) in WAITING


async def _made(connection: AsyncConnection, one: Gathered, into: Message) -> bool:
    """Make the digest's message; False when there is one already."""
    (row,) = row_parameters(messages, [message_row(into)])
    if (await connection.execute(insert(messages).values(row).on_conflict_do_nothing())).rowcount != 1:
        return False
    owner, key = owner_of(into), (into.environment_id, into.id)
    await insert_rows(
        connection,
        [
            (due, [(into.environment_id, owner, into.id, one.due_at, None, 0, "")]),
            (data_log, [entry_row(enqueued(into), owner)]),
            (digests, [(*key, owner, one.topic_id, one.tenant_id, one.schedule_id, into.enqueued)]),
        ],
    )
    await write_all(connection, made_work([into]))
    return True
