"""What people change of messages, over SQL."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, delete, exists, literal, null, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.bulk import insert_rows, write_all
from tidings.backends.sql.chunks import chunks
from tidings.backends.sql.counts import (
    COUNT,
    NOTE,
    Stand,
    activity_parameters,
    canceled_activity,
    count_parameters,
    made_work,
    moved_of,
)
from tidings.backends.sql.database import Database
from tidings.backends.sql.rows import entry_row, message_of, message_row, outcome_of, owner_of, tag_rows
from tidings.backends.sql.status_news import TELL, news_parameters
from tidings.backends.sql.tables import attempts, data_log, due, messages
from tidings.backends.sql.tables_changes import archived_requests, message_tags, redrives
from tidings.backends.sql.tables_lists import expansions
from tidings.data_logs import Entry
from tidings.errors import Conflict, NotFound
from tidings.ids import recipient_id
from tidings.mapping import completed, enqueued
from tidings.messages import FINAL, Message, Sent, Status
from tidings.preferences import DIGEST, GATHERED_FOR

_CHUNK = 500  # messages in one statement, and in one transaction where there may be many
_PLACE = (messages.c.enqueued, messages.c.id)
_TIMES = ("delay", "expiry")
"""Options that say when; what is sent again goes at once."""

_CANCEL = (
    update(messages)
    .where(messages.c.environment_id == bindparam("e"), messages.c.id == bindparam("m"))
    .values(status=bindparam("end"), updated=bindparam("now"))
)
_UNQUEUE = delete(due).where(due.c.environment_id == bindparam("e"), due.c.message_id == bindparam("m"))
_LOG = insert(data_log).on_conflict_do_nothing()
_ARCHIVE = insert(archived_requests).on_conflict_do_nothing()


class SqlMessageChanges:
    """Changes of messages in the state database; every one is durable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cancel(self, environment_id: int, message_id: str, *, now: int) -> Message:
        """Take one back."""
        async with self._database.write() as connection:
            found = await _messages(connection, environment_id, [message_id])
            if not found:
                raise NotFound("there is no message of this id in this environment")
            (message,) = found
            if message.status is Status.CANCELED:
                return message
            if message.status in FINAL or await _begun(connection, environment_id, [message_id]):
                raise Conflict("it is too late: the message has ended, or a provider is being asked, or took it")
            await cancel_these(connection, [message], now)
        return msgspec.structs.replace(message, status=Status.CANCELED, updated=now)

    async def cancel_request(self, environment_id: int, request_id: str, *, now: int) -> int:
        """Take back what waits, some hundred at a time."""
        canceled, after = 0, (-1, "")
        while True:
            query = (
                select(messages)
                .where(
                    messages.c.environment_id == environment_id,
                    messages.c.request_id == request_id,
                    tuple_(*_PLACE) > tuple_(*(literal(part) for part in after)),
                )
                .order_by(*_PLACE)
                .limit(_CHUNK)
            )
            async with self._database.write() as connection:
                found = [message_of(row) for row in await connection.execute(query)]
                waiting = [message for message in found if message.status not in FINAL]
                begun = await _begun(connection, environment_id, [message.id for message in waiting])
                taken = [message for message in waiting if message.id not in begun]
                await cancel_these(connection, taken, now)
            canceled += len(taken)
            if len(found) < _CHUNK:
                return canceled
            after = (found[-1].enqueued, found[-1].id)

    async def archive(self, environment_id: int, request_id: str, *, now: int) -> None:
        """Put a request out of sight."""
        of = (messages.c.environment_id == environment_id, messages.c.request_id == request_id)
        many = (expansions.c.environment_id == environment_id, expansions.c.id == request_id)
        async with self._database.write() as connection:
            known = await connection.scalar(select(messages.c.id).where(*of).limit(1))
            known = known or await connection.scalar(select(expansions.c.id).where(*many))
            if known is None:
                raise NotFound("there is no request of this id in this environment")
            row = {"environment_id": environment_id, "request_id": request_id, "at": now}
            await connection.execute(_ARCHIVE, row)

    async def archive_one(self, environment_id: int, message_id: str, *, now: int) -> None:
        """Mark it as its request would be marked: ids of messages and of requests are of one kind."""
        this = (messages.c.environment_id == environment_id, messages.c.id == message_id)
        async with self._database.write() as connection:
            if await connection.scalar(select(messages.c.id).where(*this)) is None:
                raise NotFound("there is no message of this id in this environment")
            row = {"environment_id": environment_id, "request_id": message_id, "at": now}
            await connection.execute(_ARCHIVE, row)

    async def resend(self, message: Message, *, message_id: str, now: int) -> Message:
        """Send one once more."""
        async with self._database.write() as connection:
            (again,) = await _again(connection, [(message, message_id)], now)
        return again

    async def redrive(self, wanted: Sequence[Message], *, now: int) -> dict[str, str]:
        """Send these once more, unless they were redriven before."""
        new: dict[str, str] = {}
        for part in chunks(wanted, _CHUNK):
            async with self._database.write() as connection:
                before = await _redriven(connection, part[0].environment_id, [message.id for message in part])
                fresh = [(message, recipient_id(message.id, "redrive")) for message in part if message.id not in before]
                await _again(connection, fresh, now)
                marks = [(message.environment_id, message.id, new_id, now) for message, new_id in fresh]
                await insert_rows(connection, [(redrives, marks)])
            new |= {message.id: new_id for message, new_id in fresh}
        return new

    async def redriven(self, environment_id: int, message_ids: Sequence[str]) -> dict[str, str]:
        """Tell which were redriven."""
        async with self._database.read() as connection:
            return await _redriven(connection, environment_id, message_ids)


