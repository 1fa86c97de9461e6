"""A message as Courier writes it, with where it stands and every attempt (courier-api.md §3)."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from tidings.messages import Attempt, Message, RetryLater, Sent, Status, Undeliverable, Unknown

Json = dict[str, Any]

_CAMEL = {"canceled_at": "canceledAt", "list_id": "listId", "list_message_id": "listMessageId"}


class MessageDetails(msgspec.Struct, rename=_CAMEL):
    """A message and where it stands."""

    id: str
    status: str
    enqueued: int
    event: str
    notification: str
    recipient: str
    sent: int | UnsetType = UNSET
    delivered: int | UnsetType = UNSET
    opened: int | UnsetType = UNSET
    clicked: int | UnsetType = UNSET
    error: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    outcome_unknown: bool | UnsetType = UNSET
    """Ours: true when a provider may have taken it and nobody can know; it is not sent again."""
    channel: str | UnsetType = UNSET
    """Ours: by which it goes, or went; not there before a way is chosen."""
    provider: str | UnsetType = UNSET
    """Ours: by whom."""
    canceled_at: int | UnsetType = UNSET
    list_id: str | UnsetType = UNSET
    """The list that it was sent to."""
    list_message_id: str | UnsetType = UNSET
    """The request that was to a list."""


class ChannelAnswer(msgspec.Struct):
    """The channel of an attempt."""

    key: str
    name: str
    template: str


class ProviderAnswer(msgspec.Struct, rename={"provider_response": "providerResponse"}):
    """One attempt at one provider. Without a status it is still open, or waits to be repeated."""

    channel: ChannelAnswer
    provider: str
    status: str | UnsetType = UNSET
    sent: int | UnsetType = UNSET
    error: str | UnsetType = UNSET
    provider_response: str | UnsetType = UNSET
    reference: Json | UnsetType = UNSET


class MessageRecord(MessageDetails):
    """A message with its attempts."""

    providers: list[ProviderAnswer] = []


def details(message: Message) -> MessageDetails:
    """Put a message into a listing."""
    return MessageDetails(**_details(message))


def record(message: Message, attempts: Sequence[Attempt]) -> MessageRecord:
    """Put a message on the wire with its attempts."""
    return MessageRecord(**_details(message), providers=[_provider(attempt, message) for attempt in attempts])


def _details(message: Message) -> Json:
    times = {name: getattr(message, name) for name in ("sent", "delivered", "opened", "clicked")}
    return {
        "id": message.id,
        "status": message.status.value,
        "enqueued": message.enqueued,
        "event": message.event,
        "notification": message.template_id or "",
        "recipient": message.recipient,
        "error": message.error or UNSET,
        "reason": message.reason.value if message.reason else UNSET,
        "outcome_unknown": message.outcome_unknown or UNSET,
        "channel": message.channel or UNSET,
        "provider": message.provider or UNSET,
        "canceled_at": message.updated if message.status is Status.CANCELED else UNSET,
        "list_id": message.to.get("list_id", UNSET) if message.shared else UNSET,
        "list_message_id": message.request_id if message.shared and "list_id" in message.to else UNSET,
        **{name: at for name, at in times.items() if at is not None},
    }


def _provider(attempt: Attempt, message: Message) -> ProviderAnswer:
    channel = ChannelAnswer(key=attempt.channel, name=attempt.channel, template=message.template_id or "")
    wire = ProviderAnswer(channel=channel, provider=attempt.provider)
    match attempt.outcome:
        case Sent(reference=reference):
            wire.status = "SENT"
            wire.sent = UNSET if attempt.finished is None else attempt.finished
            wire.reference = UNSET if reference is None else {"id": reference}
        case Undeliverable(detail=detail, kept_back=True):
            wire.status, wire.error = "FILTERED", detail
        case Undeliverable(detail=detail):
            wire.status = "UNDELIVERABLE"
            wire.error = wire.provider_response = detail
        case RetryLater(detail=detail) | Unknown(detail=detail):
            wire.error = wire.provider_response = detail
    return wire
