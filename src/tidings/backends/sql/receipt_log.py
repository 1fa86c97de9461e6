"""Receipts, over SQL: lines of histories, whose place derives from the fact, and the statuses they move."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.awaited import only_news_is_awaited, returned_of, returned_parameters
from tidings.backends.sql.bulk import Work, write_all
from tidings.backends.sql.closing import close_addresses, closes
from tidings.backends.sql.counts import NOTE, activity_parameters
from tidings.backends.sql.database import Database
from tidings.backends.sql.hearing_texts import hear
from tidings.backends.sql.queue_statements import CLOSE, SOONER, Key, key_parameters, row_parameters
from tidings.backends.sql.rows import attempt_of, entry_row
from tidings.backends.sql.status_news import IS_TOLD, TELL, news_parameters
from tidings.backends.sql.tables import attempts, data_log, messages
from tidings.data_logs import Entry
from tidings.ledger import Happened, Kind, gathered
from tidings.messages import FINAL, Attempt, Receipt, Sent, Status
from tidings.ports import Facts

RECEIPTS_MAX = 100
"""Facts kept of one message: mail scanners click more often than people."""
_FIRST = 100_000_000
"""Receipts stand behind every line of the sending itself."""
_RANKS = {Status.DELIVERED: 1, Status.OPENED: 2, Status.CLICKED: 3, Status.UNDELIVERABLE: 4}
_AHEAD = {Status.SENT: 0, Status.SIMULATED: 0, Status.DELIVERED: 1, Status.OPENED: 2, Status.CLICKED: 3}
_MOMENTS = {Status.DELIVERED: "delivered", Status.OPENED: "opened", Status.CLICKED: "clicked"}

_LOG = insert(data_log).on_conflict_do_nothing()
_this = and_(messages.c.environment_id == bindparam("e"), messages.c.id == bindparam("m"))
_MOVE = (
    update(messages)
    .where(_this)
    .values(
        {name: bindparam(f"new_{name}") for name in ("status", "reason", "error", "outcome_unknown", "updated")}
        | {
            name: func.coalesce(messages.c[name], bindparam(f"new_{name}"))
            for name in ("delivered", "opened", "clicked")
        }
    )
)


_ORDER = (messages.c.environment_id, messages.c.user_key, messages.c.id)
"""In which messages are taken: the queue's."""


