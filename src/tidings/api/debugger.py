"""The debugger: a source's calls as they come, raw and normalised side by side."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
import structlog
from litestar import Controller, get
from litestar.params import FromPath, HeaderParameter, QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.services import Services
from tidings.api.tail import Place, Tail, cursor_of, newest
from tidings.clock import iso
from tidings.errors import InvalidInput, Unavailable
from tidings.inbound_events import EventStatus, InboundEvent

_PAGES_MAX = 10
_PAGE = 200
_LIMIT = 50
_RECENT_MS = 3_600_000  # what is older is history, and in the log
_LOOK_S = 0.25
_HEARTBEAT_S = 15.0  # proxies close what is silent, some after 30 s
_FOLLOW_S_MAX = 3600.0
_BEHIND_MS_MAX = 30_000  # who is further behind sees the present rather than everything

log = structlog.get_logger()

After = Annotated[
    str | None, QueryParameter(max_length=64, description="`cursor` of the answer before; without one: the newest.")
]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many to return at most.")]


LastEventId = Annotated[
    str | None,
    HeaderParameter(name="Last-Event-ID", max_length=64, description="The last `id` received; beats `cursor`."),
]
Last = Annotated[int, QueryParameter(ge=0, le=200, description="Without a cursor: so many of the last hour first.")]


class SeenCall(msgspec.Struct):
    """A call, as it came and as it was understood."""

    id: str
    received_at: int
    type: str
    name: str | None
    status: str
    discarded: bool
    reason: str
    detail: str
    warnings: tuple[str, ...]
    raw: msgspec.Raw
    normalised: dict[str, Any] | None
    """None for what was discarded."""


class Some(msgspec.Struct):
    """Some calls, oldest first, and where the next ones begin."""

    cursor: str
    """Hand it back to see what came since; the same again when nothing did."""
    results: list[SeenCall]


class DebuggerController(Controller):
    """A live tail, for looking: it shows calls once the inbound step has had them."""

    path = "/sources"
    tags = ("Sources",)

    @get("/{source_id:int}/debugger", summary="Follow a source's calls")
    async def tail(
        self, source_id: FromPath[int], grant: Grant, services: Injected, cursor: After = None, limit: Limit = _LIMIT
    ) -> Some:
        """Answer the calls that came after the cursor, with what became of each and why; poll for more."""
        await services.sources.get(grant.environment_id, source_id)
        if not cursor:
            since = services.clock.now_ms() - _RECENT_MS
            recent, at = await newest(
                services.events, grant.environment_id, limit=limit, since=since, source_id=source_id
            )
            return Some(cursor=cursor_of(at), results=[_seen(event) for event in recent])
        at = _place(cursor)
        found: list[InboundEvent] = []
        for _ in range(_PAGES_MAX):
            page = await services.events.after(grant.environment_id, *at, limit=_PAGE)
            mine = [event for event in page if event.source_id == source_id]
            found += mine
            if page:
                at = (page[-1].received_at, page[-1].position)
            if len(page) < _PAGE or len(found) >= limit:
                break
        if len(found) > limit:
            found = found[:limit]
            at = (found[-1].received_at, found[-1].position)
        return Some(cursor=cursor_of(at), results=[_seen(event) for event in found])

    @get(
        "/{source_id:int}/debugger/stream",
        summary="Follow a source's calls as server-sent events",
        media_type="text/event-stream",
    )
    async def stream(
        self,
        source_id: FromPath[int],
        grant: Grant,
        services: Injected,
        *,
        cursor: After = None,
        last_event_id: LastEventId = None,
        last: Last = 10,
    ) -> ServerSentEvent:
        """Send each call as an event `call` as soon as the inbound step has had it, like a result of the debugger.

        `id` is the place to go on from. An event `skipped` says that more came than could be shown. The stream ends
        after an hour, and when the server stops; clients then come back with `Last-Event-ID`.
        """
        await services.sources.get(grant.environment_id, source_id)
        services.following.check()
        mark = last_event_id or cursor
        past: list[InboundEvent] = []
        if mark:
            start = _place(mark)
        else:
            since = services.clock.now_ms() - _RECENT_MS
            past, start = await newest(
                services.events, grant.environment_id, limit=last, since=since, source_id=source_id
            )
        tail = Tail(log=services.events, environment_id=grant.environment_id, start=start, source_id=source_id)
        return ServerSentEvent(follow(services, tail, past), headers={"X-Accel-Buffering": "no"})


async def follow(services: Services, tail: Tail, past: list[InboundEvent]) -> AsyncIterator[ServerSentEventMessage]:
    """Write what is read as server-sent events, until it is time to end."""
    clock = asyncio.get_running_loop()
    ends_at = clock.time() + _FOLLOW_S_MAX
    with services.following.one():
        yield ServerSentEventMessage(comment="following", retry=1000, data=None)
        for event in past:
            yield _message(event, (event.received_at, event.position))
        spoke_at = clock.time()
        while clock.time() < ends_at:
            reached = tail.place
            try:
                found = await tail.look()
            except Unavailable as error:
                log.warning("debugger.storage_away", error=str(error))
                found = []
            for event in found:
                reached = max(reached, (event.received_at, event.position))
                yield _message(event, reached)
            now = services.clock.now_ms()
            if tail.is_behind and tail.place[0] < now - _BEHIND_MS_MAX:
                skipped = {"from": tail.place[0], "to": now}
                tail.skip_to(now)
                yield ServerSentEventMessage(
                    event="skipped", id=cursor_of(tail.place), data=msgspec.json.encode(skipped)
                )
            if found:
                spoke_at = clock.time()
            elif clock.time() - spoke_at >= _HEARTBEAT_S:
                spoke_at = clock.time()
                yield ServerSentEventMessage(comment="still here", data=None)
            if await services.following.rest(0 if tail.is_behind else _LOOK_S):
                return


def _message(event: InboundEvent, reached: Place) -> ServerSentEventMessage:
    """Show a call; whoever comes back with its id misses nothing that was to follow."""
    return ServerSentEventMessage(event="call", id=cursor_of(reached), data=msgspec.json.encode(_seen(event)))


def _place(cursor: str) -> Place:
    place = ids.parse_derived_id(cursor)
    if place is None:
        raise InvalidInput("is no cursor of this list", path="cursor")
    return place


def _seen(event: InboundEvent) -> SeenCall:
    is_discarded = event.status is EventStatus.DISCARDED
    return SeenCall(
        id=event.id,
        received_at=event.received_at,
        type=event.type,
        name=event.name,
        status=event.status.value,
        discarded=is_discarded,
        reason=event.reason,
        detail=event.detail,
        warnings=event.warnings,
        raw=msgspec.Raw(event.body),
        normalised=None if is_discarded else _normalised(event),
    )


def _normalised(event: InboundEvent) -> dict[str, Any] | None:
    try:
        call = msgspec.json.decode(event.body)
    except msgspec.DecodeError:  # numbers beyond what fits: the raw form shows them
        return None
    if not isinstance(call, dict):
        return None
    kind, identity = event.user_key[:2], event.user_key[2:]
    call |= {"type": event.type, "messageId": event.message_id}
    call |= {"userId": identity} if kind == "u:" else {"anonymousId": identity} if kind == "a:" else {}
    return call | {"timestamp": iso(event.timestamp), "receivedAt": iso(event.received_at)}
