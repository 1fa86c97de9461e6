"""How a track, or a request to send, becomes a message."""

from collections.abc import Mapping
from typing import Any

from tidings.data_logs import Entry
from tidings.event_maps import segment_event_id
from tidings.ids import derived_id
from tidings.mapping.arrival import Arrival
from tidings.messages import Message
from tidings.recipients import recipient_of

NOT_OPTIONS = ("to", "template", "content", "data")


def message_of_track(
    arrival: Arrival, template_id: str, data: dict[str, Any], *, chain: tuple[str, ...] = ()
) -> tuple[Message, list[Entry]]:
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
        chain=chain,
        updated=record.received_at,
    )
    begun = {"event": event_id, "recipient": recipient, "data": data}
    mapped = {"event_id": event_id, "notification_id": template_id}
    return message, [_entry(message, 0, "ENQUEUED", begun), _entry(message, 1, "MAPPED", mapped)]


def message_of_send(arrival: Arrival, body: dict[str, Any]) -> tuple[Message, list[Entry]]:
    """Make the message that a `/send` to one asked for. Its body, `message` of the request, was checked at the door."""
    record = arrival.record
    recipient = recipient_of(body.get("to") or {})
    message = Message(
        environment_id=arrival.environment_id,
        id=record.message_id,
        user_key=record.user_key,
        recipient=recipient.shown,
        enqueued=record.received_at,
        event=body.get("template") or "",
        request_id=record.message_id,
        to=recipient.to,
        data={**(body.get("data") or {}), **recipient.data},  # the recipient's own data wins
        content=body.get("content"),
        options={key: value for key, value in body.items() if key not in NOT_OPTIONS},
        updated=record.received_at,
    )
    return message, [enqueued(message)]


def enqueued(message: Message) -> Entry:
    """Write the first line of a sent message's history."""
    fields = {"event": message.event, "recipient": message.recipient, "data": message.data, "profile": message.to}
    return _entry(message, 0, "ENQUEUED", fields)


def _entry(message: Message, ordinal: int, kind: str, fields: Mapping[str, Any]) -> Entry:
    return Entry(
        environment_id=message.environment_id,
        message_id=message.id,
        ordinal=ordinal,
        type=kind,
        ts=message.enqueued,
        fields=dict(fields),
    )
