"""A call as everyone downstream sees it (segment.md §1.15)."""

import json
import math
from typing import Any

import msgspec

from tidings.records import Record, stamps_of

VERSION = 2
_STAMPED = ("messageId", "timestamp", "originalTimestamp", "sentAt", "receivedAt")
_IDS = ("userId", "anonymousId")


def normalised(record: Record) -> dict[str, Any]:
    """Decode a call and put in what accept settled: type, ids as text, and the four times."""
    call = _decoded(record.body)
    stamp = stamps_of(record)
    call["type"] = record.type
    for name in (*_STAMPED, *_IDS):
        value = stamp(name)
        if value is not None:
            call[name] = value
        else:
            call.pop(name, None)
    if record.group_id is not None:
        call["groupId"] = record.group_id
    if record.previous_id is not None:
        call["previousId"] = record.previous_id
    call["version"] = VERSION
    return call


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        call = msgspec.json.decode(body)
    except msgspec.DecodeError:  # numbers beyond what fits: they become null, as JSON has no infinity
        call = json.loads(body, parse_float=_finite)
    return call if isinstance(call, dict) else {}


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None
