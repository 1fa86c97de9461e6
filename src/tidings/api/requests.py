"""Requests: what `POST /send` answered with, and what became of it."""

import msgspec
from litestar import Controller, get, post, put
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.errors import NotFound
from tidings.messages import Status
from tidings.ports import MessageFilter
from tidings.recipients import OfAudience, OfList, OfPattern, OfTenant, targets


class RequestAnswer(msgspec.Struct):
    """How far a request to many has come."""

    id: str
    status: str
    """`PROCESSING`, `COMPLETED` or `CANCELED`."""
    enqueued: int
    messages: int
    """How many messages it has become so far."""
    finished: int | UnsetType = UNSET
    detail: str | UnsetType = UNSET
    """Why it became no message at all."""


class CanceledAnswer(msgspec.Struct):
    """What was taken back."""

    id: str
    canceled: int
    """Messages that no provider had heard of."""


def _nobody(body: bytes) -> str:
    """Say who was asked for and is nobody."""
    named = []
    for target in targets(msgspec.json.decode(body).get("to")):
        match target:
            case OfList(list_id=name):
                named.append(f"list {name!r}")
            case OfPattern(pattern=name):
                named.append(f"lists {name!r}")
            case OfAudience(audience_id=name):
                named.append(f"audience {name!r}")
            case OfTenant(tenant_id=name):
                named.append(f"tenant {name!r}")
    return f"nobody was found in {', '.join(named[:5]) or 'it'}: is there such a one, and has it anybody in it?"


class RequestController(Controller):
    """Requests to send."""

    path = "/requests/{request_id:str}"
    tags = ("Messages",)

    @get(summary="Read a request to many")
    async def retrieve(self, request_id: FromPath[str], grant: Grant, services: Injected) -> RequestAnswer:
        """Answer how many messages it has become so far; a request to one is its message."""
        found = await services.expansions.get(grant.environment_id, request_id)
        status = "CANCELED" if found.canceled else "COMPLETED" if found.finished is not None else "PROCESSING"
        return RequestAnswer(
            id=found.id,
            status=status,
            enqueued=found.received_at,
            messages=found.made,
            finished=UNSET if found.finished is None else found.finished,
            detail=_nobody(found.body) if status == "COMPLETED" and not found.made else UNSET,
        )

    @put("/archive", status_code=202, summary="Archive a request's messages")
    async def archive(self, request_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """They are listed no more, but by `GET /messages?archived=true`."""
        await services.changes.archive(grant.environment_id, request_id, now=services.clock.now_ms())

    @post("/cancel", status_code=200, summary="Cancel a request")
    async def cancel(self, request_id: FromPath[str], grant: Grant, services: Injected) -> CanceledAnswer:
        """It becomes no more messages, and those that no provider has heard of are taken back."""
        now = services.clock.now_ms()
        try:
            await services.expansions.cancel(grant.environment_id, request_id, now=now)
        except NotFound:  # a request to one
            where = MessageFilter(request_id=request_id, statuses=tuple(Status))
            if not (await services.messages.page(grant.environment_id, where, limit=1, cursor=None)).items:
                raise
        canceled = await services.changes.cancel_request(grant.environment_id, request_id, now=now)
        return CanceledAnswer(id=request_id, canceled=canceled)
