"""A request's body, opened as far as its key, and then made into records."""

from typing import Any

import msgspec
from msgspec import Raw

from tidings.errors import InvalidInput, TooLarge
from tidings.ingest import json_text
from tidings.ingest.door import Door
from tidings.ingest.moment import parse_moment
from tidings.ingest.patient import discarded, record_patiently
from tidings.ingest.stamp import Stamp
from tidings.ingest.strict import record_strictly
from tidings.records import Record
from tidings.spec import BATCH_ITEMS_MAX, DEPTH_MAX, MERGED_BYTES_MAX, Batch, Keyed

_BOM = b"\xef\xbb\xbf"
_ITEM_DEPTH = 2  # an item of a batch lies in a list, in an object

_read_batch = msgspec.json.Decoder(Batch).decode
_read_key = msgspec.json.Decoder(Keyed).decode


class CallRefused(InvalidInput):
    """A single call cannot be used. `record` is what the log keeps of it, as it would of an item of a batch."""

    def __init__(self, record: Record, hint: str) -> None:
        super().__init__(record.detail + hint, code=record.discarded)
        self.record = record


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """An opened body: its items, still unread, and what stands beside them."""

    door: Door
    items: list[Any]
    """Each is `Raw` or bytes where the JSON was good, else what `json_text.parse` read."""
    write_key: str | None = None
    sent_at: int | None = None
    timestamp: int | None = None
    context: dict[str, Any] | None = None
    integrations: dict[str, Any] | None = None
    has_nul: bool = False
    hint: str = ""
    """What the caller may have meant, if this turns out to be no event."""

    def __repr__(self) -> str:
        """Show no content: a repr ends up in logs."""
        return f"Request({len(self.items)} items)"


def open_body(body: bytes, door: Door) -> Request:
    """Open a body of at most `door.bytes_max` bytes.

    Raises `InvalidInput` for what is no JSON in UTF-8 or not this door's shape, `TooLarge` for too many bytes.
    """
    if len(body) > door.bytes_max:
        raise _too_large(door)
    body = body.removeprefix(_BOM)
    if not body or body.isspace():
        raise InvalidInput("the body is empty")
    try:
        body.decode()  # msgspec does not look at the bytes it skips
    except UnicodeDecodeError:
        raise InvalidInput("the body is not UTF-8") from None
    return _open_batch(body, door) if door.is_batch else _open_event(body, door)


def ingest(request: Request, *, received_at: int, ip: str = "") -> list[Record]:
    """Make records of a request's items, in their order; none of an empty batch.

    What is wrong with one item of a batch discards that item. What is wrong with a single event raises `CallRefused`
    with the slug as its code (segment.md §8-D2). The address is noted on calls of clients alone (`client_side`).
    """
    stamp = Stamp(
        door=request.door,
        received_at=received_at,
        sent_at=request.sent_at,
        timestamp=request.timestamp,
        context=request.context,
        integrations=request.integrations,
        ip=ip,
        has_nul=request.has_nul,
    )
    if len(request.items) > BATCH_ITEMS_MAX:
        problem = f"{len(request.items)} events in one batch, {BATCH_ITEMS_MAX} are allowed; none was taken"
        return [discarded(TooLarge(problem, code="batch_too_many_events"), stamp)]
    read = _record if stamp.is_plain else _record_patiently
    records = [read(item, stamp) for item in request.items]
    if not request.door.is_batch and records[0].discarded:
        raise CallRefused(records[0], request.hint)
    return _each_once(records)


def _record(item: Any, stamp: Stamp) -> Record:
    if isinstance(item, Raw):
        item = bytes(item)
    record = record_strictly(item, stamp) if isinstance(item, bytes) else None
    return record or record_patiently(item, stamp)


def _record_patiently(item: Any, stamp: Stamp) -> Record:
    return record_patiently(bytes(item) if isinstance(item, Raw) else item, stamp)


