"""Elemental's nodes (courier-semantics.md §13.2). Adding one is one struct, in `Element`, and one renderer case."""

from typing import Any, Literal

import msgspec

from tidings.elemental.approved import Approved
from tidings.elemental.condition import Group as ConditionGroup
from tidings.elemental.style import Box, Color, Font, Size, Switch, Width

Align = Literal["left", "center", "right", "full"]
VerticalAlign = Literal["top", "middle", "bottom"]
TextStyle = Literal["text", "h1", "h2", "h3", "subtext"]


class Node(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True, forbid_unknown_fields=True):
    """What every node can say (§13.1)."""

    id: str | None = None
    channels: tuple[str, ...] | None = None
    """Render only for these channels or provider keys."""
    if_: str | tuple[ConditionGroup, ...] | None = msgspec.field(name="if", default=None)
    loop: str | None = None
    """Path of a list; the node repeats, `$.item` and `$.index` are the turn's."""
    ref: str | None = None
    locales: dict[str, dict[str, Any]] | None = None
    """Replacements of the fields that can be said in another language, by locale."""
    data: dict[str, Any] | None = None


class Styled(Node, frozen=True, kw_only=True):
    """A node whose words have a look."""

    bold: Switch | None = None
    italic: Switch | None = None
    strikethrough: Switch | None = None
    underline: Switch | None = None
    color: Color | None = None
    font_size: Size | None = None


class String(Styled, frozen=True, kw_only=True, tag="string"):
    """A run of words inside a text."""

    content: str
    highlight: Switch | None = None


class Link(Styled, frozen=True, kw_only=True, tag="link"):
    """A link inside a text."""

    content: str
    href: str = ""
    disable_tracking: bool | None = None


class Img(Node, frozen=True, kw_only=True, tag="img"):
    """A picture inside a text."""

    src: str
    alt_text: str | None = None
    width: Size | None = None
    href: str | None = None
    disable_tracking: bool | None = None


Inline = String | Link | Img


class Meta(Node, frozen=True, kw_only=True, tag="meta"):
    """The message's title: an email's subject."""

    title: str | None = None


class Text(Styled, frozen=True, kw_only=True, tag="text"):
    """A paragraph or heading, as `content` (markdown subset) or as inline `elements`."""

    content: str | None = None
    elements: tuple[Inline, ...] | None = None
    align: Align | None = None
    text_style: TextStyle | None = None
    format: Literal["markdown"] | None = None
    line_height: Size | None = None
    background_color: Color | None = None
    padding: Box | None = None
    border_color: Color | None = None
    border_size: Size | None = None


class Action(Node, frozen=True, kw_only=True, tag="action"):
    """A button or link to act on."""

    content: str
    href: str
    action_id: str | None = None
    align: Align | None = None
    style: Literal["button", "secondary", "tertiary", "link"] | None = None
    background_color: Color | None = None
    color: Color | None = None
    border_radius: Size | None = None
    border_size: Size | None = None
    border_color: Color | None = None
    padding: Box | None = None
    font_size: Size | None = None
    disable_tracking: bool | None = None


class Image(Node, frozen=True, kw_only=True, tag="image"):
    """A picture."""

    src: str
    alt_text: str | None = None
    href: str | None = None
    width: Size | None = None
    align: Align | None = None
    border_color: Color | None = None
    border_size: Size | None = None
    padding: Box | None = None
    disable_tracking: bool | None = None


class Divider(Node, frozen=True, kw_only=True, tag="divider"):
    """A rule between parts."""

    color: Color | None = None
    border_width: Size | None = None
    width: Size | None = None
    """The older name of `border_width`."""
    padding: Box | None = None


class Quote(Node, frozen=True, kw_only=True, tag="quote"):
    """Somebody's words."""

    content: str
    align: Align | None = None
    border_color: Color | None = None
    text_style: TextStyle | None = None
    font_size: Size | None = None
    line_height: Size | None = None
    background_color: Color | None = None
    padding: Box | None = None


class Html(Node, frozen=True, kw_only=True, tag="html"):
    """HTML as it is: for email only, nothing elsewhere."""

    content: str


class Group(Node, frozen=True, kw_only=True, tag="group"):
    """Nodes that share a condition, a loop, or a background."""

    elements: "tuple[Element, ...]"
    background_color: Color | None = None
    padding: Box | None = None
    border_color: Color | None = None
    border_size: Size | None = None
    border_radius: Size | None = None


