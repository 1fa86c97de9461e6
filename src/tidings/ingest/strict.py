"""The fast way: a call in its common shape becomes a record in one pass."""

import re
from collections.abc import Callable
from typing import Final, cast

import msgspec

from tidings.ingest.client_side import is_client_side, lacks_ip
from tidings.ingest.identity import is_blocked
from tidings.ingest.json_text import is_deep
from tidings.ingest.message_id import new_message_id
from tidings.ingest.moment import EARLIEST_MS, LATEST_MS
from tidings.ingest.stamp import Stamp, moment_of
from tidings.records import Record
from tidings.records.record import RecordType
from tidings.spec import EVENT_BYTES_MAX, ID_BYTES_MAX, MESSAGE_ID_LENGTH_MAX, NAME_BYTES_MAX, Call

ID_LENGTH_SAFE: Final = ID_BYTES_MAX // 4
NAME_LENGTH_SAFE: Final = NAME_BYTES_MAX // 4
"""So many characters fit the limit in bytes, whatever they are."""

_decode = msgspec.json.Decoder(Call).decode
_WRITE_KEY = re.compile(rb'"writeKey"\s*:\s*"[^"\\]*"\s*,\s*|,\s*"writeKey"\s*:\s*"[^"\\]*"')


def record_strictly(body: bytes, stamp: Stamp) -> Record | None:
    """Make a record of a call that needs nothing mended, merged or explained; None for every other.

    Says never that a call is bad: `record_patiently` decides about what is not taken here.
    """
    call = _decoded(body)
    if call is None:
        return None
    kind = stamp.door.type or call.type
    fits = _FITS.get(kind)
    if fits is None or not fits(call) or not _is_identified(call):
        return None
    if stamp.ip and is_client_side(call.context, call.channel, stamp.door) and lacks_ip(call.context):
        return None
    if call.write_key is not None:
        body = _without_write_key(body)
    timestamp, original, sent_at = stamp.times(
        moment_of(call.timestamp or call.original_timestamp), moment_of(call.sent_at)
    )
    if not body or not EARLIEST_MS <= original <= LATEST_MS or (sent_at is not None and sent_at < EARLIEST_MS):
        return None
    return Record(
        type=cast("RecordType", kind),  # `_FITS` has no other keys
        message_id=call.message_id or new_message_id(),
        user_id=call.user_id,
        anonymous_id=call.anonymous_id,
        name=call.event if kind == "track" else call.name if kind in _NAMED else None,
        timestamp=timestamp,
        received_at=stamp.received_at,
        body=body,
        original_timestamp=original,
        sent_at=sent_at,
        group_id=call.group_id if kind == "group" else None,
        historical=stamp.door.is_historical,
    )


def _decoded(body: bytes) -> Call | None:
    if len(body) > EVENT_BYTES_MAX or is_deep(body):
        return None
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _is_track(call: Call) -> bool:
    return bool(call.event) and len(cast("str", call.event)) <= NAME_LENGTH_SAFE


def _is_view(call: Call) -> bool:
    return call.category != "" and (call.name is None or 0 < len(call.name) <= NAME_LENGTH_SAFE)


def _is_group(call: Call) -> bool:
    return _is_plain_id(call.group_id)


def _is_identify(_: Call) -> bool:
    return True


# Aliases carry two users' ids: they are rare, and read patiently.
_FITS: dict[str, Callable[[Call], bool]] = {
    "track": _is_track,
    "identify": _is_identify,
    "page": _is_view,
    "screen": _is_view,
    "group": _is_group,
}
_NAMED = frozenset({"page", "screen"})


def _is_identified(call: Call) -> bool:
    """Tell that the call and somebody are named, and nobody by an id that is none."""
    if call.message_id is not None and len(call.message_id) > MESSAGE_ID_LENGTH_MAX:
        return False
    if call.user_id is None:
        return _is_plain_id(call.anonymous_id)
    return _is_plain_id(call.user_id) and (call.anonymous_id is None or _is_plain_id(call.anonymous_id))


def _is_plain_id(text: str | None) -> bool:
    return text is not None and len(text) <= ID_LENGTH_SAFE and not is_blocked(text) and not text.isspace()


def _without_write_key(body: bytes) -> bytes:
    """Cut the write key out of an event; empty when it is not certain where it stands."""
    if body.count(b'"writeKey"') != 1 or b"\\" in body:
        return b""
    stripped, count = _WRITE_KEY.subn(b"", body, count=1)
    return stripped if count else b""
