"""How nouns lie in rows: one pair of functions for each, in the order of the table's columns."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from isal import isal_zlib

from tidings.data_logs import Entry
from tidings.effects import Effects
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.messages import Attempt, Message, Outcome, Reason, Status, tags_of, tenant_of

Row = Sequence[Any]  # SQLAlchemy's rows and the driver's tuples alike

_encode = msgspec.json.Encoder().encode
_outcome = msgspec.json.Decoder(Outcome)
_CONTENT_BYTES_MAX = 64 * 1024 * 1024  # what unpacks to more was not packed by us


class _Payload(msgspec.Struct, frozen=True, omit_defaults=True):
    """What of a message is only ever read whole."""

    to: dict[str, Any]
    data: dict[str, Any]
    content: dict[str, Any] | None
    options: dict[str, Any]
    shared: bool = False
    chain: tuple[str, ...] = ()


_payload = msgspec.json.Decoder(_Payload)


_NOBODY = "r:"


def owner_of(message: Message) -> str:
    """Tell whose rows a message's are: the user's; without one the recipient's own, so that rows spread."""
    return message.user_key or _NOBODY + (message.recipient or message.id)


def message_row(message: Message, *, tenant_id: str = "") -> tuple[Any, ...]:
    """Lay a message out as the columns of `messages`. `tenant_id` is what it shares with others of its request."""
    payload = _Payload(message.to, message.data, message.content, message.options, message.shared, message.chain)
    return (
        message.environment_id,
        message.id,
        owner_of(message),
        message.recipient,
        message.enqueued,
        str(message.status),
        message.reason and str(message.reason),
        message.error,
        message.outcome_unknown,
        message.event,
        message.template_id,
        message.template_version,
        message.request_id,
        _encode(payload),
        message.channel,
        message.provider,
        message.sent,
        message.delivered,
        message.opened,
        message.clicked,
        message.updated,
        list_of(message),
        (tenant_of(message) if message.to or message.options else "") or tenant_id or None,
    )


def tag_rows(messages: Iterable[Message], tags: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """Lay out by which tags messages are to be found. `tags` are what they share with others of their request."""
    return [
        (message.environment_id, message.id, tag, message.enqueued)
        for message in messages
        for tag in ((tags_of(message.options) if message.options else ()) or tags)
    ]


def list_of(message: Message) -> str | None:
    """Tell to which list it went; None for none."""
    list_id = message.to.get("list_id")
    return list_id if isinstance(list_id, str) else None


def message_of(row: Row) -> Message:
    """Read a message back."""
    payload = _payload.decode(row[13])
    return Message(
        environment_id=row[0],
        id=row[1],
        user_key="" if row[2].startswith(_NOBODY) else row[2],
        recipient=row[3],
        enqueued=row[4],
        status=Status(row[5]),
        reason=Reason(row[6]) if row[6] else None,
        error=row[7],
        outcome_unknown=bool(row[8]),
        event=row[9],
        template_id=row[10],
        template_version=row[11],
        request_id=row[12],
        to=payload.to,
        data=payload.data,
        content=payload.content,
        options=payload.options,
        shared=payload.shared,
        chain=payload.chain,
        channel=row[14],
        provider=row[15],
        sent=row[16],
        delivered=row[17],
        opened=row[18],
        clicked=row[19],
        updated=row[20],
    )


def event_row(event: InboundEvent) -> tuple[Any, ...]:
    """Lay an inbound event out as the columns of `inbound_events`."""
    return (
        event.environment_id,
        event.user_key,
        event.received_at,
        event.position,
        event.source_id,
        event.type,
        event.name,
        event.message_id,
        event.timestamp,
        event.status,
        event.reason,
        event.detail,
        ",".join(event.warnings),
        event.body,
    )


def event_of(row: Row) -> InboundEvent:
    """Read an inbound event back."""
    return InboundEvent(
        environment_id=row[0],
        user_key=row[1],
        received_at=row[2],
        position=row[3],
        source_id=row[4],
        type=row[5],
        name=row[6],
        message_id=row[7],
        timestamp=row[8],
        status=EventStatus(row[9]),
        reason=row[10],
        detail=row[11],
        warnings=tuple(row[12].split(",")) if row[12] else (),
        body=row[13],
    )


def entry_row(entry: Entry, owner: str) -> tuple[Any, ...]:
    """Lay a line of a message's history out as the columns of `data_log`."""
    return (
        entry.environment_id,
        owner,
        entry.message_id,
        entry.ordinal,
        str(entry.type),
        entry.ts,
        _encode(entry.fields),
    )


def entry_rows(effects: Effects) -> list[tuple[Any, ...]]:
    """Lay the lines of new messages out, each beside its message."""
    owners = {(message.environment_id, message.id): owner_of(message) for message in effects.messages}
    return [
        entry_row(entry, owners.get((entry.environment_id, entry.message_id)) or _NOBODY + entry.message_id)
        for entry in effects.entries
    ]


def entry_of(row: Row) -> Entry:
    """Read a line of a history back."""
    return Entry(
        environment_id=row[0],
        message_id=row[2],
        ordinal=row[3],
        type=row[4],
        ts=row[5],
        fields=msgspec.json.decode(row[6], type=dict[str, Any]),
    )


def attempt_row(attempt: Attempt, owner: str) -> tuple[Any, ...]:
    """Lay an attempt out as the columns of `attempts`."""
    return (
        attempt.environment_id,
        owner,
        attempt.message_id,
        attempt.number,
        attempt.channel,
        attempt.provider,
        attempt.started,
        attempt.finished,
        outcome_bytes(attempt.outcome),
        attempt.way,
    )


def attempt_of(row: Row) -> Attempt:
    """Read an attempt back."""
    return Attempt(
        environment_id=row[0],
        message_id=row[2],
        number=row[3],
        channel=row[4],
        provider=row[5],
        started=row[6],
        finished=row[7],
        outcome=outcome_of(row[8]),
        way=row[9],
    )


def outcome_bytes(outcome: Outcome | None) -> bytes | None:
    """Write an outcome as JSON, tagged with its kind."""
    return None if outcome is None else _encode(outcome)


def outcome_of(data: bytes | None) -> Outcome | None:
    """Read an outcome back."""
    return None if data is None else _outcome.decode(data)


def pack(content: dict[str, Any]) -> bytes:
    """Pack rendered content: HTML shrinks to a fifth, and is seldom read again."""
    return isal_zlib.compress(_encode(content), level=1)  # a fifth of the time of zlib's own; zlib reads it


def unpack(packed: bytes) -> dict[str, Any]:
    """Unpack rendered content."""
    data = zlib.decompressobj().decompress(packed, _CONTENT_BYTES_MAX)
    return msgspec.json.decode(data, type=dict[str, Any])
