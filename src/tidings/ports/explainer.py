"""Telling why."""

from typing import Protocol

from tidings.data_logs import Explanation


class Explainer(Protocol):
    """Tells why something was sent or was not, from what is on record and from what would be decided now."""

    async def message(self, environment_id: int, message_id: str) -> Explanation:
        """Explain a message. Raises `NotFound`."""
        ...

    async def event(self, environment_id: int, user_id: str, event: str) -> Explanation:
        """Explain what became of a user's newest call or message of an event, or why there is none."""
        ...
