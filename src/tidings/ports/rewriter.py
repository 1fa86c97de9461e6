"""Telling what providers were asked."""

from typing import Protocol

from tidings.channels import Dispatch, Way
from tidings.data_logs import MessageRequests, Written


class Scribe(Protocol):
    """Writes requests to be looked at. No secret is in them, and nothing is sent."""

    async def write(self, environment_id: int, way: Way, dispatch: Dispatch) -> Written:
        """Write what the account of this way would be asked now, or say why that cannot be told. Never raises."""
        ...


class Rewriter(Protocol):
    """Tells what providers were asked for a message, from what is on record."""

    async def message(self, environment_id: int, message_id: str) -> MessageRequests:
        """Write the requests of all attempts. Raises `NotFound`."""
        ...
