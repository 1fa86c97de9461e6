"""Content on every channel it serves, with what an author wants to know of each."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidings.channels import Segments, SmsContent, segments
from tidings.elemental import Document, channels_of, parse
from tidings.rendering.lint import Problem, left_out, unknown_variables, unusable_values
from tidings.rendering.manner import Manner
from tidings.rendering.names import dotted, uses
from tidings.rendering.render_error import NothingToSay, RenderError
from tidings.rendering.renderer import Renderer, Unshown
from tidings.rendering.variables import Variables
from tidings.rendering.warnings import warnings_of

PLACES = ("email", "sms", "push", "inbox", "slack", "msteams", "discord", "whatsapp", "telegram", "webhook")
"""What content for all channels is shown on."""
_CHATS = frozenset({"slack", "msteams", "discord", "whatsapp", "telegram"})


class ChannelPreview(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One channel."""

    channel: str
    output: dict[str, Any] | None = None
    content: Any = None
    """A `ChannelContent`, every field of it. Which one, the channel says: a union of them cannot be described."""
    nothing: str | None = None
    """Why there are no words for this channel."""
    error: str | None = None
    """Why it cannot be rendered: this would be sent to nobody."""
    missing: tuple[str, ...]
    hidden: tuple[Unshown, ...]
    warnings: tuple[str, ...]
    segments: Segments | None = None
    """Of a text message: in which encoding, and as how many messages it is paid for."""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one content and one message."""

    channels: dict[str, ChannelPreview]
    variables: tuple[str, ...]
    """Those that the content names, as people write them."""
    problems: tuple[Problem, ...]


def preview(
    renderer: Renderer,
    source: dict[str, Any],
    variables: Variables,
    *,
    manner: Manner,
    places: Sequence[str] = (),
    sample: Mapping[str, Any] | None = None,
    known: Mapping[str, Any] | None = None,
) -> Preview:
    """Render content on these channels, or on all that it serves. Raises `InvalidInput` for what is no content.

    Its variables are compared with those of `sample`, and of `known` (`unknown_variables`); without both they are not.
    """
    document = parse(source, path="content")
    shown = {place: _on(place, renderer, source, variables, manner) for place in places or places_of(document)}
    return Preview(
        channels=shown,
        variables=tuple(dict.fromkeys(dotted(use.name) for use in uses(document) if use.name)),
        problems=(
            *unusable_values(document),
            *(() if sample is None and known is None else unknown_variables(document, sample or {}, known)),
        ),
    )


def places_of(document: Document) -> tuple[str, ...]:
    """List the channels worth showing: those that content names, or every one."""
    named = channels_of(document)
    return tuple(
        dict.fromkeys([*(name for name in named if name != "default"), *(PLACES if "default" in named else ())])
    )


def _on(place: str, renderer: Renderer, source: dict[str, Any], variables: Variables, manner: Manner) -> ChannelPreview:
    channel, provider = ("direct_message", place) if place in _CHATS else (place, "")
    try:
        rendered = renderer.render(
            channel, source, cache_key=None, variables=variables, recipient="", provider=provider, manner=manner
        )
    except NothingToSay as error:
        return _unsaid(place, nothing=str(error))
    except RenderError as error:
        return _unsaid(place, error=str(error))
    return ChannelPreview(
        channel=place,
        output=rendered.content.parts(),
        content=rendered.content,
        missing=rendered.missing,
        hidden=rendered.hidden,
        warnings=(*warnings_of(rendered.content), *(left_out(address) for address in rendered.unusable)),
        segments=segments(rendered.content.body) if isinstance(rendered.content, SmsContent) else None,
    )


def _unsaid(place: str, *, nothing: str | None = None, error: str | None = None) -> ChannelPreview:
    return ChannelPreview(channel=place, nothing=nothing, error=error, missing=(), hidden=(), warnings=())
