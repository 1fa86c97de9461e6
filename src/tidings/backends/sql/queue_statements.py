"""What the due queue says to the database. Statements that write take one row of parameters for each of a batch."""

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
    union_all,
    update,
)

from tidings.backends.sql.insertion import insertion, replacing
from tidings.backends.sql.status_news import IS_TOLD
from tidings.backends.sql.tables import attempts, data_log, due, messages, outputs
from tidings.backends.sql.tables_ledger import installation
from tidings.effects import Settlement
from tidings.messages import Status

_DEPTH_MAX = 100_000

Key = tuple[int, str, str]
"""A message's environment, owner (see `rows.owner_of`) and id; `e`, `u` and `m` among the parameters."""

_due_key = tuple_(due.c.environment_id, due.c.user_key, due.c.message_id)
_message_key = tuple_(messages.c.environment_id, messages.c.user_key, messages.c.id)
_attempt_key = tuple_(attempts.c.environment_id, attempts.c.user_key, attempts.c.message_id)

# Nothing is due while the installation is held: said here, so that no worker can overlook it.
_free = ~select(installation.c.number).where(installation.c.held_at != null()).exists()

BULK = 1
"""The priority of what was sent to a list: it waits for everything else, and gets a tenth of each claim."""

_earliest = union_all(*(select(func.min(due.c.due_at).label("at")).where(due.c.priority == each) for each in (0, BULK)))
NEXT_DUE = select(func.min(_earliest.subquery().c.at)).where(_free)
DEPTH = select(func.count()).select_from(select(due.c.due_at).limit(_DEPTH_MAX).subquery())
DUE = (
    select(due.c.environment_id, due.c.user_key, due.c.message_id)
    .where(due.c.priority == bindparam("urgency"), due.c.due_at <= bindparam("now"), _free)
    .order_by(due.c.due_at)
    .limit(bindparam("count"))
    .with_for_update(skip_locked=True)  # where many may write at once; SQLite lets in one writer anyway
)

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

_this_due = and_(
    due.c.environment_id == bindparam("e"), due.c.user_key == bindparam("u"), due.c.message_id == bindparam("m")
)
TAKE = update(due).where(_this_due).values(worker=bindparam("holder"), due_at=bindparam("until"))
SOONER = update(due).where(_this_due, due.c.worker == null()).values(due_at=bindparam("at"))
"""Look sooner at a message that waits for nothing but news."""
FINISH = delete(due).where(_this_due)
AGAIN = text(
    "INSERT INTO due (environment_id, user_key, message_id, due_at, worker) VALUES (:e, :u, :m, :at, NULL) "
    + replacing(due, "due_at", "worker")
)

BEGIN = attempts.insert()
CLOSE = (
    update(attempts)
    .where(
        attempts.c.environment_id == bindparam("e"),
        attempts.c.user_key == bindparam("u"),
        attempts.c.message_id == bindparam("m"),
        attempts.c.number == bindparam("n"),
    )
    .values(finished=bindparam("at"), outcome=bindparam("what"))
)
LOG = insertion(data_log)
KEEP_OUTPUT = insertion(outputs, replacing(outputs, "content"))

_REPLACED = ("status", "reason", "error", "outcome_unknown", "updated")
_KEPT_WHEN_NONE = ("template_id", "template_version", "channel", "provider", "sent")


def _new(name: str) -> BindParameter[Any]:
    return bindparam(f"new_{name}", type_=messages.c[name].type)


SETTLE = (
    update(messages)
    .where(
        messages.c.environment_id == bindparam("e"),
        messages.c.user_key == bindparam("u"),
        messages.c.id == bindparam("m"),
    )
    .values({name: _new(name) for name in _REPLACED})
    .values({name: func.coalesce(_new(name), messages.c[name]) for name in _KEPT_WHEN_NONE})
)


def owners_of(ids: Sequence[tuple[int, str]]) -> Any:
    """Select the whole keys of these messages, by environment and id."""
    key = tuple_(messages.c.environment_id, messages.c.id)
    return select(messages.c.environment_id, messages.c.user_key, messages.c.id).where(key.in_(ids))


def messages_of(keys: Sequence[Key]) -> Any:
    """Select these messages."""
    return select(messages).where(_message_key.in_(keys))


def states_of(keys: Sequence[Key]) -> Any:
    """Select where these messages stand, and keep others from moving them; in order, so that nobody meets crosswise.

    The last column tells whether anybody is to hear of it.
    """
    more = (messages.c[name] for name in ("status", "outcome_unknown", "reason", "enqueued"))
    found = select(*_message_key.clauses, *more, IS_TOLD).where(_message_key.in_(keys))
    return found.order_by(*_message_key.clauses).with_for_update()


def attempts_of(keys: Sequence[Key]) -> Any:
    """Select the attempts of these messages, in order."""
    return select(attempts).where(_attempt_key.in_(keys)).order_by(*attempts.primary_key.columns)


def waiting_of(keys: Sequence[Key]) -> Any:
    """Select those of these messages that are in the queue, and keep others from taking them out."""
    return select(due.c.message_id).where(_due_key.in_(keys)).order_by(*_due_key.clauses).with_for_update()


def key_parameters(key: Key) -> dict[str, Any]:
    """Name a message to a statement."""
    return {"e": key[0], "u": key[1], "m": key[2]}


def settle_parameters(key: Key, settlement: Settlement) -> dict[str, Any]:
    """Name what `SETTLE` writes."""
    return {
        **key_parameters(key),
        "new_status": str(settlement.status),
        "new_reason": settlement.reason and str(settlement.reason),
        "new_error": settlement.error.replace("\0", ""),  # which PostgreSQL cannot keep, and says nothing
        "new_outcome_unknown": settlement.outcome_unknown,
        "new_template_id": settlement.template_id,
        "new_template_version": settlement.template_version,
        "new_channel": settlement.channel,
        "new_provider": settlement.provider,
        "new_sent": settlement.sent or (settlement.at if settlement.status is Status.SENT else None),
        "new_updated": settlement.at,
    }


def row_parameters(table: Table, rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Name the columns of whole rows."""
    names = table.columns.keys()
    return [dict(zip(names, row, strict=True)) for row in rows]
