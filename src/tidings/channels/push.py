"""What a push notification can carry."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels.button import Button
from tidings.channels.kept import words


class PushContent(msgspec.Struct, frozen=True, kw_only=True):
    """One push notification. Providers cut its body to the bytes that their platform takes with title and data."""

    to: str
    """The device token, or whatever names the devices at the provider."""
    title: str
    body: str
    image: str = ""
    """Address of a picture; empty for none."""
    icon: str = ""
    click_action: str = ""
    """Where a tap leads: an address or an app's own word; empty opens the app."""
    actions: tuple[Button, ...] = ()
    data: dict[str, Any] = {}
    """Goes to the app as it is. FCM takes only text values: providers write others as JSON."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"title": self.title, "body": self.body, "blocks": blocks_of(self.body, self.actions)}

    def with_parts(self, parts: Mapping[str, Any]) -> "PushContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        title, body = words(parts, "title", self.title), words(parts, "body", self.body)
        return msgspec.structs.replace(self, title=title, body=body)


def blocks_of(text: str, actions: tuple[Button, ...]) -> list[dict[str, str]]:
    """List words and buttons as Courier's output does."""
    said = [{"type": "text", "text": text}] if text else []
    return said + [{"type": "action", "text": action.content, "url": action.href} for action in actions]
