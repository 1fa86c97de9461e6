"""Cancel a message, send one again, redrive what failed (courier-api.md §3)."""

from typing import Annotated

import msgspec
from litestar import Controller, Response, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.idempotency import IdempotencyKey, check_idempotency
from tidings.api.injected import Injected
from tidings.data_logs import MessageRecord, record
from tidings.errors import Conflict, InvalidInput
from tidings.messages import Reason, Status
from tidings.ports import MessageFilter

REDRIVE_MAX = 1000
DEAD = (Status.UNDELIVERABLE, Status.UNROUTABLE, Status.UNMAPPED)
"""Where a message may end that something can be done about; the others were wanted."""


class ResendAnswer(msgspec.Struct, rename="camel"):
    """The new message."""

    message_id: str


class RedriveBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which dead letters to send once more; what is empty does not filter, and a filter that is none is refused."""

    statuses: Annotated[list[Status], Meta(max_length=3)] = []
    reasons: Annotated[list[Reason], Meta(max_length=9)] = []
    event: str | None = None
    recipient: str | None = None
    notification: str | None = None
    provider: Annotated[list[str], Meta(max_length=20)] = []
    """Any of them."""
    channel: Annotated[list[str], Meta(max_length=20)] = []
    """Any of them."""
    list_id: str | None = None
    tenant_id: str | None = None
    tag: Annotated[list[str], Meta(max_length=20)] = []
    """Any of them."""
    begins: Annotated[str, Meta(min_length=2, max_length=200)] | None = None
    """How recipient, id or request id begin."""
    since: Annotated[int, Meta(ge=0)] | None = None
    """Milliseconds; only messages enqueued after it."""
    until: Annotated[int, Meta(ge=0)] | None = None
    """Milliseconds; only messages enqueued before it."""
    include_unknown: bool = False
    """Also those that a provider may have taken: some of these will be sent twice."""
    limit: Annotated[int, Meta(ge=1, le=REDRIVE_MAX)] = REDRIVE_MAX
    cursor: str | None = None


class RedriveAnswer(msgspec.Struct):
    """What was sent once more."""

    redriven: dict[str, str]
    """New ids by old ones; those that were redriven before are not among them."""
    seen: int
    """How many dead letters were looked at."""
    cursor: str | None
    """Where to go on; null when these were all."""


class MessageChangeController(Controller):
    """What people change of messages."""

    path = "/messages"
    tags = ("Messages",)

    @post("/{message_id:str}/cancel", status_code=200, summary="Cancel a message")
    async def cancel(self, message_id: FromPath[str], grant: Grant, services: Injected) -> Response[MessageRecord]:
        """Answer 200 when it was taken back and 409 when it is too late, both with the message as it stands."""
        headers: dict[str, str] = {}
        status = 200
        try:
            message = await services.changes.cancel(grant.environment_id, message_id, now=services.clock.now_ms())
        except Conflict:
            status, headers = 409, {"x-should-retry": "false"}
            message = await services.messages.get(grant.environment_id, message_id)
        made = await services.messages.attempts(grant.environment_id, message_id)
        return Response(record(message, made), status_code=status, headers=headers)

    @post("/{message_id:str}/archive", status_code=202, summary="Archive a message")
    async def archive(self, message_id: FromPath[str], grant: Grant, services: Injected) -> None:
        """It is listed no more, but by `GET /messages?archived=true`; what becomes of it goes on."""
        await services.changes.archive_one(grant.environment_id, message_id, now=services.clock.now_ms())

    @post("/{message_id:str}/resend", status_code=200, summary="Send a message again")
    async def resend(
        self, message_id: FromPath[str], grant: Grant, services: Injected, key: IdempotencyKey = None
    ) -> ResendAnswer:
        """Send the same to the same as a new message, at once; the old one stays as it is."""
        now = services.clock.now_ms()
        check_idempotency(key, None, now=now)
        endpoint = f"POST /messages/{message_id}/resend"
        new_id = ids.idempotent_request_id(grant.environment_id, endpoint, key) if key else ids.request_id(now)
        message = await services.messages.get(grant.environment_id, message_id)
        again = await services.changes.resend(message, message_id=new_id, now=now)
        services.wakeup.wake("due")
        return ResendAnswer(message_id=again.id)

    @post("/redrive", status_code=200, summary="Send dead letters once more")
    async def redrive(self, data: JSONBody[RedriveBody], grant: Grant, services: Injected) -> RedriveAnswer:
        """Each once, however often this is asked. Their own status stays; the new messages are counted as new."""
        statuses = tuple(data.statuses) or DEAD
        if not set(statuses) <= set(DEAD):
            raise InvalidInput(f"is among {', '.join(DEAD)}", path="statuses")
        where = MessageFilter(
            statuses=statuses,
            reasons=tuple(data.reasons),
            event=data.event,
            recipient=data.recipient,
            template_id=data.notification,
            provider=tuple(data.provider),
            channels=tuple(data.channel),
            list_id=data.list_id,
            tenant_id=data.tenant_id,
            tags=tuple(data.tag),
            begins=data.begins,
            enqueued_after=data.since,
            enqueued_before=data.until,
        )
        page = await services.messages.page(grant.environment_id, where, limit=data.limit, cursor=data.cursor)
        wanted = [message for message in page.items if data.include_unknown or not message.outcome_unknown]
        redriven = await services.changes.redrive(wanted, now=services.clock.now_ms())
        services.wakeup.wake("due")
        return RedriveAnswer(redriven=redriven, seen=len(page.items), cursor=page.cursor)
