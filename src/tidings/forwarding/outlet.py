"""An outside destination, made ready: does it get a call, and as what (segment.md §3.2)."""

from collections.abc import Callable
from typing import Any

import msgspec

from tidings.destinations import OUTBOUND_WEBHOOK, READERS, Destination, Kind, decode_settings, kind_of
from tidings.effects import Deferred, StatusNews
from tidings.errors import InvalidInput
from tidings.filters import Gate, allows
from tidings.forwarding.announcing import MESSAGE_UPDATED, announcement_of
from tidings.forwarding.normalise import normalised
from tidings.forwarding.telling import EVENTS, call_of, place_of
from tidings.messages import MARK, Status
from tidings.records import Record, stamps_of


class Outlet(msgspec.Struct, frozen=True):
    """A destination with its kind, its settings read and its filters compiled."""

    destination: Destination
    kind: Kind[Any]
    settings: Any
    gate: Gate
    fault: str = ""
    """Why nothing can be sent; empty when all is well."""

    @property
    def is_ordered(self) -> bool:
        """Tell whether a user's calls must arrive in their order."""
        return not self.fault and self.kind.is_ordered(self.settings)


class Sent(msgspec.Struct, frozen=True):
    """The call goes out, as this."""

    call: dict[str, Any]


class Kept(msgspec.Struct, frozen=True):
    """The call does not go out."""

    reason: str
    """In Segment's words: `FILTERED_BY_RULES` and its like."""
    detail: str = ""
    filter_id: str = ""


def outlet_of(destination: Destination) -> Outlet:
    """Make a destination ready; settings that have become unreadable keep its calls back and are no exception."""
    kind = kind_of(destination.kind)
    gate = Gate(destination.filters)
    try:
        return Outlet(destination, kind, decode_settings(destination.kind, destination.settings), gate)
    except InvalidInput as error:
        return Outlet(destination, kind, None, gate, f"{error.path}: {error.message}")


def offer(outlet: Outlet, record: Record, source_id: int) -> Sent | Kept:
    """Decide about one call: switched on, connected, of a type it takes, not excluded by the call, not filtered."""
    destination, kind = outlet.destination, outlet.kind
    if not destination.enabled:
        return Kept("DESTINATION_DISABLED")
    if not destination.takes(source_id):
        return Kept("SOURCE_NOT_CONNECTED")
    if outlet.fault:
        return Kept("INVALID_SETTINGS", outlet.fault)
    if record.type not in kind.types:
        return Kept("UNSUPPORTED_EVENT_TYPE", f"{kind.name} takes {', '.join(sorted(kind.types))}")
    call = normalised(record)
    if not allows(call.get("integrations"), kind.integration):
        return Kept("FILTERED_BY_INTEGRATIONS_OBJECT", f"the call's integrations exclude {kind.integration}")
    return _filtered(outlet, call, stamps_of(record), source_id)


def offer_news(outlet: Outlet, news: StatusNews) -> Sent | Kept:
    """Decide about the call that tells of a message: switched on, and not filtered."""
    if not outlet.destination.enabled:
        return Kept("DESTINATION_DISABLED")
    if outlet.fault:
        return Kept("INVALID_SETTINGS", outlet.fault)
    if outlet.destination.kind == OUTBOUND_WEBHOOK:
        return offer_event(outlet, announcement_of(news))
    call = call_of(news)
    offered = _filtered(outlet, call, call.get, None)
    if isinstance(offered, Sent):  # whatever filters take out, the mark against circles stays
        offered.call["context"] = {**(offered.call.get("context") or {}), MARK: call["context"][MARK]}
    return offered


def deferred_again(outlet: Outlet, news: StatusNews, *, now: int) -> Deferred:
    """Lay out what is told once more of a message, due at once.

    Raises `InvalidInput` for a destination that is told of no messages, or not of this status, or whose filters keep
    it back.
    """
    destination = outlet.destination
    if destination.kind not in READERS or (destination.kind != OUTBOUND_WEBHOOK and news.status not in EVENTS):
        raise InvalidInput(f"{outlet.kind.name} is not told of messages that are {news.status}", path="message_ids")
    offered = offer_news(outlet, news)
    if isinstance(offered, Kept):
        raise InvalidInput(f"is kept back: {offered.reason} {offered.detail}".strip(), path="message_ids")
    return Deferred(
        environment_id=destination.environment_id,
        destination_id=destination.id,
        position=place_of(news),
        due_at=now,
        user_key=news.message.user_key,
        name=title_of(destination, news.status),
        received_at=now,
        first_at=now,
        tries=0,
        error="",
        body=msgspec.json.encode(offered.call),
    )


def call_id_of(body: bytes) -> str:
    """Read the `messageId` of a call that waits."""
    return str(msgspec.json.decode(body).get("messageId", ""))[:100]


def title_of(destination: Destination, status: Status) -> str:
    """Name the news of a status, as the destination's counts have it."""
    return MESSAGE_UPDATED if destination.kind == OUTBOUND_WEBHOOK else EVENTS[status]


def offer_event(outlet: Outlet, event: dict[str, Any]) -> Sent | Kept:
    """Decide about an event of Courier's webhooks: not filtered. Conditions see `type` and `data`."""
    return _filtered(outlet, event, event.get, None)


def _filtered(outlet: Outlet, call: dict[str, Any], stamps: Callable[[str], Any], source_id: int | None) -> Sent | Kept:
    if outlet.gate.is_open:
        return Sent(call)
    verdict = outlet.gate.judge(msgspec.json.encode(call), stamps, source_id)
    if not verdict.passes:
        return Kept("FILTERED_BY_RULES", f"{verdict.title}: {verdict.why}", verdict.filter_id)
    return Sent(msgspec.json.decode(verdict.body) if verdict.changed_by else call)