def is_archived() -> Any:
    """Ask, of a row of `messages`, whether it, or its request, was archived."""
    same = and_(
        archived_requests.c.environment_id == messages.c.environment_id,
        archived_requests.c.request_id.in_((messages.c.request_id, messages.c.id)),
    )
    return exists(select(archived_requests.c.at).where(same))


async def _messages(connection: AsyncConnection, environment_id: int, ids: Sequence[str]) -> list[Message]:
    query = select(messages).where(messages.c.environment_id == environment_id, messages.c.id.in_(ids))
    return [message_of(row) for row in await connection.execute(query.with_for_update())]


async def under_way(connection: AsyncConnection, environment_id: int, ids: Sequence[str]) -> set[str]:
    """Find which of these a provider is being asked about."""
    if not ids:
        return set()
    query = select(attempts.c.message_id).where(
        attempts.c.environment_id == environment_id,
        attempts.c.message_id.in_(ids),
        attempts.c.outcome == null(),
    )
    return set(await connection.scalars(query))


async def _begun(connection: AsyncConnection, environment_id: int, ids: Sequence[str]) -> set[str]:
    """Find which of these a provider is being asked about, or took already: they wait for news alone."""
    query = select(attempts.c.message_id, attempts.c.outcome).where(
        attempts.c.environment_id == environment_id, attempts.c.message_id.in_(ids)
    )
    made = [(row[0], outcome_of(row[1])) for row in await connection.execute(query)] if ids else []
    return {message_id for message_id, outcome in made if outcome is None or isinstance(outcome, Sent)}


async def cancel_these(connection: AsyncConnection, taken: Sequence[Message], now: int) -> None:
    """End these as CANCELED. A worker that has claimed one is told when it begins the attempt."""
    made = await _attempts_made(connection, taken)
    keys = [{"e": message.environment_id, "m": message.id} for message in taken]
    lines = [
        Entry(
            environment_id=message.environment_id,
            message_id=message.id,
            ordinal=100 * made.get(message.id, 0) + 90,
            type=Status.CANCELED.value,
            ts=now,
            fields={"canceledAt": now},
        )
        for message in taken
    ]
    names = data_log.columns.keys()
    rows = [
        dict(zip(names, entry_row(line, owner_of(message)), strict=True))
        for line, message in zip(lines, taken, strict=True)
    ]
    ended = moved_of((_stand(message), (*_stand(message)[:2], Status.CANCELED, "", False)) for message in taken)
    await write_all(
        connection,
        [
            (_CANCEL, [{**key, "end": Status.CANCELED.value, "now": now} for key in keys]),
            (_UNQUEUE, keys),
            (_LOG, rows),
            (COUNT, count_parameters(ended)),
            (NOTE, activity_parameters(canceled_activity(taken, now))),
            (TELL, news_parameters(((it.environment_id, owner_of(it), it.id), Status.CANCELED, now) for it in taken)),
        ],
    )


