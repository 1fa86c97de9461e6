"""Tracks that found no template, told as messages: who asks what was sent also asks what was not, and why."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from tidings.backends.sql.event_log import PLACE
from tidings.backends.sql.listing import Found, Reach, Search, Where, begins, run, unindexed, words
from tidings.backends.sql.tables import inbound_events as events
from tidings.data_logs import Entry
from tidings.event_maps import SEGMENT_TRACK_PREFIX, segment_event_id
from tidings.ids import parse_derived_id
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.messages import Message, Reason, Status
from tidings.ports import MessageFilter
from tidings.records import user_key

_POSITION_MAX = (1 << 63) - 1
_WORDS_MAX = 20  # users whose ids begin alike; among more, the newest calls are looked through


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


async def unmapped_among(connection: AsyncConnection, environment_id: int, where: MessageFilter, reach: Reach) -> Found:
    """Find the unmapped tracks that a filter of messages means; `reach` begins behind a message."""
    search = await _search(connection, environment_id, where) if _means_any(where) else None
    if search is None:
        return Found((), None)
    before = reach.before and (reach.before[0], position_bound(*reach.before))
    return await run(connection, search, PLACE, environment_id, msgspec.structs.replace(reach, before=before))


def _means_any(where: MessageFilter) -> bool:
    """Tell whether a track that was never sent can be meant."""
    of_what_is_sent = (where.archived, where.template_id, where.provider, where.channels, where.list_id)
    if any(of_what_is_sent) or where.tags or where.tenant_id is not None:
        return False
    if where.statuses and Status.UNMAPPED not in where.statuses:
        return False
    return not where.reasons or Reason.UNPUBLISHED in where.reasons


async def _search(connection: AsyncConnection, environment_id: int, where: MessageFilter) -> Search | None:
    name = where.event and where.event.removeprefix(SEGMENT_TRACK_PREFIX)
    if where.event is not None and where.event == name:
        return None  # another kind of event
    filters = [unindexed(events.c.name) == name] if name is not None else []
    if where.reasons:
        filters.append(unindexed(events.c.reason) == Reason.UNPUBLISHED)
    unmapped = [unindexed(events.c.type) == "track", unindexed(events.c.status) == EventStatus.UNMAPPED]
    here: Where = {events.c.environment_id: [environment_id]}
    ids = {each for each in (where.message_id, where.request_id) if each is not None}
    if ids:
        return _of_id(here, ids, [*filters, *unmapped, *_user_is(where), *_begins(where)])
    if where.recipient is not None:
        filters = [*filters, *unmapped, *_begins(where)]
        return _listed(where, [{**here, events.c.user_key: _keys(where.recipient)}], filters)
    if where.begins is not None:
        branches = await _begins_branches(connection, environment_id, where.begins)
        if branches is not None:
            return _listed(where, branches, [*filters, *unmapped])
    if name is not None:
        equal = {**here, events.c.name: [name], events.c.status: [EventStatus.UNMAPPED]}
        return _listed(where, [equal], [*filters[1:], *unmapped[:1], *_begins(where)])
    equal = {**here, events.c.status: [EventStatus.UNMAPPED], events.c.type: ["track"]}
    return _listed(where, [equal], [*filters, *_begins(where)])


def _listed(where: MessageFilter, branches: Sequence[Where], filters: Sequence[ColumnElement[bool]]) -> Search:
    within = []
    if where.enqueued_after is not None:
        within.append(events.c.received_at > where.enqueued_after)
    if where.enqueued_before is not None:
        within.append(events.c.received_at < where.enqueued_before)
    return Search(place=PLACE, branches=branches, within=within, filters=filters)


def _of_id(here: Where, ids: set[str], filters: Sequence[ColumnElement[bool]]) -> Search | None:
    place = parse_derived_id(ids.pop())
    if place is None or ids:
        return None
    equal = {**here, events.c.received_at: [place[0]], events.c.position: [place[1]]}
    return Search(place=PLACE, branches=[equal], filters=filters)


async def _begins_branches(connection: AsyncConnection, environment_id: int, prefix: str) -> list[Where] | None:
    """List the users whose ids begin so, and the call whose id it is; None when there are too many users."""
    env = {events.c.environment_id: environment_id}
    users: list[str] = []
    for key in _keys(prefix):
        users += await connection.scalars(words(events.c.user_key, env, prefix=key, count_max=_WORDS_MAX + 1))
    if len(users) > _WORDS_MAX:
        return None
    here: Where = {events.c.environment_id: [environment_id]}
    branches: list[Where] = [{**here, events.c.user_key: users}] if users else []
    if (place := parse_derived_id(prefix)) is not None:
        branches.append({**here, events.c.received_at: [place[0]], events.c.position: [place[1]]})
    return branches


def _keys(user_id: str) -> list[str]:
    return [user_key(user_id, None), user_key(None, user_id)]


def _user_is(where: MessageFilter) -> list[ColumnElement[bool]]:
    return [] if where.recipient is None else [unindexed(events.c.user_key).in_(_keys(where.recipient))]


def _begins(where: MessageFilter) -> list[ColumnElement[bool]]:
    return [] if where.begins is None else [or_(*(begins(events.c.user_key, key) for key in _keys(where.begins)))]


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
