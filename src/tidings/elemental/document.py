"""A whole Elemental document."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from tidings.elemental.nodes import Channel, Element

Version = Literal["2022-01-01", "2020-01-01"]


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Content of a notification: either all of its elements are channel blocks, or none is."""

    version: Version
    elements: tuple[Element | Channel, ...]

    def block(self, *names: str) -> Channel | None:
        """Find the block to speak from: the first of `names` that has its own, else `default`."""
        blocks = {block.channel: block for block in reversed(self.elements) if isinstance(block, Channel)}
        return next((blocks[name] for name in (*names, "default") if name in blocks), None)


def channels_of(content: Document | Mapping[str, Any]) -> tuple[str, ...]:
    """Name the channels that content, parsed or as it was saved, can serve; `default` stands for all others.

    Content without channel blocks serves every channel: `("default",)`. Empty content serves none. What speaks only
    for a provider is named by that provider's key.
    """
    if isinstance(content, Document):
        return _names(element.channel if isinstance(element, Channel) else None for element in content.elements)
    if "elements" not in content:
        return ("default",)
    return _names(
        element.get("channel") if element.get("type") == "channel" else None for element in content["elements"]
    )


def _names(channels: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(channel or "default" for channel in channels))
