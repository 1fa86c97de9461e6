"""Something to press."""

from typing import Literal

import msgspec


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A button or link of a message. Its address is http, https, mailto or tel, and safe to open."""

    content: str
    href: str
    action_id: str = ""
    style: Literal["button", "secondary", "tertiary", "link"] = "button"
