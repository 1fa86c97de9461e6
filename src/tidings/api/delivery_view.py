"""What came of the calls that a destination was to get."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Limit
from tidings.destinations import BUILT_IN, Destination
from tidings.effects import StatusNews
from tidings.errors import InvalidInput
from tidings.forwarding import call_id_of, deferred_again, outlet_of
from tidings.forwarding.summary import Summary, summarised
from tidings.forwarding.tallying import HOUR_MS
from tidings.ports import MessageStore

_HOURS = 24
_FAILURES = 50
IDS_MAX = 100
"""Messages in one request."""
FOR_EVER = 2**62
"""A time by which everything is due."""

Hours = Annotated[int, QueryParameter(ge=1, le=14 * 24, description="How far back to look.")]
Event = Annotated[
    str | None, QueryParameter(max_length=1000, description="Only this event; `identify` and so on are the others.")
]


class FailureAnswer(msgspec.Struct):
    """A call that the destination will never get."""

    at: int
    event: str
    message_id: str
    """The call's own."""
    reason: str
    detail: str
    tries: int


class DeliveryAnswer(Summary, frozen=True, kw_only=True):
    """The delivery view of one destination."""

    since: int
    waiting: int
    """Calls that are to be tried again, or wait behind one."""
    failures: list[FailureAnswer]
    """The newest."""


class WaitingAnswer(msgspec.Struct):
    """A call that is to be tried, or tried again. Times are epoch milliseconds."""

    event: str
    message_id: str
    """The call's own; of an event about a message, the message's and the status."""
    due_at: int
    tries: int
    error: str
    """What the last try came to."""


class Deliveries(msgspec.Struct):
    """What is not delivered yet: the next to be tried first."""

    results: list[WaitingAnswer]


class RedeliverBody(msgspec.Struct):
    """What to deliver again; nothing given is all the failures that are kept."""

    message_ids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=IDS_MAX)] | None = None
    """Messages whose status is to be told again, as it is now; for destinations that are told of messages."""


class Redelivered(msgspec.Struct):
    """How many calls were put into the queue."""

    queued: int


class DeliveryController(Controller):
    """How well an outside destination takes its calls."""

    path = "/destinations"
    tags = ("Destinations",)

    @get("/{destination_id:str}/delivery", summary="See what came of a destination's calls")
    async def delivery(
        self,
        destination_id: FromPath[str],
        grant: Grant,
        services: Injected,
        hours: Hours = _HOURS,
        event: Event = None,
    ) -> DeliveryAnswer:
        """Count what was received, filtered (by which rule), delivered, retried, failed and skipped.

        By event and by hour, with the time deliveries took and the newest failures. The built-in destination's calls
        are in the log of inbound events, one by one. `waiting` counts all events, whichever was asked for.
        """
        destination = await services.destinations.get(grant.environment_id, destination_id)
        if destination.id == BUILT_IN:
            raise InvalidInput("see GET /inbound-events for the built-in destination", path="destination_id")
        since = services.clock.now_ms() // HOUR_MS - hours + 1
        key = (grant.environment_id, destination_id)
        tallies = await services.deliveries.tallies(*key, since_hour=since, name=event)
        summary = summarised(tallies, titles={each.id: each.title for each in destination.filters})
        newest = await services.deliveries.failures(*key, limit=_FAILURES, name=event)
        return DeliveryAnswer(
            **{name: getattr(summary, name) for name in Summary.__struct_fields__},
            since=since * HOUR_MS,
            waiting=await services.deliveries.depth(*key),
            failures=[
                FailureAnswer(each.at, each.name, each.call_id, each.reason, each.detail, each.tries) for each in newest
            ],
        )

    @get("/{destination_id:str}/deliveries", summary="List what waits for a destination")
    async def waiting(
        self, destination_id: FromPath[str], grant: Grant, services: Injected, limit: Limit = LIMIT
    ) -> Deliveries:
        """What is to be tried, or tried again, the next first. What failed for good is in the delivery view."""
        key = (grant.environment_id, (await _outside(services, grant, destination_id)).id)
        due = await services.deliveries.due(*key, now=FOR_EVER, limit=limit, in_order=False)
        return Deliveries([WaitingAnswer(it.name, call_id_of(it.body), it.due_at, it.tries, it.error) for it in due])

    @post("/{destination_id:str}/redeliver", status_code=202, summary="Deliver again")
    async def redeliver(
        self, destination_id: FromPath[str], data: JSONBody[RedeliverBody], grant: Grant, services: Injected
    ) -> Redelivered:
        """Put failures into the queue again, or what messages have become. Who gets one twice can tell by its id."""
        destination, now = await _outside(services, grant, destination_id), services.clock.now_ms()
        if data.message_ids is None:
            return Redelivered(await services.deliveries.again(grant.environment_id, destination.id, now=now))
        outlet = outlet_of(destination)
        news = [await news_of(services.messages, grant.environment_id, each) for each in data.message_ids]
        again = [deferred_again(outlet, each, now=now) for each in news]
        key = (grant.environment_id, destination.id)
        await services.deliveries.settle(*key, done=(), again=again, tallies=(), failures=())
        return Redelivered(len(again))


async def _outside(services: Injected, grant: Grant, destination_id: str) -> Destination:
    if destination_id == BUILT_IN:
        raise InvalidInput("the Courier destination delivers nothing to the outside; its log is /inbound-events")
    return await services.destinations.get(grant.environment_id, destination_id)


async def news_of(messages: MessageStore, environment_id: int, message_id: str) -> StatusNews:
    """Read what a message has become. Raises `NotFound`."""
    message = await messages.get(environment_id, message_id)
    attempts = await messages.attempts(environment_id, message_id)
    return StatusNews(status=message.status, at=message.updated, message=message, attempts=tuple(attempts))
