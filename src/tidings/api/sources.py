"""Sources: where Segment calls come from, and a hint at each write key."""

import msgspec
from litestar import Controller, get

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import Listing, whole
from tidings.workspaces import Source


class SourceAnswer(msgspec.Struct):
    """A source; the write key itself is shown by `tidings keys` alone."""

    id: int
    name: str
    enabled: bool
    write_key_hint: str


class SourceController(Controller):
    """Apps, sites and servers that send calls."""

    path = "/sources"
    tags = ("Sources",)

    @get(summary="List sources")
    async def all(self, grant: Grant, services: Injected) -> Listing[SourceAnswer]:
        """List the environment's sources, oldest first."""
        return whole(await services.sources.all(grant.environment_id), _answer)


def _answer(source: Source) -> SourceAnswer:
    return SourceAnswer(source.id, source.name, source.enabled, source.write_key_hint)