def _each_once(records: list[Record]) -> list[Record]:
    """Let the first good record of each `messageId` stand; later ones are repetitions (segment.md §7 row 39)."""
    if len({record.message_id for record in records}) == len(records):
        return records
    seen: set[str] = set()
    kept: list[Record] = []
    for record in records:
        if record.discarded:
            kept.append(record)
        elif record.message_id in seen:
            detail = "an earlier event of this request has the same messageId"
            kept.append(msgspec.structs.replace(record, discarded="duplicate", detail=detail))
        else:
            seen.add(record.message_id)
            kept.append(record)
    return kept


def _open_event(body: bytes, door: Door) -> Request:
    try:
        keyed = _read_key(body)
    except msgspec.ValidationError:
        raise InvalidInput("the body must be one event, as a JSON object") from None
    except RecursionError:
        raise json_text.too_deep() from None
    except msgspec.DecodeError:
        event = json_text.parse(body)
        key, _ = json_text.mend(event.get("writeKey") if isinstance(event, dict) else None)
        return Request(door=door, items=[event], write_key=_text(key))
    return Request(
        door=door,
        items=[body],
        write_key=_text(_value(keyed.write_key)),
        has_nul=_has_nul(body),
        hint="; a batch goes to /v1/batch" if bytes(keyed.batch)[:1] == b"[" else "",
    )


def _open_batch(body: bytes, door: Door) -> Request:
    try:
        batch = _read_batch(body)
    except msgspec.ValidationError:
        raise _no_batch() from None
    except (msgspec.DecodeError, RecursionError):
        return _open_patiently(body, door)
    beside = {
        "writeKey": _value(batch.write_key),
        "sentAt": _value(batch.sent_at),
        "timestamp": _value(batch.timestamp),
        "context": _value(batch.context),
        "integrations": _value(batch.integrations),
    }
    return _batch_request(door, batch.batch, beside, has_nul=_has_nul(body))


def _open_patiently(body: bytes, door: Door) -> Request:
    """Open a batch that has bare NaN, half surrogate pairs, or one item so deep that no parser can pass it."""
    depth_max = DEPTH_MAX + _ITEM_DEPTH
    if json_text.is_deep(body, depth_max):
        body = json_text.cut_deep(body, depth_max + 1)  # still one too deep, so that the item is discarded for it
    batch = json_text.parse(body)
    items = batch.get("batch") if isinstance(batch, dict) else None
    if not isinstance(items, list):
        raise _no_batch()
    beside, _ = json_text.mend({key: value for key, value in batch.items() if key != "batch"})
    return _batch_request(door, items, beside, has_nul=False)  # these items are mended anyway


def _batch_request(door: Door, items: list[Any], beside: dict[str, Any], *, has_nul: bool) -> Request:
    context, integrations = _object(beside.get("context")), _object(beside.get("integrations"))
    shared = sum(len(json_text.write(part)) for part in (context, integrations) if part)
    if shared * len(items) > MERGED_BYTES_MAX:
        raise TooLarge("the batch's context is too large for so many events", code="request_too_large")
    return Request(
        door=door,
        items=items,
        write_key=_text(beside.get("writeKey")),
        sent_at=parse_moment(beside.get("sentAt")),
        timestamp=parse_moment(beside.get("timestamp")),
        context=context,
        integrations=integrations,
        has_nul=has_nul,
    )


def _value(raw: Raw) -> Any:
    """Read a part of a body; None when it is absent."""
    return json_text.mend(json_text.parse(bytes(raw)))[0] if len(raw) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _has_nul(body: bytes) -> bool:
    return b"\\" in body and b"\\u0000" in body


def _no_batch() -> InvalidInput:
    return InvalidInput(
        "the body must be an object with a list named batch; a single event goes to its own path, as /v1/track",
        path="batch",
    )


def _too_large(door: Door) -> TooLarge:
    kind = "request" if door.is_batch else "event"
    return TooLarge(f"Exceed payload limit: {door.bytes_max} bytes are allowed", code=f"{kind}_too_large")
