"""The patient way: a call is mended where it can be, and what cannot is discarded with its reason."""

from typing import Any

from tidings.errors import InvalidInput, TooLarge
from tidings.ingest import json_text
from tidings.ingest.client_side import is_client_side, lacks_ip
from tidings.ingest.facts import READERS, Facts, Json
from tidings.ingest.message_id import new_message_id
from tidings.ingest.stamp import Stamp
from tidings.profiles import merge
from tidings.records import Record
from tidings.spec import DEPTH_MAX

_OURS = frozenset({"writeKey", "receivedAt", "projectId", "version"})
"""What a client may not say: one is a secret, the others the server sets (segment.md §7 row 47)."""
_OUTLINE = ("type", "messageId", "userId", "anonymousId", "event", "timestamp")
_OUTLINE_LENGTH_MAX = 256


def record_patiently(item: Any, stamp: Stamp) -> Record:
    """Make a record of one item: bytes, or what `json_text.parse` made of them. A discarded one when nothing helps.

    Raises `InvalidInput` for bytes that are no JSON at all.
    """
    call, facts, problem = _opened(item, stamp)
    for read in READERS:
        try:
            facts = read(call, facts, stamp)
        except InvalidInput as fault:
            problem = problem or fault
    if problem:
        facts |= {"discarded": problem.code, "detail": problem.message}
    return Record(**facts)


def discarded(problem: InvalidInput, stamp: Stamp) -> Record:
    """Make the one record of a request that nothing was taken of."""
    return Record(**_blank(stamp), discarded=problem.code, detail=problem.message)


def _blank(stamp: Stamp) -> Facts:
    return {
        "type": "unknown",
        "message_id": new_message_id(),
        "user_id": None,
        "anonymous_id": None,
        "name": None,
        "timestamp": stamp.received_at,
        "received_at": stamp.received_at,
        "body": b"{}",
        "historical": stamp.door.is_historical,
    }


def _opened(item: Any, stamp: Stamp) -> tuple[Json, Facts, InvalidInput | None]:
    """Parse, mend and merge an item; of one that cannot be kept whole, keep the outline and say why."""
    value, problem = _parsed(item, stamp) if isinstance(item, bytes) else (item, None)
    try:
        call, warnings = json_text.mend(value if problem is None else _outline(value))
        if isinstance(call, dict):
            call, warnings = _merged(call, stamp, warnings)
        body = _bounded(json_text.write(call), stamp)
    except InvalidInput as fault:
        problem = fault
        call, warnings = json_text.mend(_outline(value))
        body = json_text.write(call)
    if not isinstance(call, dict):
        problem = problem or InvalidInput("an event must be an object")
        call = {}
    return call, {**_blank(stamp), "body": body, "warnings": warnings}, problem


def _parsed(text: bytes, stamp: Stamp) -> tuple[Any, InvalidInput | None]:
    """Parse bytes; what is too large or too deep only so far that its outline can be told."""
    if json_text.is_deep(text):
        return json_text.parse(json_text.cut_deep(text, DEPTH_MAX)), json_text.too_deep()
    value = json_text.parse(text)
    try:
        _bounded(text, stamp)
    except TooLarge as problem:
        return value, problem
    return value, None


def _outline(value: Any) -> Json:
    """Keep of an event that cannot be kept whole who did what, and when."""
    if not isinstance(value, dict):
        return {}
    texts = {key: value.get(key) for key in _OUTLINE}
    return {key: text for key, text in texts.items() if isinstance(text, str) and len(text) <= _OUTLINE_LENGTH_MAX}


def _bounded(body: bytes, stamp: Stamp) -> bytes:
    limit = stamp.door.event_bytes_max
    if len(body) > limit:
        raise TooLarge(
            f"Exceed payload limit: the event has {len(body)} bytes, {limit} are allowed", code="event_too_large"
        )
    return body


def _merged(call: Json, stamp: Stamp, warnings: tuple[str, ...]) -> tuple[Json, tuple[str, ...]]:
    """Take away what a client may not say, put right what is no object, and add what the batch says for all.

    The item wins: within context key by key and at any depth, within integrations key by key (segment.md §1.13).
    """
    call = {key: value for key, value in call.items() if key not in _OURS}
    for part in ("context", "integrations"):
        if call.get(part) is not None and not isinstance(call[part], dict):
            call[part] = {}
            warnings += (f"{part}_not_object",)
    if stamp.context:
        call["context"] = merge(stamp.context, call.get("context") or {})
    context = call.get("context")
    if stamp.ip and is_client_side(context, call.get("channel"), stamp.door) and lacks_ip(context):
        call["context"] = {**(context or {}), "ip": stamp.ip}
    if stamp.integrations:
        call["integrations"] = {**stamp.integrations, **(call.get("integrations") or {})}
    return call, warnings
