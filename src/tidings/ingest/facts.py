"""What a call says, read part by part; each part is judged for itself, so a bad one hides nothing of the others."""

from collections.abc import Callable
from typing import Any, Final

from tidings.errors import InvalidInput
from tidings.ingest.identity import BLOCKED, identifier, is_blocked
from tidings.ingest.message_id import message_id_of
from tidings.ingest.moment import parse_moment
from tidings.ingest.stamp import Stamp
from tidings.records.record import RecordType
from tidings.spec import NAME_BYTES_MAX

Json = dict[str, Any]
Facts = dict[str, Any]
"""Fields of a `Record`, as far as they are known."""

TIMESTAMP_INVALID: Final = "timestamp_invalid"
"""Warning: the timestamp could not be read or meant several things; the call counts as of its arrival."""

_TYPES: dict[str, RecordType] = {
    "identify": "identify",
    "track": "track",
    "page": "page",
    "screen": "screen",
    "group": "group",
    "alias": "alias",
}
_CONTAINERS = {
    "identify": "traits",
    "track": "properties",
    "page": "properties",
    "screen": "properties",
    "group": "traits",
}


def _times(call: Json, facts: Facts, stamp: Stamp) -> Facts:
    said = call.get("timestamp")
    said = call.get("originalTimestamp") if said is None else said
    at = parse_moment(said)
    sent_at = parse_moment(call.get("sentAt"))
    if said is None or at is not None:
        timestamp, original, sent_at = stamp.times(at, sent_at)
        return {**facts, "timestamp": timestamp, "original_timestamp": original, "sent_at": sent_at}
    return {**_warned(facts, TIMESTAMP_INVALID), "sent_at": stamp.sent_at if sent_at is None else sent_at}


def _type(call: Json, facts: Facts, stamp: Stamp) -> Facts:
    said = call.get("type")
    kind = stamp.door.type or (_TYPES.get(said.lower()) if isinstance(said, str) else None)
    if kind is None:
        raise InvalidInput(f"type must be one of {', '.join(_TYPES)}", path="type", code="type_unknown")
    return {**facts, "type": kind}


def _message_id(call: Json, facts: Facts, _: Stamp) -> Facts:
    return {**facts, "message_id": message_id_of(call.get("messageId"))}


def _identity(call: Json, facts: Facts, _: Stamp) -> Facts:
    user_id = identifier(call.get("userId"), "userId")
    anonymous_id = identifier(call.get("anonymousId"), "anonymousId")
    if facts["type"] == "alias" and user_id is None:
        raise InvalidInput("an alias call needs a userId", path="userId", code="id_required")
    if user_id is None and anonymous_id is None:
        raise InvalidInput("a call needs a userId or an anonymousId", path="userId", code="no_user_anon_id")
    return _named(facts, user_id=user_id, anonymous_id=anonymous_id)


def _second_identity(call: Json, facts: Facts, _: Stamp) -> Facts:
    match facts["type"]:
        case "group":
            group_id = identifier(call.get("groupId"), "groupId")
            if group_id is None:
                raise InvalidInput("a group call needs a groupId", path="groupId", code="group_id_missing")
            return {**facts, "group_id": group_id}
        case "alias":
            previous_id = identifier(call.get("previousId"), "previousId")
            if previous_id is None:
                raise InvalidInput("an alias call needs a previousId", path="previousId", code="previous_id_missing")
            return _named(facts, previous_id=previous_id)
    return facts


def _name(call: Json, facts: Facts, _: Stamp) -> Facts:
    match facts["type"]:
        case "track":
            event = call.get("event")
            if event is None or event == "":
                raise InvalidInput("a track call needs an event", path="event", code="event_not_defined")
            return {**facts, "name": _text(event, "event")}
        case "page" | "screen":
            for key in ("category", "name"):  # null is what the Python library sends for neither
                if call.get(key) is not None:
                    _text(call[key], key)
            return {**facts, "name": call.get("name")}
    return facts


def _container(call: Json, facts: Facts, _: Stamp) -> Facts:
    key = _CONTAINERS.get(facts["type"])
    if key and not isinstance(call.get(key), dict | None):
        raise InvalidInput(f"{key} must be an object", path=key, code=f"{key}_not_object")
    return facts


READERS: Final[tuple[Callable[[Json, Facts, Stamp], Facts], ...]] = (
    _times,
    _type,
    _message_id,
    _identity,
    _second_identity,
    _name,
    _container,
)
"""In the order in which what they find wrong is reported. All raise `InvalidInput`, with the slug as its code."""


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{key} must be a string, and not empty", path=key, code=f"{key}_not_string")
    if len(value) > NAME_BYTES_MAX or len(value.encode()) > NAME_BYTES_MAX:
        raise InvalidInput(f"{key} has more than {NAME_BYTES_MAX} bytes", path=key, code="name_too_long")
    return value


def _named(facts: Facts, **ids: str | None) -> Facts:
    """Add ids, without those that name nobody."""
    for field, text in ids.items():
        if text is not None and is_blocked(text):
            facts = _warned({**facts, field: None}, BLOCKED)
        else:
            facts = {**facts, field: text}
    return facts


def _warned(facts: Facts, warning: str) -> Facts:
    warnings = facts["warnings"]
    return facts if warning in warnings else {**facts, "warnings": (*warnings, warning)}