def _stand(message: Message) -> Stand:
    reason = str(message.reason or "")
    return message.environment_id, message.enqueued, message.status, reason, message.outcome_unknown


async def _attempts_made(connection: AsyncConnection, taken: Sequence[Message]) -> dict[str, int]:
    if not taken:
        return {}
    query = select(attempts.c.message_id, attempts.c.number).where(
        attempts.c.environment_id == taken[0].environment_id,
        attempts.c.message_id.in_([message.id for message in taken]),
    )
    made: dict[str, int] = {}
    for row in await connection.execute(query):
        made[row[0]] = max(made.get(row[0], 0), row[1])
    return made


async def _again(connection: AsyncConnection, wanted: Sequence[tuple[Message, str]], now: int) -> list[Message]:
    """Make a new message of each, and a line in the old one's history that names it."""
    bodies = await _bodies(connection, [message for message, _ in wanted if message.shared])
    made = [_anew(message, bodies.get(message.request_id), new_id, now) for message, new_id in wanted]
    lines = []
    for new, (old, _) in zip(made, wanted, strict=True):
        first = enqueued(new)
        again = msgspec.structs.replace(first, fields={**first.fields, "resend_of": old.id})
        lines.append(entry_row(again, owner_of(new)))
        lines.append(
            entry_row(
                Entry(
                    environment_id=old.environment_id,
                    message_id=old.id,
                    ordinal=1_000_000_000,
                    type="RESENT",
                    ts=now,
                    fields={"message_id": new.id},
                ),
                owner_of(old),
            )
        )
    waiting = [(message.environment_id, owner_of(message), message.id, now, None, 0, "") for message in made]
    standing = (
        {message.id for message in await _messages(connection, made[0].environment_id, [it.id for it in made])}
        if made
        else set()
    )
    await insert_rows(
        connection,
        [
            (due, [row for row in waiting if row[2] not in standing]),
            (messages, [message_row(message) for message in made]),
            (data_log, lines),
            (message_tags, tag_rows(made)),
        ],
    )
    await write_all(connection, made_work([message for message in made if message.id not in standing]))
    return made


def _anew(message: Message, body: dict[str, Any] | None, new_id: str, now: int) -> Message:
    whole = completed(message, body) if message.shared and body is not None else message
    options = {key: value for key, value in whole.options.items() if key not in _TIMES}
    if DIGEST in options:
        options[DIGEST] = {GATHERED_FOR: message.id, **options[DIGEST]}
    return Message(
        environment_id=message.environment_id,
        id=new_id,
        user_key=message.user_key,
        recipient=message.recipient,
        enqueued=now,
        event=message.event,
        template_id=message.template_id,
        request_id=new_id,
        to=whole.to,
        data=whole.data,
        content=whole.content,
        options=options,
        chain=message.chain,
        updated=now,
    )


async def _bodies(connection: AsyncConnection, shared: Sequence[Message]) -> dict[str, dict[str, Any]]:
    if not shared:
        return {}
    query = select(expansions.c.id, expansions.c.body).where(
        expansions.c.environment_id == shared[0].environment_id,
        expansions.c.id.in_(sorted({message.request_id for message in shared})),
    )
    return {row[0]: msgspec.json.decode(row[1]) for row in await connection.execute(query)}


async def _redriven(connection: AsyncConnection, environment_id: int, ids: Sequence[str]) -> dict[str, str]:
    query = select(redrives.c.message_id, redrives.c.new_id).where(
        redrives.c.environment_id == environment_id, redrives.c.message_id.in_(ids)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}
