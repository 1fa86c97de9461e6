"""What the due queue says to the database: of many messages at once, each by its whole key.

In SQLite's own words the keys are a list that is named first (`given`, or `asked`), and each is one search: a CROSS
JOIN and an UPDATE FROM go through the list, and never through the table. In PostgreSQL's they are arrays
(`bulk.searching`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Table,
    and_,
    bindparam,
    delete,
    func,
    null,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.sql.base import Executable

from tidings.backends.sql.bulk import Many, Sought, by_key, searching, told
from tidings.backends.sql.hot_sqlite import insert_statement, values
from tidings.backends.sql.insertion import KEEP_FIRST, insertion, replacing
from tidings.backends.sql.status_news import IS_TOLD, TOLD
from tidings.backends.sql.tables import attempts, data_log, due, messages, outputs
from tidings.effects import Settlement
from tidings.messages import Status

DEPTH_MAX = 100_000
"""Whoever asks how much waits is told no more than this: counting takes as long as there is something to count."""

Key = tuple[int, str, str]
"""A message's environment, owner (see `rows.owner_of`) and id; `e`, `u` and `m` among the parameters."""

_due_key = tuple_(due.c.environment_id, due.c.user_key, due.c.message_id)
_message_key = tuple_(messages.c.environment_id, messages.c.user_key, messages.c.id)
_attempt_key = tuple_(attempts.c.environment_id, attempts.c.user_key, attempts.c.message_id)

DEPTH = select(func.count()).select_from(select(due.c.due_at).limit(DEPTH_MAX).subquery())
_unfinished = select(attempts.c.number).where(
    attempts.c.environment_id == due.c.environment_id,
    attempts.c.user_key == due.c.user_key,
    attempts.c.message_id == due.c.message_id,
    attempts.c.outcome == null(),
)
RELEASE = (
    update(due)
    .where(due.c.worker == bindparam("holder"), ~_unfinished.exists())
    .values(worker=None, due_at=0)  # it was due when it was claimed; when exactly is no longer known
)

_overdue = (
    select(due.c.environment_id, due.c.message_id)
    .select_from(
        due.join(
            messages,
            and_(
                messages.c.environment_id == due.c.environment_id,
                messages.c.user_key == due.c.user_key,
                messages.c.id == due.c.message_id,
            ),
        )
    )
    .where(
        (due.c.due_at <= bindparam("now")) | (due.c.worker != null()),
        messages.c.enqueued < bindparam("before"),
        ~_unfinished.exists(),
    )
)
OVERDUE = _overdue.limit(bindparam("count"))
COUNT_OVERDUE = select(func.count()).select_from(_overdue.subquery())

_KEY = ("e", "u", "m")
_due_words = "due.environment_id = given.e AND due.user_key = given.u AND due.message_id = given.m"
_message_words = "messages.environment_id = given.e AND messages.user_key = given.u AND messages.id = given.m"
_attempt_words = "attempts.environment_id = given.e AND attempts.user_key = given.u AND attempts.message_id = given.m"
_this_due = and_(
    due.c.environment_id == bindparam("e"), due.c.user_key == bindparam("u"), due.c.message_id == bindparam("m")
)


def _given(names: Sequence[str], rows: int, given: str = "given") -> str:
    row = f"({', '.join('?' for _ in names)})"
    return f"WITH {given} ({', '.join(names)}) AS ({values(row, rows)}) "


def _writes(one: Executable, names: tuple[str, ...], words: str) -> Many:
    return Many(one, names, lambda rows: _given(names, rows) + words)


def _inserts(table: Table, one: Executable, clause: str = KEEP_FIRST) -> Many:
    return Many(one, tuple(table.columns.keys()), lambda rows: insert_statement(table, rows, clause))


TAKE = _writes(
    update(due).where(_this_due).values(worker=bindparam("holder"), due_at=bindparam("until")),
    (*_KEY, "holder", "until"),
    f"UPDATE due SET worker = given.holder, due_at = given.until FROM given WHERE {_due_words}",
)
SOONER = update(due).where(_this_due, due.c.worker == null()).values(due_at=bindparam("at"))
"""Look sooner at a message that waits for nothing but news."""
FINISH = _writes(
    delete(due).where(_this_due),
    _KEY,
    f"DELETE FROM due WHERE rowid IN (SELECT due.rowid FROM given CROSS JOIN due ON {_due_words})",
)
_AGAIN = "INSERT INTO due (environment_id, user_key, message_id, due_at, worker, lane) "
# What was sent to a list has a lane for good: it bounds how far the list gets ahead of what can be sent.
_AT_ANOTHER_TIME = (
    replacing(due, "due_at", "worker") + ", lane = CASE WHEN due.priority = 0 THEN excluded.lane ELSE due.lane END"
)
AGAIN = _writes(
    text(f"{_AGAIN}VALUES (:e, :u, :m, :at, NULL, :lane) {_AT_ANOTHER_TIME}"),
    (*_KEY, "at", "lane"),
    f"{_AGAIN}SELECT e, u, m, at, NULL, lane FROM given WHERE true {_AT_ANOTHER_TIME}",
)

