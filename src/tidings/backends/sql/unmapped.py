"""Tracks that found no template, told as messages: who asks what was sent also asks what was not, and why."""

from typing import Any
from urllib.parse import quote

import msgspec
from sqlalchemy import ColumnElement

from tidings.backends.sql.event_log import PLACE
from tidings.backends.sql.listing import Selection, search, unindexed
from tidings.backends.sql.tables import inbound_events as events
from tidings.data_logs import Entry
from tidings.event_maps import SEGMENT_TRACK_PREFIX, segment_event_id
from tidings.ids import parse_derived_id
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.messages import Message, Reason, Status
from tidings.ports import MessageFilter
from tidings.records import user_key

_POSITION_MAX = (1 << 63) - 1


class _Body(msgspec.Struct, frozen=True):
    properties: Any = None


_body = msgspec.json.Decoder(_Body)


def is_unmapped(event: InboundEvent) -> bool:
    """Tell whether this event is shown as a message."""
    return event.status is EventStatus.UNMAPPED and event.type == "track"


def message_of_unmapped(event: InboundEvent) -> Message:
    """Tell the event as a message. Its id is the one that its message would have had."""
    event_id = segment_event_id(event.name or "")
    properties = _body.decode(event.body).properties
    unpublished = event.reason == Reason.UNPUBLISHED
    advice = "publish it" if unpublished else f"map it with PUT /events/{quote(event_id, safe=':')}"
    return Message(
        environment_id=event.environment_id,
        id=event.id,
        user_key=event.user_key,
        recipient=event.user_key[2:],
        enqueued=event.received_at,
        status=Status.UNMAPPED,
        reason=Reason.UNPUBLISHED if unpublished else None,
        error=f"Event {event_id} is not mapped to a published template: {event.detail and event.detail + ', '}{advice}",
        event=event_id,
        request_id=event.id,
        to={},
        data=properties if isinstance(properties, dict) else {},
        updated=event.received_at,
    )


def history_of_unmapped(event: InboundEvent) -> list[Entry]:
    """Tell the event's history as a message's."""
    message = message_of_unmapped(event)
    enqueued: dict[str, Any] = {"event": message.event, "recipient": message.recipient, "data": message.data}
    unmapped: dict[str, Any] = {"event_id": message.event, "reason": message.reason, "error_message": message.error}
    return [
        Entry(
            environment_id=event.environment_id,
            message_id=event.id,
            ordinal=ordinal,
            type=kind,
            ts=event.received_at,
            fields=fields,
        )
        for ordinal, (kind, fields) in enumerate((("ENQUEUED", enqueued), ("UNMAPPED", unmapped)))
    ]


def unmapped_search(
    environment_id: int, where: MessageFilter, *, before: tuple[Any, ...] | None, limit: int
) -> Selection | None:
    """Search the unmapped tracks that a filter of messages means; None when it can mean none."""
    if (
        where.archived
        or where.template_id is not None
        or where.provider
        or where.list_id is not None
        or (where.statuses and Status.UNMAPPED not in where.statuses)
    ):
        return None
    found = _equal(where)
    if found is None:
        return None
    equal, filters = found
    if where.reasons:
        if Reason.UNPUBLISHED not in where.reasons:
            return None
        filters.append(unindexed(events.c.reason) == Reason.UNPUBLISHED)
    if where.enqueued_after is not None:
        filters.append(events.c.received_at > where.enqueued_after)
    place = before and (before[0], position_bound(*before))
    return search(
        PLACE, equal={events.c.environment_id: [environment_id], **equal}, filters=filters, before=place, limit=limit
    )


def _equal(where: MessageFilter) -> tuple[dict[Any, Any], list[ColumnElement[bool]]] | None:
    name = where.event and where.event.removeprefix(SEGMENT_TRACK_PREFIX)
    if where.event is not None and where.event == name:
        return None  # another kind of event
    filters = [unindexed(events.c.type) == "track", unindexed(events.c.status) == EventStatus.UNMAPPED]
    ids = {each for each in (where.message_id, where.request_id) if each is not None}
    if ids:
        place = parse_derived_id(ids.pop())
        if place is None or ids:
            return None
        return {events.c.received_at: [place[0]], events.c.position: [place[1]]}, [*filters, *_rest(where, name)]
    if where.recipient is not None:
        users = [user_key(where.recipient, None), user_key(None, where.recipient)]
        return {events.c.user_key: users}, [*filters, *_name_is(name)]
    if name is not None:
        return {events.c.name: [name], events.c.status: [EventStatus.UNMAPPED]}, filters[:1]
    return {events.c.status: [EventStatus.UNMAPPED], events.c.type: ["track"]}, []


def _rest(where: MessageFilter, name: str | None) -> list[ColumnElement[bool]]:
    if where.recipient is None:
        return _name_is(name)
    users = [user_key(where.recipient, None), user_key(None, where.recipient)]
    return [unindexed(events.c.user_key).in_(users), *_name_is(name)]


def _name_is(name: str | None) -> list[ColumnElement[bool]]:
    return [unindexed(events.c.name) == name] if name is not None else []


def position_bound(received_at: int, message_id: str) -> int:
    """Find the position below which events of that time have ids that sort before this message's."""
    head = f"1-{received_at // 1000:08x}-"
    if not message_id.startswith(head):
        return _POSITION_MAX if message_id > head else 0
    try:
        tail = int(message_id.removeprefix(head), 16)
    except ValueError:
        return 0
    return min(max(tail - ((received_at % 1000) << 63), 0), _POSITION_MAX)
