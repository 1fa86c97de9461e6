"""How a request to many becomes messages, and how each of them finds what it shares with the others again."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tidings.ids import recipient_id
from tidings.mapping.arrival import Arrival
from tidings.mapping.message import NOT_OPTIONS
from tidings.messages import Message
from tidings.recipients import Direct, Expansion, Recipient, targets
from tidings.records import user_key

_URGENT_MAX = 100
"""So many named recipients are sent to before any list; more are a list by another name."""

LIST_PREFERENCES = "list_preferences"
"""Where a message's options keep what the list says of it."""


def expansion_of_send(arrival: Arrival, to: Any) -> Expansion:
    """Make the expansion of a request to many. Its body was checked at the door."""
    named = targets(to)
    urgent = len(named) <= _URGENT_MAX and all(isinstance(target, Direct) for target in named)
    return Expansion(
        environment_id=arrival.environment_id,
        id=arrival.record.message_id,
        received_at=arrival.record.received_at,
        priority=0 if urgent else 1,
        body=arrival.record.body,
    )


def messages_of(expansion: Expansion, body: dict[str, Any], recipients: Iterable[Recipient]) -> list[Message]:
    """Make a slice's messages. Each keeps its own recipient's words alone, and shares the rest with the request.

    They come without a first line of their history: it says what the message says, and is read from there.
    """
    event = body.get("template") or ""
    messages: dict[str, Message] = {}
    for recipient in recipients:
        message_id = recipient_id(expansion.id, recipient.key)
        wishes = recipient.list_preferences
        messages.setdefault(
            message_id,
            Message(
                environment_id=expansion.environment_id,
                id=message_id,
                user_key=user_key(recipient.user_id, None),
                recipient=recipient.shown,
                enqueued=expansion.received_at,
                event=event,
                request_id=expansion.id,
                to=recipient.to,
                data=recipient.data,
                options={} if wishes is None else {LIST_PREFERENCES: wishes},
                shared=True,
                updated=expansion.received_at,
            ),
        )
    return list(messages.values())


def completed(message: Message, body: dict[str, Any]) -> Message:
    """Give a message of a request to many what it shares with the others; its own words win."""
    shared = {key: value for key, value in body.items() if key not in NOT_OPTIONS}
    return msgspec.structs.replace(
        message,
        data={**(body.get("data") or {}), **message.data},
        content=body.get("content"),
        options={**shared, **message.options},
    )
