"""The outbox: what was kept here instead of being handed to a provider."""

from typing import Any

import msgspec
from litestar import Controller, get
from litestar.params import FromPath

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, listing
from tidings.errors import NotFound
from tidings.ports import OutboxItem


class KeptMessage(msgspec.Struct):
    """A kept message, in brief."""

    message_id: str
    channel: str
    recipient: str
    at: int
    subject: str


class KeptMessageWhole(KeptMessage):
    """A kept message with all it holds."""

    content: dict[str, Any] = {}


class KeptParts(msgspec.Struct):
    """What was kept of one message, by channel."""

    results: list[KeptMessageWhole]


class OutboxController(Controller):
    """See what would be sent, without sending it."""

    path = "/outbox"
    tags = ("Outbox",)

    @get(summary="List the outbox")
    async def page(
        self, grant: Grant, services: Injected, cursor: Cursor = None, limit: Limit = LIMIT
    ) -> Listing[KeptMessage]:
        """List kept messages, newest first."""
        return listing(await services.outbox.page(grant.environment_id, limit=limit, cursor=cursor), _kept)

    @get("/{message_id:str}", summary="Read a message in the outbox")
    async def retrieve(self, message_id: FromPath[str], grant: Grant, services: Injected) -> KeptParts:
        """Answer what was kept, by channel; 404 when nothing was."""
        items = await services.outbox.get(grant.environment_id, message_id)
        if not items:
            raise NotFound("Not Found")
        return KeptParts(
            [KeptMessageWhole(**msgspec.structs.asdict(_kept(item)), content=item.content) for item in items]
        )


def subject_of(item: OutboxItem) -> str:
    """Name a kept message by its first words: subject, or title."""
    return str(item.content.get("subject") or item.content.get("title") or "")


def _kept(item: OutboxItem) -> KeptMessage:
    return KeptMessage(item.message_id, item.channel, item.recipient, item.at, subject_of(item))
