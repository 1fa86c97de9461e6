"""A request to send, checked: from `message` of `POST /send` to a record (courier-api.md §1).

Only the shape is decided here. Whether the template exists, the user can be reached and the provider works is told
later, by the message's status (courier-semantics.md §1).
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tidings import elemental
from tidings.audiences import check_audience_id
from tidings.errors import InvalidInput, TooLarge
from tidings.ingest.timeouts import Timeout, check_timeouts
from tidings.lists import Pattern, check_list_id
from tidings.preferences import DIGEST, Wishes
from tidings.recipients import BULK_JOB, LIST_PREFERENCES, has_way, is_many
from tidings.records import Record
from tidings.timing import Delay, Expiry

DEPTH_MAX = 64
"""Levels of nesting, as for calls: deeper is a mistake or an attack, and recursion has its price."""
ID_BYTES_MAX = 1024
RECIPIENTS_MAX = 10_000
"""Named in one request; more are a list, or come by `/bulk`."""
_COUNT_MAX = 100  # channels, providers and nested routes of one message: forty providers exist

_FILTERS_MAX = 20

Json = dict[str, Any]
_Text = Annotated[str, Meta(min_length=1, max_length=ID_BYTES_MAX)]
Named = Annotated[dict[str, Json], Meta(max_length=_COUNT_MAX)]
"""Settings by the name of a channel or of a provider."""


class Routing(msgspec.Struct):
    """The declared wish: by one of these channels, or by all."""

    method: Literal["single", "all"] | None = None
    channel: _Text | None = None
    channels: Annotated[list["str | Routing"], Meta(max_length=_COUNT_MAX)] | None = None
    strategy_id: _Text | None = None
    """Ours: a routing strategy to go by, where the request names no channels; at the top only."""


class _Metadata(msgspec.Struct):
    event: str | None = None
    tags: Annotated[list[Annotated[str, Meta(max_length=30)]], Meta(max_length=9)] | None = None
    trace_id: str | None = None
    utm: dict[str, str | None] | None = None


class _Context(msgspec.Struct):
    tenant_id: str | None = None


class _Preferences(msgspec.Struct):
    subscription_topic_id: _Text


class _MemberOf(msgspec.Struct):
    operator: Literal["MEMBER_OF"]
    path: Literal["account_id"]
    value: _Text


class _Recipient(msgspec.Struct):
    user_id: _Text | None = None
    email: _Text | None = None
    phone_number: _Text | None = None
    list_id: _Text | None = None
    list_pattern: _Text | None = None
    audience_id: _Text | None = None
    tenant_id: _Text | None = None
    account_id: _Text | None = None
    include_children: bool | None = None
    filters: Annotated[list[_MemberOf], Meta(max_length=_FILTERS_MAX)] | None = None
    data: Json | None = None
    context: _Context | None = None
    preferences: Wishes | None = None


class SendMessage(msgspec.Struct):
    """`message` of a request to send. A recipient may have more keys: they are its profile."""

    to: _Recipient | Annotated[list[_Recipient], Meta(min_length=1, max_length=RECIPIENTS_MAX)]
    template: _Text | None = None
    content: Json | None = None
    data: Json | None = None
    brand_id: _Text | None = None
    routing: Routing | None = None
    channels: Named | None = None
    providers: Named | None = None
    metadata: _Metadata | None = None
    context: _Context | None = None
    timeout: Timeout | None = None
    timeouts: Timeout | None = None
    preferences: _Preferences | None = None
    delay: Delay | None = None
    expiry: Expiry | None = None


_FOR_MANY = ("list_id", "list_pattern", "audience_id")


def record_of_send(
    body: Any, *, request_id: str, received_at: int, check_content: Callable[[Json], object] = elemental.parse
) -> Record:
    """Check the body of a request to send and make its record. Raises `InvalidInput` with the path of what is wrong.

    A recipient given by address alone has no user id, nor have many: the record belongs to no user and keeps no order
    with others. `check_content` raises `InvalidInput`, its path below `notification.content`, for content that could
    not be sent.
    """
    message = _message(body)
    if nests_deeper(message, DEPTH_MAX):
        raise TooLarge(f"a message nests {DEPTH_MAX} levels at most", path="message")
    _refuse_our_own(message)
    checked = _shape(message)
    _check_content(checked, check_content)
    _identifier(checked.template, "message.template")
    check_timeouts(checked.channels, path="message.channels")
    check_timeouts(checked.providers, path="message.providers")
    if checked.delay is not None:
        checked.delay.check(path="message.delay")
    if checked.expiry is not None:
        checked.expiry.check(path="message.expiry")
    for index, to in enumerate(_each(message["to"])):
        check_recipient(to, f"message.to[{index}]" if isinstance(message["to"], list) else "message.to")
    user_id = None if is_many(message["to"]) else message["to"].get("user_id")
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


def check_user_id(user_id: str, *, path: str) -> str:
    """Hold a user id to its limits. Raises `InvalidInput`."""
    if not user_id:
        raise InvalidInput("an id is not empty", path=path)
    _identifier(user_id, path)
    return user_id


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


def _refuse_our_own(message: Json) -> None:
    """Nobody may write what we write into messages ourselves."""
    for name in (DIGEST, LIST_PREFERENCES):
        if message.get(name) is not None:
            raise InvalidInput("is no field of a request: leave it out", path=f"message.{name}")
    for to in _each(message.get("to")):
        if isinstance(to, dict) and to.get(BULK_JOB) is not None:
            raise InvalidInput("a bulk job is not sent to by name: run it", path=f"message.to.{BULK_JOB}")


def _each(to: Any) -> list[Any]:
    return to if isinstance(to, list) else [to]


def check_recipient(to: Json, path: str) -> None:
    """See that a recipient says who is meant, in a way that can be found."""
    _check_narrowing(to, path)
    if _identifier(to.get("user_id"), f"{path}.user_id") is not None:
        return
    if to.get("list_id") is not None:
        check_list_id(to["list_id"], path=f"{path}.list_id")
    elif to.get("list_pattern") is not None:
        Pattern.parse(to["list_pattern"], path=f"{path}.list_pattern")
    elif to.get("audience_id") is not None:
        check_audience_id(to["audience_id"], path=f"{path}.audience_id")
    elif not has_way(to) and not (to.get("tenant_id") or to.get("account_id")):
        raise InvalidInput(
            "name the recipient: user_id, email, phone_number, list_id, list_pattern, audience_id, tenant_id, or where "
            "a provider finds them",
            path=path,
        )


def _check_narrowing(to: Json, path: str) -> None:
    """Nothing that would change who is meant is dropped in silence."""
    named = next((key for key in _FOR_MANY if to.get(key) is not None), None)
    if to.get("filters") and (to.get("user_id") is not None or named not in ("list_id", "audience_id")):
        raise InvalidInput("filters stand beside `list_id` or `audience_id` alone", path=f"{path}.filters")
    for key in ("tenant_id", "account_id"):
        if _identifier(to.get(key), f"{path}.{key}") is not None and named is not None and to.get("user_id") is None:
            raise InvalidInput(
                f"a tenant beside `{named}` could mean two things: `filters` with MEMBER_OF narrows it to a tenant's "
                "members, `message.context.tenant_id` says in whose name it is sent",
                path=f"{path}.{key}",
            )


def _shape(message: Json) -> SendMessage:
    try:
        return msgspec.convert(message, SendMessage)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise InvalidInput(what, path="message" + where.removesuffix("`")) from error


def _check_content(message: SendMessage, check: Callable[[Json], object]) -> None:
    if message.content is None and message.template is None:
        raise InvalidInput("Invalid Request. Either 'content' or 'template' must be defined.")
    if message.content is not None and message.template is not None:
        raise InvalidInput("give `template` or `content`, not both", path="message.content")
    if message.content is None:
        return
    try:
        check(message.content)
    except InvalidInput as error:
        path = "message." + error.path.removeprefix("notification.")
        raise type(error)(error.message, path=path, code=error.code) from error


def _identifier(text: str | None, path: str) -> str | None:
    if text is not None and "\x00" in text:
        raise InvalidInput("an id cannot hold NUL", path=path)
    if text is not None and len(text.encode()) > ID_BYTES_MAX:
        raise InvalidInput(f"an id has {ID_BYTES_MAX} bytes at most", path=path)
    return text
