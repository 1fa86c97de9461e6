"""What becomes of a message, as the track call that Courier sends to a Segment source (courier-segment.md §10)."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tidings.clock import iso
from tidings.effects import StatusNews
from tidings.forwarding.normalise import VERSION
from tidings.messages import MARK, Attempt, Message, Sent, Status, Undeliverable, marked

Json = dict[str, Any]

EVENTS: Mapping[Status, str] = MappingProxyType(
    {
        Status.SENT: "Message Sent",
        Status.DELIVERED: "Message Delivered",
        Status.OPENED: "Message Opened",
        Status.CLICKED: "Message Clicked",
        Status.UNDELIVERABLE: "Message Undeliverable",
        Status.UNROUTABLE: "Message Unroutable",
    }
)
"""The statuses that are told, and how each is called. No other is.

What is told of audiences is written in `forwarding/belonging.py`.
"""
_MOMENTS = {Status.SENT: "sent", Status.DELIVERED: "delivered", Status.OPENED: "opened", Status.CLICKED: "clicked"}
_FAILED = frozenset({Status.UNDELIVERABLE, Status.UNROUTABLE})


def call_of(news: StatusNews) -> Json:
    """Write the call. Its id derives from the message's and the status, so whoever hears it twice can tell."""
    message = news.message
    return {
        "type": "track",
        "messageId": f"{message.id}:{news.status.lower()}",
        "event": EVENTS[news.status],
        "timestamp": iso(news.at),
        **_who(message),
        "properties": _properties(news),
        "context": {"integration": {"name": "courier"}, "library": {"name": "tidings"}, MARK: marked(message)},
        "version": VERSION,
    }


def place_of(news: StatusNews) -> int:
    """Number a piece of news among those that wait for a destination: always the same, and like no other's."""
    digest = hashlib.blake2b(f"{news.message.id}\0{news.status}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _who(message: Message) -> Json:
    """Name the user; a recipient that is an address alone has no id but the message's own: addresses stay here."""
    kind, identity = message.user_key[:2], message.user_key[2:]
    if kind == "u:":
        return {"userId": identity}
    return {"anonymousId": identity if kind == "a:" else message.id}


def _properties(news: StatusNews) -> Json:
    """Give the message as `GET /messages/{id}` has it, without the moments that belong to later statuses."""
    message = news.message
    recipient = message.recipient if message.user_key else ""
    found: Json = {
        "id": message.id,
        "status": news.status.value,
        "event": message.event,
        "notification": message.template_id or "",
        "recipient": recipient,
        "recipientId": recipient,
        "enqueued": message.enqueued,
        "providers": [_provider(each) for each in news.attempts],
    }
    for status, moment in _MOMENTS.items():
        if (at := getattr(message, moment)) is not None:
            found[moment] = at
        if status is news.status:
            break
    if news.status in _FAILED and message.status is news.status:
        found |= {"reason": message.reason.value} if message.reason else {}
        found |= {"error": message.error} if message.error else {}
    return found


def _provider(attempt: Attempt) -> Json:
    said: Json = {"provider": attempt.provider, "channel": attempt.channel}
    match attempt.outcome:
        case Sent():
            return said | {"status": "SENT"}
        case Undeliverable(detail=detail):
            return said | {"status": "UNDELIVERABLE", "error": detail}
        case None:
            return said
        case other:
            return said | {"error": other.detail}
