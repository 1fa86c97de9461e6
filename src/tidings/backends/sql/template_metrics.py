"""How far the messages of a template came, over SQL: by the index of templates, from messages and their attempts."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, and_, case, cast, func, literal, or_, select

from tidings.backends.sql.database import Database
from tidings.backends.sql.tables import attempts, messages
from tidings.ledger import Handled
from tidings.messages import Reason, Sent, Status, Undeliverable
from tidings.ports import TemplateFigures

_SENT = msgspec.json.encode(Sent())[: len(b'{"type":"Sent"')]
"""How the outcome of an attempt begins that a provider took."""
_KEPT_BACK = msgspec.json.encode(Undeliverable(Reason.FILTERED, ""))[
    : len(b'{"type":"Undeliverable","reason":"FILTERED"')
]
"""How that of an attempt begins of which no provider heard."""


class SqlTemplateMetrics:
    """Messages of the state database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(
        self, environment_id: int, template_id: str, *, start: int, end: int, step_ms: int, limit: int
    ) -> TemplateFigures:
        """Count in the database."""
        wanted = (
            select(messages)
            .where(
                messages.c.environment_id == environment_id,
                messages.c.template_id == template_id,
                messages.c.enqueued >= start,
                messages.c.enqueued < end,
            )
            .order_by(messages.c.enqueued.desc(), messages.c.id.desc())
        )
        async with self._database.read() as connection:
            over = await connection.scalar(
                wanted.with_only_columns(messages.c.id).offset(limit).limit(1),
            )
            rows = (await connection.execute(_counted(wanted.limit(limit).subquery(), step_ms))).all()
        handled = [
            Handled(
                start=row[0] * step_ms,
                provider=row[1],
                channel=row[2],
                sent=row[3],
                delivered=row[4],
                opened=row[5],
                clicked=row[6],
                errors=row[7],
                undeliverable=row[8],
            )
            for row in rows
        ]
        return TemplateFigures(handled, over is None)


def _counted(of: Subquery, step_ms: int) -> Select[Any]:
    """Count messages, not attempts: one that was tried three times by a provider is one."""
    step = (of.c.enqueued // literal(step_ms, BigInteger)).label("step")
    same = and_(
        attempts.c.environment_id == of.c.environment_id,
        attempts.c.user_key == of.c.user_key,
        attempts.c.message_id == of.c.id,
    )
    went_so = and_(attempts.c.provider == of.c.provider, attempts.c.channel == of.c.channel)
    taken = func.substr(attempts.c.outcome, 1, len(_SENT)) == _SENT
    words = (
        or_(taken, and_(went_so, of.c.sent.is_not(None))),
        and_(went_so, of.c.delivered.is_not(None)),
        and_(went_so, of.c.opened.is_not(None)),
        and_(went_so, of.c.clicked.is_not(None)),
        and_(attempts.c.outcome.is_not(None), ~taken),
        of.c.status == Status.UNDELIVERABLE.value,
    )
    counts = [_messages(of, word) for word in words]
    key = (step, attempts.c.provider, attempts.c.channel)
    asked = or_(attempts.c.outcome.is_(None), func.substr(attempts.c.outcome, 1, len(_KEPT_BACK)) != _KEPT_BACK)
    return select(*key, *counts).select_from(of.join(attempts, same)).where(asked).group_by(*key).order_by(*key)


def _messages(of: Subquery, which: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.count(func.distinct(case((which, of.c.id)))), BigInteger)
