"""How a track, or a request to send, becomes a message."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.data_logs import Entry
from tidings.event_maps import segment_event_id
from tidings.ids import derived_id
from tidings.mapping.arrival import Arrival
from tidings.messages import Message

_NOT_OPTIONS = ("to", "template", "content", "data")


def message_of_track(arrival: Arrival, template_id: str, data: dict[str, Any]) -> tuple[Message, list[Entry]]:
    """Make the message of a mapped track. All properties are its `data`, types kept (segment.md §6 R25).

    Its id is its event's: derived from the call's place in the stream.
    """
    record = arrival.record
    event_id = segment_event_id(record.name or "")
    message_id = derived_id(record.received_at, arrival.position)
    recipient = record.user_id if record.user_id is not None else record.anonymous_id or ""
    message = Message(
        environment_id=arrival.environment_id,
        id=message_id,
        user_key=record.user_key,
        recipient=recipient,
        enqueued=record.received_at,
        event=event_id,
        template_id=template_id,
        request_id=message_id,
        to={},
        data=data,
        updated=record.received_at,
    )
    enqueued = {"event": event_id, "recipient": recipient, "data": data}
    mapped = {"event_id": event_id, "notification_id": template_id}
    return message, [_entry(message, 0, "ENQUEUED", enqueued), _entry(message, 1, "MAPPED", mapped)]


def message_of_send(arrival: Arrival) -> tuple[Message, list[Entry]]:
    """Make the message that a `/send` asked for. Its body was checked at the door: it is `message` of the request."""
    record = arrival.record
    body = msgspec.json.decode(record.body)
    to = dict(body.get("to") or {})
    data = {**(body.get("data") or {}), **(to.pop("data", None) or {})}  # the recipient's own data wins
    recipient = record.user_id or to.get("email") or ""
    message = Message(
        environment_id=arrival.environment_id,
        id=record.message_id,
        user_key=record.user_key,
        recipient=recipient,
        enqueued=record.received_at,
        event=body.get("template") or "",
        request_id=record.message_id,
        to=to,
        data=data,
        content=body.get("content"),
        options={key: value for key, value in body.items() if key not in _NOT_OPTIONS},
        updated=record.received_at,
    )
    enqueued = {"event": message.event, "recipient": recipient, "data": data, "profile": to}
    return message, [_entry(message, 0, "ENQUEUED", enqueued)]


def _entry(message: Message, ordinal: int, kind: str, fields: Mapping[str, Any]) -> Entry:
    return Entry(
        environment_id=message.environment_id,
        message_id=message.id,
        ordinal=ordinal,
        type=kind,
        ts=message.enqueued,
        fields=dict(fields),
    )
