"""What a user did and was told, on one line of time."""

from typing import Protocol

from tidings.inbound_events import InboundEvent
from tidings.messages import Message
from tidings.ports.page import Page


class Timeline(Protocol):
    """A user's calls and messages, newest first."""

    async def page(
        self, environment_id: int, user_id: str, *, limit: int, cursor: str | None
    ) -> Page[InboundEvent | Message]:
        """List both, of a user id or an anonymous id. A track that found no template is a call alone.

        A page may hold fewer than `limit` and have a cursor all the same. Raises `InvalidInput` for a cursor that is
        none of ours.
        """
        ...
