"""What the due queue says to the database. Statements that write take one row of parameters for each of a batch."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, func, null, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from tidings.backends.sql.tables import attempts, data_log, due, messages, outputs
from tidings.backends.sql.tables_ledger import installation
from tidings.effects import Settlement
from tidings.messages import Status

_DEPTH_MAX = 100_000

Key = tuple[int, str]
"""A message's environment and id; `e` and `m` among the parameters."""

_due_key = tuple_(due.c.environment_id, due.c.message_id)
_message_key = tuple_(messages.c.environment_id, messages.c.id)
_attempt_key = tuple_(attempts.c.environment_id, attempts.c.message_id)

# Nothing is due while the installation is held: said here, so that no worker can overlook it.
_free = ~select(installation.c.number).where(installation.c.held_at != null()).exists()

NEXT_DUE = select(func.min(due.c.due_at)).where(_free)
DEPTH = select(func.count()).select_from(select(due.c.due_at).limit(_DEPTH_MAX).subquery())
DUE = (
    select(due.c.environment_id, due.c.message_id)
    .where(due.c.due_at <= bindparam("now"), _free)
    .order_by(due.c.due_at)
    .limit(bindparam("count"))
    .with_for_update(skip_locked=True)  # where many may write at once; SQLite lets in one writer anyway
)

_unfinished = select(attempts.c.number).where(
    attempts.c.environment_id == due.c.environment_id,
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
        due.join(messages, (messages.c.environment_id == due.c.environment_id) & (messages.c.id == due.c.message_id))
    )
    .where(
        (due.c.due_at <= bindparam("now")) | (due.c.worker != null()),
        messages.c.enqueued < bindparam("before"),
        ~_unfinished.exists(),
    )
)
OVERDUE = _overdue.limit(bindparam("count"))
COUNT_OVERDUE = select(func.count()).select_from(_overdue.subquery())

_this_due = and_(due.c.environment_id == bindparam("e"), due.c.message_id == bindparam("m"))
TAKE = update(due).where(_this_due).values(worker=bindparam("holder"), due_at=bindparam("until"))
FINISH = delete(due).where(_this_due)
_again = insert(due).values(
    environment_id=bindparam("e"), message_id=bindparam("m"), due_at=bindparam("at"), worker=null()
)
AGAIN = _again.on_conflict_do_update(
    index_elements=due.primary_key.columns,
    set_={"due_at": _again.excluded.due_at, "worker": _again.excluded.worker},
)

BEGIN = insert(attempts)
CLOSE = (
    update(attempts)
    .where(
        attempts.c.environment_id == bindparam("e"),
        attempts.c.message_id == bindparam("m"),
        attempts.c.number == bindparam("n"),
    )
    .values(finished=bindparam("at"), outcome=bindparam("what"))
)
LOG = insert(data_log).on_conflict_do_nothing()
_output = insert(outputs)
KEEP_OUTPUT = _output.on_conflict_do_update(
    index_elements=outputs.primary_key.columns, set_={"content": _output.excluded.content}
)

_REPLACED = ("status", "reason", "error", "outcome_unknown", "updated")
_KEPT_WHEN_NONE = ("template_id", "template_version", "channel", "provider", "sent")
SETTLE = (
    update(messages)
    .where(messages.c.environment_id == bindparam("e"), messages.c.id == bindparam("m"))
    .values(
        {name: bindparam(f"new_{name}") for name in _REPLACED}
        | {name: func.coalesce(bindparam(f"new_{name}"), messages.c[name]) for name in _KEPT_WHEN_NONE}
    )
)


def messages_of(keys: Sequence[Key]) -> Any:
    """Select these messages."""
    return select(messages).where(_message_key.in_(keys))


def states_of(keys: Sequence[Key]) -> Any:
    """Select where these messages stand, and keep others from moving them."""
    columns = ("environment_id", "id", "status", "outcome_unknown", "reason", "enqueued")
    return select(*(messages.c[name] for name in columns)).where(_message_key.in_(keys)).with_for_update()


def attempts_of(keys: Sequence[Key]) -> Any:
    """Select the attempts of these messages, in order."""
    return select(attempts).where(_attempt_key.in_(keys)).order_by(*attempts.primary_key.columns)


def waiting_of(keys: Sequence[Key]) -> Any:
    """Count those of these messages that are in the queue."""
    return select(func.count()).select_from(due).where(_due_key.in_(keys))


def key_parameters(key: Key) -> dict[str, Any]:
    """Name a message to a statement."""
    return {"e": key[0], "m": key[1]}


def settle_parameters(settlement: Settlement) -> dict[str, Any]:
    """Name what `SETTLE` writes."""
    return {
        "e": settlement.environment_id,
        "m": settlement.message_id,
        "new_status": str(settlement.status),
        "new_reason": settlement.reason and str(settlement.reason),
        "new_error": settlement.error,
        "new_outcome_unknown": settlement.outcome_unknown,
        "new_template_id": settlement.template_id,
        "new_template_version": settlement.template_version,
        "new_channel": settlement.channel,
        "new_provider": settlement.provider,
        "new_sent": settlement.at if settlement.status is Status.SENT else None,
        "new_updated": settlement.at,
    }


def row_parameters(table: Table, rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """Name the columns of whole rows."""
    names = table.columns.keys()
    return [dict(zip(names, row, strict=True)) for row in rows]
