"""A request to send, checked: from `message` of `POST /send` to a record (courier-api.md §1).

Only the shape is decided here. Whether the template exists, the user can be reached and the provider works is told
later, by the message's status (courier-semantics.md §1).
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tidings import elemental
from tidings.errors import InvalidInput, TooLarge
from tidings.records import Record

DEPTH_MAX = 64
"""Levels of nesting, as for calls: deeper is a mistake or an attack, and recursion has its price."""
ID_BYTES_MAX = 1024
_COUNT_MAX = 100  # channels, providers and nested routes of one message: forty providers exist

Json = dict[str, Any]
_Ms = Annotated[float, Meta(ge=0)]
_Text = Annotated[str, Meta(min_length=1, max_length=ID_BYTES_MAX)]
_Named = Annotated[dict[str, Json], Meta(max_length=_COUNT_MAX)]


class _Routing(msgspec.Struct):
    method: Literal["single", "all"] | None = None
    channel: _Text | None = None
    channels: Annotated[list["str | _Routing"], Meta(max_length=_COUNT_MAX)] | None = None


class _Metadata(msgspec.Struct):
    event: str | None = None
    tags: Annotated[list[Annotated[str, Meta(max_length=30)]], Meta(max_length=9)] | None = None
    trace_id: str | None = None
    utm: dict[str, str | None] | None = None


class _Context(msgspec.Struct):
    tenant_id: str | None = None


class _Timeout(msgspec.Struct):
    message: _Ms | None = None
    channel: _Ms | dict[str, _Ms] | None = None
    provider: _Ms | dict[str, _Ms] | None = None
    escalation: _Ms | None = None
    criteria: Literal["no-escalation", "delivered", "viewed", "engaged"] | None = None


class _Preferences(msgspec.Struct):
    subscription_topic_id: _Text


class _Recipient(msgspec.Struct):
    user_id: _Text | None = None
    email: _Text | None = None
    data: Json | None = None
    context: _Context | None = None


class _Message(msgspec.Struct):
    to: _Recipient
    template: _Text | None = None
    content: Json | None = None
    data: Json | None = None
    brand_id: _Text | None = None
    routing: _Routing | None = None
    channels: _Named | None = None
    providers: _Named | None = None
    metadata: _Metadata | None = None
    context: _Context | None = None
    timeout: _Timeout | None = None
    timeouts: _Timeout | None = None
    preferences: _Preferences | None = None


_LATER = {"delay": "delayed sends", "expiry": "messages that expire"}
_LATER_TO = {
    "list_id": "sends to lists",
    "list_pattern": "sends to list patterns",
    "audience_id": "sends to audiences",
    "tenant_id": "sends in the context of a tenant",
    "account_id": "sends in the context of a tenant",
}


def record_of_send(body: Any, *, request_id: str, received_at: int) -> Record:
    """Check the body of a request to send and make its record. Raises `InvalidInput` with the path of what is wrong.

    A recipient given by address alone has no user id: the record belongs to no user and keeps no order with others.
    """
    message = _message(body)
    if nests_deeper(message, DEPTH_MAX):
        raise TooLarge(f"a message nests {DEPTH_MAX} levels at most", path="message")
    _refuse_what_comes_later(message)
    checked = _shape(message)
    _check_content(checked)
    user_id = _identifier(checked.to.user_id, "message.to.user_id")
    _identifier(checked.template, "message.template")
    if user_id is None and checked.to.email is None:
        raise InvalidInput("name the recipient by user_id or email; other addresses come later", path="message.to")
    return Record(
        type="send",
        message_id=request_id,
        user_id=user_id,
        anonymous_id=None,
        name=None,
        timestamp=received_at,
        received_at=received_at,
        body=msgspec.json.encode({key: value for key, value in message.items() if value is not None}),
    )


def nests_deeper(value: Any, depth_max: int) -> bool:
    """Tell whether JSON nests deeper than that; `{}` and `[]` are one level."""
    level = _containers([value])
    for _ in range(depth_max):
        level = _containers(child for it in level for child in (it.values() if isinstance(it, dict) else it))
    return bool(level)


def _containers(values: Iterable[Any]) -> list[dict[str, Any] | list[Any]]:
    return [value for value in values if isinstance(value, dict | list)]


def _message(body: Any) -> Json:
    if isinstance(body, dict) and isinstance(message := body.get("message"), dict):
        return message
    if isinstance(body, dict) and "message" not in body and body.keys() & {"event", "recipient", "list", "pattern"}:
        raise InvalidInput(
            'this is the first version of the send body; write {"message": {"to": {"user_id": recipient}, '
            '"template": event, "data": data}} instead',
            path="message",
        )
    raise InvalidInput("an object with `to` and `template` or `content` is required", path="message")


def _refuse_what_comes_later(message: Json) -> None:
    """Nothing that was asked for is dropped in silence."""
    for key, what in _LATER.items():
        if message.get(key) is not None:
            raise InvalidInput(f"{what} come in a later version; leave it out", path=f"message.{key}")
    to = message.get("to")
    if isinstance(to, list):
        raise InvalidInput("sends to many recipients come in a later version; send one each", path="message.to")
    for key, what in _LATER_TO.items():
        if isinstance(to, dict) and to.get(key) is not None:
            raise InvalidInput(f"{what} come in a later version; name one user", path=f"message.to.{key}")


def _shape(message: Json) -> _Message:
    try:
        return msgspec.convert(message, _Message)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise InvalidInput(what, path="message" + where.removesuffix("`")) from error


def _check_content(message: _Message) -> None:
    if message.content is None and message.template is None:
        raise InvalidInput("Invalid Request. Either 'content' or 'template' must be defined.")
    if message.content is not None and message.template is not None:
        raise InvalidInput("give `template` or `content`, not both", path="message.content")
    if message.content is None:
        return
    try:
        elemental.parse(message.content)
    except InvalidInput as error:
        path = "message." + error.path.removeprefix("notification.")
        raise type(error)(error.message, path=path, code=error.code) from error


def _identifier(text: str | None, path: str) -> str | None:
    if text is not None and "\x00" in text:
        raise InvalidInput("an id cannot hold NUL", path=path)
    if text is not None and len(text.encode()) > ID_BYTES_MAX:
        raise InvalidInput(f"an id has {ID_BYTES_MAX} bytes at most", path=path)
    return text