class ListItem(Node, frozen=True, kw_only=True, tag="list-item"):
    """One item of a list: inline nodes, `content` (markdown subset), and lists within it."""

    content: str | None = None
    elements: "tuple[String | Link | Img | Items, ...] | None" = None
    background_color: Color | None = None


class Items(Node, frozen=True, kw_only=True, tag="list"):
    """A list. Lists may stand in its items, five deep."""

    elements: tuple[ListItem, ...]
    list_type: Literal["ordered", "unordered"] | None = None
    """Unordered when not given."""
    img_src: str | None = msgspec.field(name="imgSrc", default=None)
    """A picture in place of the bullets."""
    img_href: str | None = msgspec.field(name="imgHref", default=None)
    padding: Box | None = None
    font_size: Size | None = None
    line_height: Size | None = None


class Column(Node, frozen=True, kw_only=True, tag="column"):
    """What stands in one column."""

    elements: "tuple[Element, ...]"
    width: Width | None = None
    vertical_align: VerticalAlign | None = None
    background_color: Color | None = None
    padding: Box | None = None
    border_color: Color | None = None
    border_size: Size | None = None
    border_radius: Size | None = None


class Columns(Node, frozen=True, kw_only=True, tag="columns"):
    """Columns side by side in an email; one below the other elsewhere."""

    elements: tuple[Column, ...]
    gap: Size | None = None
    vertical_align: VerticalAlign | None = None
    background_color: Color | None = None
    padding: Box | None = None
    border_color: Color | None = None
    border_size: Size | None = None
    border_radius: Size | None = None


class Jsonnet(Node, frozen=True, kw_only=True, tag="jsonnet"):
    """Blocks of Slack or a body of an Adaptive Card, as JSON that may name variables; nothing elsewhere."""

    content: str


class Comment(Node, frozen=True, kw_only=True, tag="comment"):
    """A note between authors: never rendered."""

    content: str | None = None
    comment: str | None = None
    object: Any = None


Element = Meta | Text | Action | Image | Divider | Quote | Html | Group | Items | Columns | Jsonnet | Comment


class EmailRaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An email written by hand; what is given replaces what the elements would make."""

    subject: str | None = None
    html: str | None = None
    text: str | None = None
    transformers: tuple[Literal["handlebars", "mjml"], ...] | None = None
    """What `html` goes through, in order; Handlebars alone when not given."""


class SlackRaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Slack blocks written by hand; text within them may hold variables."""

    blocks: Any = msgspec.field(name="slackBlocks", default=None)
    text: str | None = None
    title: str | None = None


class WebhookRaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A webhook's body written by hand; text within it may hold variables."""

    payload: dict[str, Any] | None = None
    """`{"body": …}`."""
    text: str | None = None
    title: str | None = None


class TextRaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Title and text written by hand, for channels that carry no more."""

    title: str | None = None
    text: str | None = None
    body: str | None = None
    """Another name of `text`."""


class WhatsAppRaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An approved template, and text written by hand for the 24 hours in which WhatsApp takes it."""

    template: Approved | None = None
    title: str | None = None
    text: str | None = None
    body: str | None = None
    """Another name of `text`."""


class ProviderRaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is written by hand for one provider: the words of its channel, emails included."""

    title: str | None = None
    text: str | None = None
    body: str | None = None
    """Another name of `text`."""
    subject: str | None = None
    html: str | None = None


RAWS: dict[str, type[msgspec.Struct]] = {
    "email": EmailRaw,
    "slack": SlackRaw,
    "webhook": WebhookRaw,
    "push": TextRaw,
    "inbox": TextRaw,
    "banner": TextRaw,
    "sms": TextRaw,
    "direct_message": TextRaw,
    "msteams": TextRaw,
    "whatsapp": WhatsAppRaw,
}
"""What `raw` may hold, by channel; that of any other name, which is a provider's, is a `ProviderRaw`."""


class Channel(Node, frozen=True, kw_only=True, tag="channel"):
    """What one channel says; `default` speaks for every channel without its own block. Top level only."""

    channel: str
    elements: tuple[Element, ...] | None = None
    raw: dict[str, Any] | None = None
    """See `RAWS`."""
    font_size: Size | None = None
    line_height: Size | None = None
    padding: Box | None = None
    font_family: Font | None = None
    background_color: Color | None = None
    content_body_color: Color | None = None


ALIASES = {
    "altText": "alt_text",
    "borderColor": "border_color",
    "backgroundColor": "background_color",
    "listType": "list_type",
    "verticalAlign": "vertical_align",
}
"""Courier's newest guides write these in camel case; both are read, the documented one is kept."""
