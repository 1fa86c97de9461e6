"""Elemental's nodes (courier-semantics.md §13.2). Adding one is one struct, in `Element`, and one renderer case."""

from typing import Any, Literal

import msgspec

from tidings.elemental.condition import Group as ConditionGroup
from tidings.elemental.style import Box, Color, Font, Size, Switch

Align = Literal["left", "center", "right", "full"]
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


Element = Meta | Text | Action | Image | Divider | Quote | Html | Group


class EmailRaw(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An email written by hand; what is given replaces what the elements would make."""

    subject: str | None = None
    html: str | None = None
    text: str | None = None
    transformers: tuple[Literal["handlebars", "mjml"], ...] | None = None
    """What `html` goes through, in order; Handlebars alone when not given."""


class Channel(Node, frozen=True, kw_only=True, tag="channel"):
    """What one channel says; `default` speaks for every channel without its own block. Top level only."""

    channel: str
    elements: tuple[Element, ...] | None = None
    raw: dict[str, Any] | None = None
    """For email an `EmailRaw`; other channels' are kept as they are."""
    font_size: Size | None = None
    line_height: Size | None = None
    padding: Box | None = None
    font_family: Font | None = None
    background_color: Color | None = None
    content_body_color: Color | None = None


ALIASES = {"altText": "alt_text", "borderColor": "border_color", "backgroundColor": "background_color"}
"""Courier's newest guides write these in camel case; both are read, the documented one is kept."""
