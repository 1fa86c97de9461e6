"""What the in-app inbox can carry."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels.button import Button
from tidings.channels.kept import words
from tidings.channels.push import blocks_of


class InboxContent(msgspec.Struct, frozen=True, kw_only=True):
    """One message of the inbox."""

    to: str
    """The user id."""
    title: str
    preview: str
    """One line: the beginning of the body."""
    body: str
    """Plain text."""
    actions: tuple[Button, ...] = ()
    icon: str = ""
    data: dict[str, Any] = {}
    """`message.data`, which clients are shown whole."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"title": self.title, "body": self.body, "blocks": blocks_of(self.body, self.actions)}

    def with_parts(self, parts: Mapping[str, Any]) -> "InboxContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        title, body = words(parts, "title", self.title), words(parts, "body", self.body)
        return msgspec.structs.replace(self, title=title, body=body)
