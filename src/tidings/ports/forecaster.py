"""What would be, if."""

from collections.abc import Sequence
from typing import Protocol

from tidings.data_logs import Asked, ChannelReach, Forecast, Ways


class Forecaster(Protocol):
    """Asks what would be sent; sends, writes and counts nothing."""

    async def mapping(self, environment_id: int, event_id: str, template_id: str, *, days: int) -> Forecast:
        """Say what the event would have sent in the last days, had it been mapped to the template.

        Looks at so many calls and no more, and says so. Raises `InvalidInput` for what is no track's event.
        """
        ...

    async def channels(self, environment_id: int, user_id: str) -> list[ChannelReach]:
        """Say by which channels a user can be reached, and why not by the others. No topic's preferences count."""
        ...

    async def ways(self, environment_id: int, event: str, asked: Sequence[Asked]) -> list[Ways]:
        """Say by which ways these would get what the event, or the template, sends, as things stand now."""
        ...
