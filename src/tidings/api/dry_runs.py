"""What a mapping would have sent, before anybody makes it."""

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.params import FromPath, JSONBody

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.permission import READS
from tidings.data_logs import ChannelReach, Forecast
from tidings.errors import InvalidInput, NotFound

DAYS_MAX = 90


class DryRunBody(msgspec.Struct):
    """A mapping to try."""

    template_id: str | None = None
    """The one that the event is mapped to, when none is given."""
    days: Annotated[int, msgspec.Meta(ge=1, le=DAYS_MAX)] = 7


class Channels(msgspec.Struct):
    """By which channels a user can be reached."""

    results: list[ChannelReach]


class DryRunController(Controller):
    """Nothing is sent, written or counted."""

    path = "/events/{event_id:str}/dry-run"
    tags = ("Events",)

    @post(status_code=200, summary="Try a mapping on past calls", opt=READS)
    async def dry_run(
        self, event_id: FromPath[str], data: JSONBody[DryRunBody], grant: Grant, services: Injected
    ) -> Forecast:
        """Count what the event would have sent in the last days, and ask for the newest who would not have got it.

        So many calls are counted and no more, from the log and, where it ends, the archive; the answer says which of
        its figures are the least.
        """
        template_id = data.template_id or await self._mapped(services, grant, event_id)
        if not await services.templates.exists(grant.environment_id, template_id):
            raise InvalidInput(f"there is no template {template_id!r} in this environment", path="template_id")
        return await services.forecaster.mapping(grant.environment_id, event_id, template_id, days=data.days)

    @staticmethod
    async def _mapped(services: Injected, grant: Grant, event_id: str) -> str:
        try:
            return (await services.event_maps.get(grant.environment_id, event_id)).template_id
        except NotFound:
            raise InvalidInput("name a template: the event is not mapped", path="template_id") from None


class UserChannelController(Controller):
    """Whether a user can be reached."""

    path = "/users/{user_id:str}/channels"
    tags = ("Profiles",)

    @get(summary="See by which channels a user can be reached")
    async def all(self, user_id: FromPath[str], grant: Grant, services: Injected) -> Channels:
        """Ask for each channel, as things stand now; and say why not. No topic's preferences count."""
        return Channels(results=await services.forecaster.channels(grant.environment_id, user_id))
