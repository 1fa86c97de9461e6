"""What a chat can carry: each service its own form, and a plain one for all the others."""

import contextlib
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from tidings.channels.button import Button
from tidings.channels.kept import objects, words
from tidings.channels.push import blocks_of

WHATSAPP_CAPTION_MAX = 1_024
"""Characters below a picture: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/image-messages/"""
_PICTURE = re.compile(r"https?://(?![^?#]*\.(?:avif|bmp|gif|heic|svg|tiff?|webp)(?:[?#]|\Z))", re.IGNORECASE)
"""WhatsApp shows JPEG and PNG: what is named as something else is none."""
_ACTION_ROW = 1
"""What tells a row of Discord's buttons from an embed."""


class ChatContent(msgspec.Struct, frozen=True, kw_only=True):
    """One chat message in plain text: for Viber, Messenger, Intercom and whoever has no form of its own here."""

    to: str
    """What the service calls the recipient; empty where the profile's object says it (Slack, Teams)."""
    title: str = ""
    text: str
    """Everything, addresses of links, buttons and pictures included."""
    actions: tuple[Button, ...] = ()
    """The buttons again, for services that can draw them."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"text": self.text, "title": self.title, "blocks": blocks_of(self.text, self.actions)}

    def with_parts(self, parts: Mapping[str, Any]) -> "ChatContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        title, text = words(parts, "title", self.title), words(parts, "text", self.text)
        return msgspec.structs.replace(self, title=title, text=text)


class SlackContent(msgspec.Struct, frozen=True, kw_only=True):
    """One Slack message: `text` and `blocks` of `chat.postMessage`, within Block Kit's limits."""

    to: str
    text: str
    """What notifications and old clients show: mrkdwn."""
    blocks: tuple[dict[str, Any], ...]
    """Block Kit, 50 at most."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"text": self.text, "blocks": list(self.blocks)}

    def with_parts(self, parts: Mapping[str, Any]) -> "SlackContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        text, blocks = words(parts, "text", self.text), objects(parts, "blocks", self.blocks)
        return msgspec.structs.replace(self, text=text, blocks=blocks)


class TeamsContent(msgspec.Struct, frozen=True, kw_only=True):
    """One Microsoft Teams message: an Adaptive Card 1.5, below 28 kB."""

    to: str
    text: str
    """What the notification shows: `summary` of the activity."""
    card: dict[str, Any]
    """The content of an attachment `application/vnd.microsoft.card.adaptive`."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"text": self.text, "blocks": [self.card]}

    def with_parts(self, parts: Mapping[str, Any]) -> "TeamsContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        (card,) = objects(parts, "blocks", (self.card,))[:1] or (self.card,)
        return msgspec.structs.replace(self, text=words(parts, "text", self.text), card=card)


class DiscordContent(msgspec.Struct, frozen=True, kw_only=True):
    """One Discord message: fields of `POST /channels/{id}/messages`. Send `allowed_mentions: {"parse": []}` with it."""

    to: str
    content: str
    """Discord's markdown, 2 000 characters at most."""
    embeds: tuple[dict[str, Any], ...] = ()
    """Pictures, 10 at most."""
    components: tuple[dict[str, Any], ...] = ()
    """Rows of link buttons."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"text": self.content, "blocks": [*self.embeds, *self.components]}

    def with_parts(self, parts: Mapping[str, Any]) -> "DiscordContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        kept = objects(parts, "blocks", (*self.embeds, *self.components))
        rows = tuple(each for each in kept if each.get("type") == _ACTION_ROW)
        embeds = tuple(each for each in kept if each not in rows)
        return msgspec.structs.replace(self, content=words(parts, "text", self.content), embeds=embeds, components=rows)


class TelegramContent(msgspec.Struct, frozen=True, kw_only=True):
    """One Telegram message: fields of `sendMessage` with `parse_mode` HTML."""

    to: str
    text: str
    """Telegram's HTML, 4 096 characters at most once its tags are read."""
    keyboard: tuple[tuple[Button, ...], ...] = ()
    """Rows of `reply_markup.inline_keyboard`."""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        return {"text": self.text}

    def with_parts(self, parts: Mapping[str, Any]) -> "TelegramContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        return msgspec.structs.replace(self, text=words(parts, "text", self.text))


class WhatsAppTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template that WhatsApp approved, by its name there: the only form taken outside the 24 hours' session."""

    name: str
    language: str
    """Its code there, such as `en_US`: each language of a template is approved by itself."""
    components: tuple[dict[str, Any], ...] = ()
    """Values of its variables, as the Cloud API has them: of header, body and buttons."""


class WhatsAppContent(msgspec.Struct, frozen=True, kw_only=True):
    """One WhatsApp message: session text, a picture, or an approved template when `template` is there."""

    to: str
    """E.164."""
    body: str
    """WhatsApp's own marks (`*bold*`), 4 096 characters at most; beside a template it is for the log alone."""
    template: WhatsAppTemplate | None = None
    media: tuple[str, ...] = ()
    """Addresses of the pictures in it; see `image`."""

    @property
    def image(self) -> str:
        """The picture that it is sent as, with `body` as its caption; empty where it is sent as text or template.

        WhatsApp has one picture to a message: of several beside words none is better than another, so words go alone,
        as do those that are too many for a caption.
        """
        pictures = [url for url in self.media if _PICTURE.match(url)]
        if self.template is not None or (self.body and (len(self.media) > 1 or len(self.body) > WHATSAPP_CAPTION_MAX)):
            return ""
        return pictures[0] if pictures else ""

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        if self.template is not None:
            return {"text": self.body, "blocks": [{"type": "template", **msgspec.to_builtins(self.template)}]}
        if self.image:
            return {"text": self.body, "blocks": [{"type": "image", "link": self.image}]}
        return {"text": self.body}

    def with_parts(self, parts: Mapping[str, Any]) -> "WhatsAppContent":
        """Lay what the log kept over it; what the log does not keep stays."""
        text = words(parts, "text", self.body)
        for kept in objects(parts, "blocks", ()):
            if isinstance(link := kept.get("link"), str):
                return msgspec.structs.replace(self, body=text, template=None, media=(link,))
            with contextlib.suppress(msgspec.ValidationError):
                return msgspec.structs.replace(self, body=text, template=msgspec.convert(kept, WhatsAppTemplate))
        return msgspec.structs.replace(self, body=text)
