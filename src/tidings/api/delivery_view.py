"""What came of the calls that a destination was to get."""

from typing import Annotated

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.destinations import BUILT_IN
from tidings.errors import InvalidInput
from tidings.forwarding.summary import Summary, summarised
from tidings.forwarding.tallying import HOUR_MS

_HOURS = 24
_FAILURES = 50

Hours = Annotated[int, QueryParameter(ge=1, le=14 * 24, description="How far back to look.")]


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


class DeliveryController(Controller):
    """How well an outside destination takes its calls."""

    path = "/destinations"
    tags = ("Destinations",)

    @get("/{destination_id:str}/delivery", summary="See what came of a destination's calls")
    async def delivery(
        self, destination_id: FromPath[str], grant: Grant, services: Injected, hours: Hours = _HOURS
    ) -> DeliveryAnswer:
        """Count what was received, filtered (by which rule), delivered, retried, failed and skipped.

        By event and by hour, with the time deliveries took and the newest failures. The built-in destination's calls
        are in the log of inbound events, one by one.
        """
        destination = await services.destinations.get(grant.environment_id, destination_id)
        if destination.id == BUILT_IN:
            raise InvalidInput("see GET /inbound-events for the built-in destination", path="destination_id")
        since = services.clock.now_ms() // HOUR_MS - hours + 1
        key = (grant.environment_id, destination_id)
        tallies = await services.deliveries.tallies(*key, since_hour=since)
        summary = summarised(tallies, titles={each.id: each.title for each in destination.filters})
        newest = await services.deliveries.failures(*key, limit=_FAILURES)
        return DeliveryAnswer(
            **{name: getattr(summary, name) for name in Summary.__struct_fields__},
            since=since * HOUR_MS,
            waiting=await services.deliveries.depth(*key),
            failures=[
                FailureAnswer(each.at, each.name, each.call_id, each.reason, each.detail, each.tries) for each in newest
            ],
        )
