"""How a request to many becomes messages, and how each of them finds what it shares with the others again."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tidings.ids import placed_id, recipient_id
from tidings.mapping.arrival import Arrival
from tidings.mapping.message import NOT_OPTIONS
from tidings.messages import Message
from tidings.preferences import DIGEST, Digest, Round
from tidings.recipients import LIST_PREFERENCES, Direct, Expansion, Recipient, list_lane, targets
from tidings.records import user_key

_URGENT_MAX = 100
"""So many named recipients are sent to before any list; more are a list by another name."""

_A_MILLISECOND = 1000
"""Messages of a request that are enqueued in the same one. Ids are scattered, so without that each index by time would
be written all over; with it, at its end. A million are a second apart."""
_ROUND = "round"


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
        lane="" if urgent else list_lane(arrival.record.message_id),
    )


def expansion_of_round(environment_id: int, digest: Digest, round_: Round) -> Expansion:
    """Make the request by which an audience gets a digest. Its id derives from the round: it is made once."""
    name = f"{environment_id}\n{round_.topic_id}\n{round_.schedule_id}\n{round_.due_at}"
    body = {
        "to": {"audience_id": digest.audience_id},
        "template": digest.template_id,
        "preferences": {"subscription_topic_id": round_.topic_id},
        DIGEST: {"categories": digest.categories, _ROUND: round_},
    }
    request_id = recipient_id(round_.moment, name)
    return Expansion(
        environment_id=environment_id,
        id=request_id,
        received_at=round_.due_at,
        priority=1,
        body=msgspec.json.encode(body),
        lane=list_lane(request_id),
    )


def round_of(body: dict[str, Any]) -> Round | None:
    """Read which round of a digest a request is; None for every other request."""
    told = body.get(DIGEST)
    found = told.get(_ROUND) if isinstance(told, dict) else None
    return None if found is None else msgspec.convert(found, Round)


def messages_of(
    expansion: Expansion, body: dict[str, Any], recipients: Iterable[Recipient], *, in_order: bool = False
) -> list[Message]:
    """Make a slice's messages. Each keeps its own recipient's words alone, and shares the rest with the request.

    They come without a first line of their history: it says what the message says, and is read from there. Recipients
    `in_order` are each named once by the whole request, and their messages' ids rise with their places.
    """
    event, round_ = body.get("template") or "", round_of(body)
    enqueued = expansion.received_at + expansion.made // _A_MILLISECOND
    messages: dict[str, Message] = {}
    for place, recipient in enumerate(recipients, expansion.made):
        key = user_key(recipient.user_id, None)
        if round_ is not None:
            message_id = round_.message_id(expansion.environment_id, key)
        elif in_order:
            message_id = placed_id(expansion.id, place, recipient.key)
        else:
            message_id = recipient_id(expansion.id, recipient.key)
        wishes = recipient.list_preferences
        messages.setdefault(
            message_id,
            Message(
                environment_id=expansion.environment_id,
                id=message_id,
                user_key=key,
                recipient=recipient.shown,
                enqueued=enqueued,
                event=event,
                request_id=expansion.id,
                to=recipient.to,
                data=recipient.data,
                options={} if wishes is None else {LIST_PREFERENCES: wishes},
                shared=True,
                updated=enqueued,
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