BEGIN = _inserts(attempts, attempts.insert(), "")
CLOSE = _writes(
    update(attempts)
    .where(
        attempts.c.environment_id == bindparam("e"),
        attempts.c.user_key == bindparam("u"),
        attempts.c.message_id == bindparam("m"),
        attempts.c.number == bindparam("n"),
    )
    .values(finished=bindparam("at"), outcome=bindparam("what")),
    (*_KEY, "n", "at", "what"),
    "UPDATE attempts SET finished = given.at, outcome = given.what FROM given "
    f"WHERE {_attempt_words} AND attempts.number = given.n",
)
LOG = _inserts(data_log, insertion(data_log))
_ANOTHER_CONTENT = replacing(outputs, "content")
KEEP_OUTPUT = _inserts(outputs, insertion(outputs, _ANOTHER_CONTENT), _ANOTHER_CONTENT)

_REPLACED = ("status", "reason", "error", "outcome_unknown", "updated")
_KEPT_WHEN_NONE = ("template_id", "template_version", "channel", "provider", "sent")
_MOVED = tuple(f"new_{name}" for name in (*_REPLACED, *_KEPT_WHEN_NONE))


def _new(name: str) -> BindParameter[Any]:
    return bindparam(f"new_{name}", type_=messages.c[name].type)


SETTLE = _writes(
    update(messages)
    .where(
        messages.c.environment_id == bindparam("e"),
        messages.c.user_key == bindparam("u"),
        messages.c.id == bindparam("m"),
    )
    .values({name: _new(name) for name in _REPLACED})
    .values({name: func.coalesce(_new(name), messages.c[name]) for name in _KEPT_WHEN_NONE}),
    (*_KEY, *_MOVED),
    "UPDATE messages SET "
    + ", ".join(
        (
            *(f"{name} = given.new_{name}" for name in _REPLACED),
            *(f"{name} = coalesce(given.new_{name}, messages.{name})" for name in _KEPT_WHEN_NONE),
        )
    )
    + f" FROM given WHERE {_message_words}",
)


def _messages_of(keys: Sequence[Key]) -> Any:
    return select(messages).where(_message_key.in_(keys))


def _states_of(keys: Sequence[Key]) -> Any:
    found = select(*_message_key.clauses, *_STATE, IS_TOLD).where(_message_key.in_(keys))
    return found.order_by(*_message_key.clauses).with_for_update()


def _attempts_of(keys: Sequence[Key]) -> Any:
    return select(attempts).where(_attempt_key.in_(keys)).order_by(*attempts.primary_key.columns)


def _waiting_of(keys: Sequence[Key]) -> Any:
    return select(due.c.message_id).where(_due_key.in_(keys)).order_by(*_due_key.clauses).with_for_update()


def _seeks(of: Any, columns: Iterable[Any], place: Table, key: Any, more: str = "", *, end: str = "OFFSET 0") -> Sought:
    names = ", ".join(f"{place.name}.{column.name}" for column in columns) + more
    asked = dict(zip(_KEY, key.clauses, strict=True))
    here = " AND ".join(f"{place.name}.{column.name} = asked.{name}" for name, column in asked.items())
    many = f"SELECT {names} FROM asked CROSS JOIN {place.name} ON {here}"
    each = searching(place, asked, f"SELECT {names} FROM {place.name} WHERE {here} {end}")
    holds = told(columns) + ((more.rpartition(" AS ")[2], False),) * bool(more)
    return Sought(of, lambda rows: _given(_KEY, rows, "asked") + many, holds, each)


_STATE = tuple(messages.c[name] for name in ("status", "outcome_unknown", "reason", "enqueued"))

OWNERS = by_key(messages, "environment_id", "id", reads=(messages.c.environment_id, messages.c.user_key, messages.c.id))
"""The whole keys of messages, by environment and id. Named in a list, SQLite would walk all keys of the environment."""

MESSAGES = _seeks(_messages_of, messages.columns, messages, _message_key)
"""These messages."""
STATES = _seeks(
    _states_of,
    (*_message_key.clauses, *_STATE),
    messages,
    _message_key,
    f", {TOLD} AS is_told",
    end="FOR UPDATE OF messages",
)
"""Where these messages stand, and keep others from moving them; in order, so that nobody meets crosswise.

The last column tells whether anybody is to hear of it.
"""
ATTEMPTS = _seeks(_attempts_of, attempts.columns, attempts, _attempt_key, end="ORDER BY attempts.number")
"""The attempts of these messages, those of one message in order."""
WAITING = _seeks(_waiting_of, (due.c.message_id,), due, _due_key, end="FOR UPDATE OF due")
"""Those of these messages that are in the queue, and keep others from taking them out."""


def key_parameters(key: Key) -> dict[str, Any]:
    """Name a message to a statement."""
    return {"e": key[0], "u": key[1], "m": key[2]}


def settle_parameters(key: Key, settlement: Settlement) -> tuple[Any, ...]:
    """Name what `SETTLE` writes."""
    return (
        *key,
        str(settlement.status),
        settlement.reason and str(settlement.reason),
        settlement.error.replace("\0", ""),  # which PostgreSQL cannot keep, and says nothing
        settlement.outcome_unknown,
        settlement.at,
        settlement.template_id,
        settlement.template_version,
        settlement.channel,
        settlement.provider,
        settlement.sent or (settlement.at if settlement.status is Status.SENT else None),
    )


def over(later: tuple[Any, ...], earlier: tuple[Any, ...]) -> tuple[Any, ...]:
    """Lay what `SETTLE` writes of a message over what it would have written before."""
    kept = len(_KEY) + len(_REPLACED)
    rest = (new if new is not None else old for new, old in zip(later[kept:], earlier[kept:], strict=True))
    return (*later[:kept], *rest)


def row_parameters(table: Table, rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Name the columns of whole rows."""
    names = table.columns.keys()
    return [dict(zip(names, row, strict=True)) for row in rows]
