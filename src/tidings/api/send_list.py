"""`POST /send/list`: what Courier's first version had for lists (courier-api.md §24), as a request of the second."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, post
from litestar.params import JSONBody
from msgspec import Meta

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyKey, check_idempotency
from tidings.api.injected import Injected
from tidings.api.send import append, checked
from tidings.errors import InvalidInput

Json = dict[str, Any]
_Id = Annotated[str, Meta(min_length=1, max_length=1024)]
_CHANNELS = "channel"
_NAMES = {
    "message.to.list_id": "list",
    "message.to.list_pattern": "pattern",
    "message.template": "event",
    "message.brand_id": "brand",
    "message.channels": "override.channel",
    "message.providers": "override",
}


class ToList(msgspec.Struct):
    """A request of the first version."""

    event: _Id
    """A template, or a mapped event."""
    list: _Id | None = None
    pattern: _Id | None = None
    """Such as `news.*`; in the place of `list`."""
    data: Json | None = None
    brand: _Id | None = None
    override: dict[str, Json] | None = None
    """By provider; by channel below `channel`."""
    preferences: Json | None = None

    def message(self) -> Json:
        """Write it as the second version has it. Raises `InvalidInput`."""
        if (self.list is None) == (self.pattern is None):
            raise InvalidInput("name a list, or a pattern of lists", path="list")
        if self.preferences:
            raise InvalidInput("a list has preferences of its own: PUT /lists/{list_id}", path="preferences")
        override = dict(self.override or {})
        channels = override.pop(_CHANNELS, {})
        return {
            "to": {"list_id": self.list} if self.pattern is None else {"list_pattern": self.pattern},
            "template": self.event,
            "data": self.data,
            "brand_id": self.brand,
            "channels": {name: {"override": each} for name, each in channels.items()} or None,
            "providers": {name: {"override": each} for name, each in override.items()} or None,
        }


class ListAnswer(msgspec.Struct, rename="camel"):
    """The request id; the list's messages name it as their request."""

    message_id: str


class SendListController(Controller):
    """Send to a list, in the first version's words."""

    path = "/send/list"
    tags = ("Send",)

    @post(status_code=200, summary="Send to a list, in the words of Courier's first version")
    async def message(
        self, data: JSONBody[ToList], grant: Grant, services: Injected, key: IdempotencyKey = None
    ) -> ListAnswer:
        """Accept what `POST /send` takes with `to.list_id` or `to.list_pattern`."""
        now = services.clock.now_ms()
        check_idempotency(key, None, now=now)
        endpoint = "POST /send/list"
        request_id = ids.idempotent_request_id(grant.environment_id, endpoint, key) if key else ids.request_id(now)
        body = {"message": data.message()}
        try:
            record = checked(services.inline, body, request_id, now)
        except InvalidInput as error:
            raise type(error)(error.message, path=_NAMES.get(error.path, error.path), code=error.code) from error
        await append(services, grant, record)
        return ListAnswer(message_id=request_id)
