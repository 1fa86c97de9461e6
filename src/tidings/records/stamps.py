"""What accept has settled about a call, in the words of the call's own fields."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tidings.clock import iso
from tidings.records.record import Record


def stamps_of(record: Record) -> Callable[[str], Any]:
    """Make the look-up by field name (`userId`); None for what is not there."""
    return partial(_stamp, record)


def _stamp(record: Record, name: str) -> Any:
    read = _STAMPS.get(name)
    return None if read is None else read(record)


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(at)


_STAMPS: dict[str, Callable[[Record], Any]] = {
    "type": lambda record: record.type,
    "messageId": lambda record: record.message_id,
    "userId": lambda record: record.user_id,
    "anonymousId": lambda record: record.anonymous_id,
    "timestamp": lambda record: iso(record.timestamp),
    "originalTimestamp": lambda record: _iso(record.original_timestamp),
    "sentAt": lambda record: _iso(record.sent_at),
    "receivedAt": lambda record: iso(record.received_at),
}
