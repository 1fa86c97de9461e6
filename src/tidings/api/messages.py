"""Messages: where each stands, what happened to it, and what was rendered (courier-api.md §3)."""

from datetime import UTC, datetime
from typing import Annotated

from litestar import Controller, MediaType, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.api.message_wire import History, Outputs, line, output
from tidings.api.paging import LIMIT, Cursor, Limit, Listing, each, listing
from tidings.data_logs import MessageDetails, MessageRecord, MessageRequests, details, record
from tidings.errors import InvalidInput, NotFound
from tidings.messages import Reason, Status
from tidings.ports import MessageFilter

CONTENT_HEADERS = {
    # What is shown was written by others: it runs nothing, sends nothing and fetches nothing but pictures.
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: https:",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


class MessageController(Controller):
    """The data log."""

    path = "/messages"
    tags = ("Messages",)

    @get(summary="List messages")
    async def page(
        self,
        *,
        grant: Grant,
        services: Injected,
        archived: FromQuery[bool] = False,
        cursor: Cursor = None,
        limit: Limit = LIMIT,
        begins: Annotated[
            str | None,
            QueryParameter(
                min_length=2, max_length=200, description="Ours: of the recipient, the id or the request id."
            ),
        ] = None,
        channel: Annotated[list[str] | None, QueryParameter(description="Ours.")] = None,
        enqueued_after: Annotated[str | None, QueryParameter(description="Epoch ms, or ISO-8601.")] = None,
        enqueued_before: Annotated[str | None, QueryParameter(description="Ours: as `enqueued_after`.")] = None,
        event: FromQuery[str | None] = None,
        message_id: Annotated[str | None, QueryParameter(name="messageId")] = None,
        notification: FromQuery[str | None] = None,
        provider: FromQuery[list[str] | None] = None,
        recipient: FromQuery[str | None] = None,
        status: FromQuery[list[str] | None] = None,
        reason: Annotated[list[str] | None, QueryParameter(description="Ours: why they ended so.")] = None,
        trace_id: Annotated[str | None, QueryParameter(name="traceId", description="A request id.")] = None,
        list_id: Annotated[str | None, QueryParameter(name="list")] = None,
        tag: FromQuery[list[str] | None] = None,
        tags: Annotated[str | None, QueryParameter(description="Comma-separated: any of them.")] = None,
        tenant_id: FromQuery[str | None] = None,
    ) -> Listing[MessageDetails]:
        """List messages, newest first; tracks that found no template are among them as `UNMAPPED`.

        What no index holds is looked for in so many rows and no more: a page may hold less than `limit` and have a
        cursor all the same.
        """
        where = MessageFilter(
            statuses=tuple(_status(word) for word in each(status)),
            event=event,
            template_id=notification,
            recipient=recipient,
            message_id=message_id,
            request_id=trace_id,
            provider=each(provider),
            list_id=list_id,
            tenant_id=tenant_id,
            tags=each([*(tag or ()), *([tags] if tags else ())]),
            channels=each(channel),
            begins=begins,
            enqueued_after=moment(enqueued_after, path="enqueued_after"),
            enqueued_before=moment(enqueued_before, path="enqueued_before"),
            reasons=tuple(_reason(word) for word in each(reason)),
            archived=archived,
        )
        return listing(await services.messages.page(grant.environment_id, where, limit=limit, cursor=cursor), details)

    @get("/{message_id:str}", summary="Read a message")
    async def retrieve(self, message_id: FromPath[str], grant: Grant, services: Injected) -> MessageRecord:
        """Answer where it stands and every attempt at a provider."""
        message = await services.messages.get(grant.environment_id, message_id)
        return record(message, await services.messages.attempts(grant.environment_id, message_id))

    @get("/{message_id:str}/history", summary="Read a message's history")
    async def history(
        self,
        message_id: FromPath[str],
        grant: Grant,
        services: Injected,
        kind: Annotated[str | None, QueryParameter(name="type", description="Only lines of this type.")] = None,
    ) -> History:
        """Answer every line, in order."""
        entries = await services.messages.history(grant.environment_id, message_id)
        return History(results=[line(entry) for entry in entries if kind is None or entry.type == kind.upper()])

    @get("/{message_id:str}/output", summary="Read what was rendered")
    async def content(self, message_id: FromPath[str], grant: Grant, services: Injected) -> Outputs:
        """Answer per channel; empty before rendering."""
        found = await services.messages.outputs(grant.environment_id, message_id)
        return Outputs(results=[output(item) for item in found])

    @get("/{message_id:str}/requests", summary="Read what providers were asked")
    async def requests(self, message_id: FromPath[str], grant: Grant, services: Injected) -> MessageRequests:
        """Ours. Write each attempt's request again: from the words on record, the profile and today's settings.

        Secrets are not in it: it is written without them. What is in attached files is left out, and long bodies are
        cut; both is told.
        """
        return await services.rewriter.message(grant.environment_id, message_id)

    @get("/{message_id:str}/output/{channel:str}/{part:str}", summary="Read one rendered part", media_type="text/plain")
    async def part(
        self, message_id: FromPath[str], channel: FromPath[str], part: FromPath[str], grant: Grant, services: Injected
    ) -> Response[str]:
        """Answer the part as it is: `html` as HTML that a browser confines, everything else as text."""
        for item in await services.messages.outputs(grant.environment_id, message_id):
            if item.channel == channel and isinstance(text := item.content.get(part), str):
                return rendered(part, text)
        raise NotFound("Not Found")


def rendered(part: str, text: str) -> Response[str]:
    """Answer rendered content in a way that a browser can do nothing with but show it."""
    media_type = MediaType.HTML if part == "html" else MediaType.TEXT
    return Response(text, media_type=media_type, headers=CONTENT_HEADERS)


def moment(text: str | None, *, path: str) -> int | None:
    """Read epoch milliseconds or ISO-8601 as milliseconds. Raises `InvalidInput`."""
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 15:
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput("is epoch milliseconds or an ISO-8601 time", path=path) from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _status(word: str) -> Status:
    try:
        return Status(word.upper())
    except ValueError:
        raise InvalidInput(f"is one of {', '.join(Status)}", path="status") from None


def _reason(word: str) -> Reason:
    try:
        return Reason(word.upper())
    except ValueError:
        raise InvalidInput(f"is one of {', '.join(Reason)}", path="reason") from None
