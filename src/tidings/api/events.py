"""Event maps: which template an event sends (courier-api.md §11)."""

from typing import Literal

import msgspec
from litestar import Controller, delete, get, put
from litestar.params import FromPath, JSONBody

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.api.profiles import Success
from tidings.event_maps import EventMap


class EventBody(msgspec.Struct):
    """The template that an event is to send."""

    id: str
    type: Literal["notification"] = "notification"


class EventAnswer(msgspec.Struct):
    """An event and the template it sends."""

    event: str
    id: str
    type: Literal["notification"] = "notification"


class EventController(Controller):
    """A track event's id is `Segment-TrackEvent:` and its exact name, percent-encoded in the path."""

    path = "/events"
    tags = ("Events",)

    @get(summary="List event maps")
    async def all(self, grant: Grant, services: Injected) -> Listing[EventAnswer]:
        """List all of them."""
        return whole(await services.event_maps.all(grant.environment_id), _answer)

    @get("/{event_id:str}", summary="Read an event map")
    async def retrieve(self, event_id: FromPath[str], grant: Grant, services: Injected) -> EventAnswer:
        """Answer 404 for an unmapped event."""
        return _answer(await services.event_maps.get(grant.environment_id, event_id))

    @put("/{event_id:str}", summary="Map an event to a template")
    async def replace(
        self, event_id: FromPath[str], data: JSONBody[EventBody], grant: Grant, services: Injected
    ) -> Success:
        """Map it, anew or again. What came before stays unsent; what comes from now on is sent."""
        await services.event_maps.put(grant.environment_id, EventMap(event_id, data.id))
        services.wakeup.wake("config")
        return Success()

    @delete("/{event_id:str}", summary="Unmap an event")
    async def delete(self, event_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """Let it send nothing any more."""
        await services.event_maps.delete(grant.environment_id, event_id)
        services.wakeup.wake("config")


def _answer(event_map: EventMap) -> EventAnswer:
    return EventAnswer(event=event_map.event_id, id=event_map.template_id)
