"""`POST /send`: 202 once the request is durable (courier-api.md §1)."""

from asyncio import to_thread
from functools import partial
from typing import Any

import msgspec
from litestar import Controller, Request, post

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.form import form_object
from tidings.api.idempotency import IdempotencyExpiration, IdempotencyKey, check_idempotency
from tidings.api.injected import Injected
from tidings.api.operation import documented_as
from tidings.api.send_schema import BODY
from tidings.ingest import pack
from tidings.ingest.send import record_of_send
from tidings.records import Record
from tidings.rendering import InlineContent

_LONG = 32 * 1024
"""Bytes of a body: reading the templates in as many takes ten milliseconds and more."""
_EXAMPLE = {"message": {"to": {"user_id": "ann"}, "content": {"title": "Hello", "body": "Hello, {{name}}"}}}


class SendAnswer(msgspec.Struct, rename="camel"):
    """The request id: of one recipient, the message's id too; of many, what their messages name as their request."""

    request_id: str


class SendController(Controller):
    """Send one message."""

    path = "/send"
    tags = ("Send",)

    @post(
        status_code=202, summary="Send a message to a recipient or many", operation_class=documented_as(BODY, _EXAMPLE)
    )
    async def message(
        self,
        request: Request[Any, Any, Any],
        grant: Grant,
        services: Injected,
        key: IdempotencyKey = None,
        expiration: IdempotencyExpiration = None,
    ) -> SendAnswer:
        """Accept `{"message": {"to", "template" | "content", "data", …}}`; what becomes of it is its status."""
        now = services.clock.now_ms()
        check_idempotency(key, expiration, now=now)
        request_id = ids.idempotent_request_id(grant.environment_id, "POST /send", key) if key else ids.request_id(now)
        body = await request.body()
        read = partial(checked, services.inline, _read(request, body), request_id, now)
        # Content as long as this can take a while: others are not kept waiting.
        record = await to_thread(read) if len(body) > _LONG else read()
        await append(services, grant, record)
        return SendAnswer(request_id=request_id)


async def append(services: Injected, grant: Grant, record: Record) -> None:
    """Make a request durable, and wake who makes messages of it."""
    appends = pack(
        [record],
        environment_id=grant.environment_id,
        source_id=0,
        received_at=record.received_at,
        partitions=services.stream.partitions,
    )
    await services.stream.append(appends)
    services.wakeup.wake("stream")


def checked(inline: InlineContent, body: Any, request_id: str, now: int) -> Record:
    """Check a request's body and make its record. Raises `InvalidInput`."""
    record = record_of_send(body, request_id=request_id, received_at=now, check_content=inline.check)
    inline.check_brands(body)
    return record


def _read(request: Request[Any, Any, Any], body: bytes) -> Any:
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if is_form and not body.lstrip().startswith(b"{"):  # `curl -d` calls JSON a form, too
        return form_object(body)
    return msgspec.json.decode(body)
