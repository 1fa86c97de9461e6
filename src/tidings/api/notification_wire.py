"""Notifications (templates) as Courier writes them (courier-api.md §10)."""

import hashlib
import re
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tidings import elemental
from tidings.api.paging import Paging
from tidings.elemental.condition import ConditionError, condition
from tidings.elemental.condition import Group as ConditionGroup
from tidings.errors import InvalidInput
from tidings.rendering import RenderError, check, check_line
from tidings.templates import CHECKS_MAX, EmailHeaders, MissingVariables, Template, TemplateSettings, TemplateVersion

Json = dict[str, Any]
_Id = Annotated[str, Meta(min_length=1, max_length=255)]
Name = Annotated[str, Meta(min_length=1, max_length=255)]
Tags = Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=100)]
Checks = Annotated[list[_Id], Meta(max_length=CHECKS_MAX)]
State = Annotated[str, Meta(pattern="^(?i:draft|published)$")]
_Copies = (
    Annotated[list[Annotated[str, Meta(max_length=1_000)]], Meta(max_length=100)]
    | Annotated[str, Meta(max_length=10_000)]
)
CONTENT_VERSION = "2022-01-01"


class Brand(msgspec.Struct):
    """A brand, by id."""

    id: _Id


class Subscription(msgspec.Struct):
    """A subscription topic, by id."""

    topic_id: _Id


class Routing(msgspec.Struct):
    """A routing strategy, by id."""

    strategy_id: _Id


class Email(msgspec.Struct, omit_defaults=True):
    """Addresses of an email; they may hold variables. `cc` and `bcc` are lists, or one text with commas."""

    from_: Annotated[str, Meta(max_length=1_000)] | None = msgspec.field(name="from", default=None)
    reply_to: Annotated[str, Meta(max_length=1_000)] | None = None
    cc: _Copies = []
    bcc: _Copies = []


class Notification(msgspec.Struct):
    """What a template is written with. `content` is Elemental; `alias` is the event that sends it."""

    name: Name
    content: Json
    tags: Tags = []
    brand: Brand | None = None
    subscription: Subscription | None = None
    routing: Routing | None = None
    alias: Annotated[str, Meta(min_length=1, max_length=1024)] | UnsetType | None = UNSET
    email: Email | None = None
    missing_variables: MissingVariables = "empty"
    """Ours: what stands where a variable has no value; `refuse` sends nothing."""
    if_: str | list[ConditionGroup] | None = msgspec.field(name="if", default=None)
    """Ours: a condition without which nothing is sent."""
    checks: Checks = []
    """Ours: the ids of checks that publish it, once it is handed in and each is resolved."""


class WriteBody(msgspec.Struct):
    """A template to write; `PUBLISHED` publishes it at once."""

    notification: Notification
    state: State = "DRAFT"
    updated: int | None = None
    """Ours: what `updated` was when the writer read it; who comes after another writer is refused with 409."""


class ContentBody(msgspec.Struct):
    """Content to write."""

    content: Json
    state: State = "DRAFT"


class PublishBody(msgspec.Struct):
    """What to publish: an old version, or the draft when there is none."""

    version: str | None = None


class NotificationAnswer(msgspec.Struct):
    """A template, in one of its versions."""

    id: str
    name: str
    tags: tuple[str, ...]
    brand: Brand | None
    subscription: Subscription | None
    routing: Routing | None
    content: Json
    state: str
    created: int
    creator: str
    updated: int
    updater: str
    alias: str | list[str] | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    missing_variables: MissingVariables | UnsetType = UNSET
    if_: Any = msgspec.field(name="if", default=UNSET)
    checks: list[str] | UnsetType = UNSET
    submission_id: str | UnsetType = UNSET
    """Ours: while it is handed in, and cannot be written."""
    checksum: str | UnsetType = UNSET
    """Ours: of the content, to see whether two versions say the same."""


class Summary(msgspec.Struct):
    """A template in a listing."""

    id: str
    name: str
    state: str
    tags: tuple[str, ...]
    created: int
    creator: str
    updated: int
    updater: str
    subscription_topic_id: str | UnsetType = UNSET
    topic_id: str | UnsetType = UNSET
    alias: str | list[str] | UnsetType = UNSET
    """Ours: the events that send it."""


class VersionNode(msgspec.Struct):
    """A version in the history: `draft`, `published:vNNN` or `vNNN`."""

    version: str
    created: int
    creator: str
    has_changes: bool | UnsetType = UNSET


class Versions(msgspec.Struct):
    """The history, newest first; the draft leads."""

    paging: Paging
    versions: list[VersionNode]


def draft_of(notification: Notification, template_id: str, *, by: str, now: int) -> TemplateVersion:
    """Read what was written. Raises `InvalidInput` for what we do not know yet, so that nothing is lost in silence."""
    settings = _settings(notification)
    if isinstance(notification.alias, str) and notification.alias.startswith("tenant/"):
        raise InvalidInput("an alias may not start with tenant/", path="notification.alias")
    if isinstance(notification.alias, str) and "\x00" in notification.alias:
        raise InvalidInput("an alias cannot hold NUL", path="notification.alias")
    return TemplateVersion(
        template_id=template_id,
        version=0,
        name=notification.name,
        tags=tuple(notification.tags),
        brand_id=notification.brand.id if notification.brand else None,
        topic_id=notification.subscription.topic_id if notification.subscription else None,
        routing_strategy_id=notification.routing.strategy_id if notification.routing else None,
        settings=settings,
        content=notification.content,
        created=now,
        creator=by,
    )