class SqlReceiptLog:
    """Receipts in the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, environment_id: int, receipts: Sequence[Receipt], *, channel: str, provider: str) -> int:
        """Record facts and return how many were new."""
        facts = Facts(environment_id=environment_id, channel=channel, provider=provider, receipts=receipts)
        return await self.record_all([facts])

    async def record_all(self, facts: Sequence[Facts]) -> int:
        """Record what several told, account by account."""
        told: dict[tuple[int, str, str], list[Receipt]] = {}
        for each in facts:
            if each.receipts:
                told.setdefault((each.environment_id, each.channel, each.provider), []).extend(each.receipts)
        texted = [each for each in facts if each.texted]
        if not told and not texted:
            return 0
        async with self._database.write() as connection:
            if len(told) > 1:
                await _lock(connection, told)
            new = sum([await _record(connection, *key, told[key]) for key in sorted(told)])
            return new + (await hear(connection, texted) if texted else 0)


async def _record(
    connection: AsyncConnection, environment_id: int, channel: str, provider: str, receipts: Sequence[Receipt]
) -> int:
    ids = sorted({receipt.message_id for receipt in receipts})
    rows = await _messages(connection, environment_id, ids)
    kept = await _kept(connection, environment_id, ids)
    tried = await _attempts(connection, environment_id, ids)
    entries: list[Entry] = []
    news: list[tuple[Key, Status, int]] = []
    moves: dict[str, dict[str, Any]] = {}
    returned: list[Attempt] = []
    ahead: dict[str, Key] = {}
    happened: list[Happened] = []
    closing: list[Receipt] = []
    for receipt in receipts:
        row, known = rows.get(receipt.message_id), kept.setdefault(receipt.message_id, set())
        entry = _entry(environment_id, receipt, channel, provider)
        if row is None or entry.ordinal in known or len(known) >= RECEIPTS_MAX:
            continue
        others = [one for one in tried.get(receipt.message_id, ()) if one.provider != provider]
        move = moves.get(receipt.message_id) or _as_it_is(environment_id, row)
        moved = moves[receipt.message_id] = _moved(move, receipt, others)
        if _is_news(receipt, known, move, moved):
            happened.append(_happened(environment_id, receipt, channel, provider))
            if row.is_told:
                news.append(((environment_id, row.user_key, row.id), receipt.status, receipt.at))
        if Status(row.status) not in FINAL:
            returned += returned_of(tried.get(receipt.message_id, []), receipt, channel, provider)
            ahead[receipt.message_id] = (environment_id, row.user_key, row.id)
        if closes(receipt, channel):
            closing.append(receipt)
        known.add(entry.ordinal)
        entries.append(entry)
    lines = [entry_row(entry, rows[entry.message_id].user_key) for entry in entries]
    work: Work = [
        (_LOG, row_parameters(data_log, lines)),
        (_MOVE, list(moves.values())),
        (TELL, news_parameters(news)),
        (NOTE, activity_parameters(gathered(happened))),
        (CLOSE, [returned_parameters(attempt, rows[attempt.message_id].user_key) for attempt in returned]),
        (
            SOONER,
            [
                {**key_parameters(key), "at": 0}
                for one, key in ahead.items()
                if only_news_is_awaited(tried.get(one, ()))
            ],
        ),
    ]
    await write_all(connection, work)
    if closing:
        await close_addresses(connection, environment_id, closing, tried, channel=channel)
    return len(entries)


async def _lock(connection: AsyncConnection, told: Mapping[tuple[int, str, str], Sequence[Receipt]]) -> None:
    """Keep others from these messages, in order, so that nobody meets crosswise; SQLite lets in one writer anyway."""
    if connection.dialect.name == "sqlite":
        return
    ids = sorted({(key[0], receipt.message_id) for key, receipts in told.items() for receipt in receipts})
    here = tuple_(messages.c.environment_id, messages.c.id).in_(ids)
    await connection.execute(select(messages.c.id).where(here).order_by(*_ORDER).with_for_update())


async def _messages(connection: AsyncConnection, environment_id: int, ids: Sequence[str]) -> dict[str, Any]:
    columns = (messages.c.id, messages.c.user_key, messages.c.status, messages.c.reason, messages.c.error)
    more = (messages.c.outcome_unknown, messages.c.updated)
    keys = (messages.c.environment_id == environment_id, messages.c.id.in_(ids))
    query = select(*columns, *more, IS_TOLD).where(*keys)
    if connection.dialect.name != "sqlite":  # where this order would lead to all messages of the environment
        query = query.order_by(*_ORDER).with_for_update()
    return {row.id: row for row in await connection.execute(query)}


async def _kept(connection: AsyncConnection, environment_id: int, ids: Sequence[str]) -> dict[str, set[int]]:
    keys = (data_log.c.environment_id == environment_id, data_log.c.message_id.in_(ids))
    query = select(data_log.c.message_id, data_log.c.ordinal).where(*keys, data_log.c.ordinal >= _FIRST)
    kept: dict[str, set[int]] = {}
    for message_id, ordinal in await connection.execute(query):
        kept.setdefault(message_id, set()).add(ordinal)
    return kept


async def _attempts(connection: AsyncConnection, environment_id: int, ids: Sequence[str]) -> dict[str, list[Attempt]]:
    keys = (attempts.c.environment_id == environment_id, attempts.c.message_id.in_(ids))
    tried: dict[str, list[Attempt]] = {}
    for row in await connection.execute(select(attempts).where(*keys)):
        attempt = attempt_of(row)
        tried.setdefault(attempt.message_id, []).append(attempt)
    return tried


def _entry(environment_id: int, receipt: Receipt, channel: str, provider: str) -> Entry:
    fact = f"{channel}\0{provider}\0{receipt.id}\0{receipt.status}".encode()
    place = int.from_bytes(hashlib.blake2b(fact, digest_size=8).digest(), "big") % _FIRST
    fields: dict[str, Any] = {
        "channel": {"id": channel},
        "integration": {"id": provider, "provider": provider},
    }
    if receipt.status is Status.UNDELIVERABLE:
        fields |= {"reason": receipt.reason, "error_message": receipt.detail}
    if receipt.url:
        fields["url"] = receipt.url
    return Entry(
        environment_id=environment_id,
        message_id=receipt.message_id,
        ordinal=_FIRST * _RANKS[receipt.status] + place,
        type=receipt.status,
        ts=receipt.at,
        fields=fields,
    )


def _happened(environment_id: int, receipt: Receipt, channel: str, provider: str) -> Happened:
    word, reason = str(receipt.status), str(receipt.reason or "")
    return environment_id, receipt.at, Kind.MESSAGE, word, reason, channel, provider, 0


def _is_news(receipt: Receipt, known: set[int], before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Tell whether a fact is the first of its kind; a failure is news when the message ends with it."""
    if receipt.status is Status.UNDELIVERABLE:
        return bool(after["new_status"] == Status.UNDELIVERABLE and before["new_status"] != Status.UNDELIVERABLE)
    return not any(ordinal // _FIRST == _RANKS[receipt.status] for ordinal in known)


def _as_it_is(environment_id: int, row: Any) -> dict[str, Any]:
    return {
        "e": environment_id,
        "m": row.id,
        "new_status": row.status,
        "new_reason": row.reason,
        "new_error": row.error,
        "new_outcome_unknown": row.outcome_unknown,
        "new_updated": row.updated,
        "new_delivered": None,
        "new_opened": None,
        "new_clicked": None,
    }


def _moved(move: dict[str, Any], receipt: Receipt, others: Sequence[Attempt]) -> dict[str, Any]:
    """Move a message on by one fact."""
    before = Status(move["new_status"])
    moved = {**move, "new_updated": max(move["new_updated"], receipt.at)}
    if (moment := _MOMENTS.get(receipt.status)) is not None:
        moved[f"new_{moment}"] = move[f"new_{moment}"] or receipt.at
    if before not in FINAL:
        return moved
    if receipt.status is Status.UNDELIVERABLE:
        taken_elsewhere = any(isinstance(attempt.outcome, Sent) for attempt in others)
        if before is Status.SENT and not taken_elsewhere:
            moved |= {"new_status": str(receipt.status), "new_reason": receipt.reason and str(receipt.reason)}
            moved["new_error"] = receipt.detail
        return moved
    known_late = before is Status.UNDELIVERABLE and move["new_outcome_unknown"]
    if known_late or (before in _AHEAD and _AHEAD[before] < _AHEAD[receipt.status]):
        moved |= {"new_status": str(receipt.status), "new_reason": None, "new_error": "", "new_outcome_unknown": False}
    return moved
