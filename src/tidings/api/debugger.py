"""The debugger: a source's calls as they come, raw and normalised side by side."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, get
from litestar.params import FromPath, QueryParameter

from tidings import ids
from tidings.api.authentication import Grant
from tidings.api.injected import Injected
from tidings.clock import iso
from tidings.errors import InvalidInput
from tidings.inbound_events import EventStatus, InboundEvent

_PAGES_MAX = 10
_PAGE = 200
_LIMIT = 50
_RECENT_MS = 3_600_000  # what is older is history, and in the log

After = Annotated[
    str | None, QueryParameter(max_length=64, description="`cursor` of the answer before; without one: the newest.")
]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many to return at most.")]


class SeenCall(msgspec.Struct):
    """A call, as it came and as it was understood."""

    id: str
    received_at: int
    type: str
    name: str | None
    status: str
    discarded: bool
    reason: str
    detail: str
    warnings: tuple[str, ...]
    raw: msgspec.Raw
    normalised: dict[str, Any] | None
    """None for what was discarded."""


class Tail(msgspec.Struct):
    """Some calls, oldest first, and where the next ones begin."""

    cursor: str
    """Hand it back to see what came since; the same again when nothing did."""
    results: list[SeenCall]


class DebuggerController(Controller):
    """A live tail, for looking: it shows calls once the inbound step has had them."""

    path = "/sources"
    tags = ("Sources",)

    @get("/{source_id:int}/debugger", summary="Follow a source's calls")
    async def tail(
        self, source_id: FromPath[int], grant: Grant, services: Injected, cursor: After = None, limit: Limit = _LIMIT
    ) -> Tail:
        """Answer the calls that came after the cursor, with what became of each and why; poll for more."""
        await services.sources.get(grant.environment_id, source_id)
        at = _place(cursor) if cursor else (services.clock.now_ms() - _RECENT_MS, 0)
        found: list[InboundEvent] = []
        for _ in range(_PAGES_MAX):
            page = await services.events.after(grant.environment_id, *at, limit=_PAGE)
            mine = [event for event in page if event.source_id == source_id]
            found += mine
            if page:
                at = (page[-1].received_at, page[-1].position)
            if len(page) < _PAGE or (cursor and len(found) >= limit):
                break
        if cursor and len(found) > limit:
            found = found[:limit]
            at = (found[-1].received_at, found[-1].position)
        return Tail(cursor=ids.derived_id(*at), results=[_seen(event) for event in found[-limit:]])


def _place(cursor: str) -> tuple[int, int]:
    place = ids.parse_derived_id(cursor)
    if place is None:
        raise InvalidInput("is no cursor of this list", path="cursor")
    return place


def _seen(event: InboundEvent) -> SeenCall:
    is_discarded = event.status is EventStatus.DISCARDED
    return SeenCall(
        id=event.id,
        received_at=event.received_at,
        type=event.type,
        name=event.name,
        status=event.status.value,
        discarded=is_discarded,
        reason=event.reason,
        detail=event.detail,
        warnings=event.warnings,
        raw=msgspec.Raw(event.body),
        normalised=None if is_discarded else _normalised(event),
    )


def _normalised(event: InboundEvent) -> dict[str, Any] | None:
    try:
        call = msgspec.json.decode(event.body)
    except msgspec.DecodeError:  # numbers beyond what fits: the raw form shows them
        return None
    if not isinstance(call, dict):
        return None
    kind, identity = event.user_key[:2], event.user_key[2:]
    call |= {"type": event.type, "messageId": event.message_id}
    call |= {"userId": identity} if kind == "u:" else {"anonymousId": identity} if kind == "a:" else {}
    return call | {"timestamp": iso(event.timestamp), "receivedAt": iso(event.received_at)}