def _settings(notification: Notification) -> TemplateSettings:
    email = notification.email
    condition_ = notification.if_
    if condition_ is not None:
        try:
            condition(condition_ if isinstance(condition_, str) else tuple(condition_))
        except ConditionError as error:
            raise InvalidInput(str(error), path="notification.if") from None
    return TemplateSettings(
        email=None
        if email is None
        else EmailHeaders(
            from_=_template(email.from_, "from"),
            reply_to=_template(email.reply_to, "reply_to"),
            cc=_copies(email.cc, "cc"),
            bcc=_copies(email.bcc, "bcc"),
        ),
        missing_variables=notification.missing_variables,
        if_=tuple(condition_) if isinstance(condition_, list) else condition_,
        checks=tuple(dict.fromkeys(notification.checks)),
    )


def _copies(copies: list[str] | str, name: str) -> tuple[str, ...]:
    listed = [copies] if isinstance(copies, str) else copies
    return tuple(text for one in listed if (text := _template(one, name)))


def _template(source: str | None, name: str) -> str | None:
    if source is None:
        return None
    try:
        check_line(source)
    except RenderError as error:
        raise InvalidInput(error.detail, path=f"notification.email.{name}") from None
    return source


def aliases_of(notification: Notification) -> tuple[str, ...] | None:
    """Read the alias: omitted keeps what stands (None), null removes all, text becomes the only one."""
    match notification.alias:
        case str(alias):
            return (alias,)
        case None:
            return ()
    return None


def check_content(content: Json, *, new: bool, path: str = "notification.content") -> None:
    """Check Elemental; only new templates must have every element inside a channel block (courier-api.md §10).

    Its templates are compiled, so that what is saved can be sent. Raises `InvalidInput` with the path. The sugar
    `{title, body}` is for sends alone.
    """
    if content.get("version") != CONTENT_VERSION:
        raise InvalidInput(f'must be "{CONTENT_VERSION}", beside `elements`', path=f"{path}.version")
    if "elements" not in content:
        raise InvalidInput("is required", path=f"{path}.elements")
    document = elemental.parse(content, must_be_in_channels=new, path=path)
    try:
        check(document)
    except RenderError as error:
        where = f"{path}.{error.path}" if error.path else path
        raise InvalidInput(error.detail, path=where) from None


def answer(template: Template, version: TemplateVersion) -> NotificationAnswer:
    """Put a template on the wire, with the content of that version."""
    return NotificationAnswer(
        id=template.id,
        name=version.name,
        tags=version.tags,
        brand=Brand(version.brand_id) if version.brand_id else None,
        subscription=Subscription(version.topic_id) if version.topic_id else None,
        routing=Routing(version.routing_strategy_id) if version.routing_strategy_id else None,
        content=version.content,
        state=template.state,
        created=template.created,
        creator=template.creator,
        updated=template.updated,
        updater=template.updater,
        alias=_alias(template.alias),
        email=_email(version.settings.email),
        missing_variables=version.settings.missing_variables,
        if_=UNSET if version.settings.if_ is None else msgspec.to_builtins(version.settings.if_),
        checks=list(version.settings.checks) or UNSET,
        submission_id=template.submission_id or UNSET,
        checksum=hashlib.md5(msgspec.json.encode(version.content, order="sorted"), usedforsecurity=False).hexdigest(),
    )


def summary(template: Template) -> Summary:
    """Put a template into a listing."""
    topic = template.draft.topic_id or UNSET
    return Summary(
        id=template.id,
        name=template.draft.name,
        state=template.state,
        tags=template.draft.tags,
        created=template.created,
        creator=template.creator,
        updated=template.updated,
        updater=template.updater,
        subscription_topic_id=topic,
        topic_id=topic,
        alias=_alias(template.alias),
    )


def version_number(text: str, *, path: str = "version") -> int:
    """Read `v001` as 1. Raises `InvalidInput`."""
    if found := re.fullmatch(r"(?:published:)?v(\d{1,9})", text):
        return int(found[1])
    raise InvalidInput("is draft, published, or a version such as v001", path=path)


def version_name(number: int) -> str:
    """Write 1 as `v001`."""
    return f"v{number:03d}"


def draft_node(template: Template, published: TemplateVersion | None) -> VersionNode:
    """Put the draft into the history."""
    draft = template.draft
    unchanged = published is not None and _written(draft) == _written(published)
    return VersionNode("draft", draft.created or template.updated, draft.creator, has_changes=not unchanged)


def version_node(template: Template, version: TemplateVersion) -> VersionNode:
    """Put a published version into the history."""
    name = version_name(version.version)
    if version.version == template.published_version:
        name = f"published:{name}"
    return VersionNode(name, version.created, version.creator)


def _email(headers: EmailHeaders | None) -> Email | UnsetType:
    if headers is None:
        return UNSET
    return Email(headers.from_, headers.reply_to, list(headers.cc), list(headers.bcc))


def _written(version: TemplateVersion) -> TemplateVersion:
    return msgspec.structs.replace(version, version=0, created=0, creator="")


def _alias(aliases: tuple[str, ...]) -> str | list[str] | UnsetType:
    match aliases:
        case ():
            return UNSET
        case (alias,):
            return alias
    return list(aliases)
