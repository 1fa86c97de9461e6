"""The log of every call that came in, and what became of it."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, FromQuery, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.messages import moment
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, each, listing
from tidings.errors import InvalidInput
from tidings.event_maps import segment_event_id
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ports import EventFilter


class EventSummary(msgspec.Struct):
    """A call in the log. `event` is the id that an event map maps, for tracks alone."""

    id: str
    status: str
    type: str
    name: str | None
    event: str | None
    user_id: str | None
    anonymous_id: str | None
    message_id: str
    source_id: int
    received_at: int
    timestamp: int
    reason: str
    detail: str
    warnings: tuple[str, ...]


class EventRecord(EventSummary):
    """A call with its payload, and the profile of its user as it stands now."""

    call: Any = None
    profile: dict[str, Any] | None = None


class InboundEventController(Controller):
    """What came in, newest first."""

    path = "/inbound-events"
    tags = ("Inbound events",)

    @get(summary="List inbound events")
    async def page(
        self,
        *,
        grant: Grant,
        services: Injected,
        cursor: Cursor = None,
        limit: Limit = LIMIT,
        status: FromQuery[list[str] | None] = None,
        kind: Annotated[str | None, QueryParameter(name="type")] = None,
        name: FromQuery[str | None] = None,
        user_id: Annotated[str | None, QueryParameter(description="A user id or an anonymous id.")] = None,
        source_id: FromQuery[int | None] = None,
        received_after: Annotated[str | None, QueryParameter(description="Epoch ms, or ISO-8601.")] = None,
        received_before: Annotated[str | None, QueryParameter(description="As `received_after`.")] = None,
    ) -> Listing[EventSummary]:
        """List every accepted call and what became of it.

        What no index holds is looked for in so many rows and no more: a page may hold less than `limit` and have a
        cursor all the same.
        """
        where = EventFilter(
            statuses=tuple(_status(word) for word in each(status)),
            type=kind,
            name=name,
            user_id=user_id,
            source_id=source_id,
            received_after=moment(received_after, path="received_after"),
            received_before=moment(received_before, path="received_before"),
        )
        return listing(await services.events.page(grant.environment_id, where, limit=limit, cursor=cursor), summary)

    @get("/{event_id:str}", summary="Read an inbound event")
    async def retrieve(self, event_id: FromPath[str], grant: Grant, services: Injected) -> EventRecord:
        """Answer the call as it came, with the profile of its user."""
        event = await services.events.get(grant.environment_id, event_id)
        key = (grant.environment_id, event.user_key)
        profile = (await services.profiles.get([key])).get(key) if event.user_key else None
        return EventRecord(
            **msgspec.structs.asdict(summary(event)),
            call=msgspec.Raw(event.body),
            profile=profile.data if profile else None,
        )


def summary(event: InboundEvent) -> EventSummary:
    """Put a call into a listing."""
    kind, identity = event.user_key[:2], event.user_key[2:]
    return EventSummary(
        id=event.id,
        status=event.status.value,
        type=event.type,
        name=event.name,
        event=segment_event_id(event.name or "") if event.type == "track" else None,
        user_id=identity if kind == "u:" else None,
        anonymous_id=identity if kind == "a:" else None,
        message_id=event.message_id,
        source_id=event.source_id,
        received_at=event.received_at,
        timestamp=event.timestamp,
        reason=event.reason,
        detail=event.detail,
        warnings=event.warnings,
    )


def _status(word: str) -> EventStatus:
    try:
        return EventStatus(word.upper())
    except ValueError:
        raise InvalidInput(f"is one of {', '.join(EventStatus)}", path="status") from None
