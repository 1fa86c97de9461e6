"""Our own engine, as a destination: part of the inbound step and not of the followers."""

from tidings.destinations.destination import BUILT_IN
from tidings.destinations.http import HttpRequest
from tidings.destinations.kind import DestinationSettings, Json, Kind
from tidings.filters import COURIER


class Courier(Kind[DestinationSettings]):
    """Profiles, event maps, templates and messages of this installation."""

    key = BUILT_IN
    name = "Courier"
    integration = COURIER
    description = "This installation's own engine: profiles, mapped events, notifications. Every environment has it."
    types = frozenset({"identify", "track", "group", "alias"})

    def request(self, call: Json, settings: DestinationSettings) -> HttpRequest:
        """Never asked: calls reach our engine in the inbound step."""
        raise NotImplementedError
