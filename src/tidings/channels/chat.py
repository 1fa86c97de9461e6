"""What a chat can carry: each service its own form, and a plain one for all the others."""

from typing import Any

import msgspec

from tidings.channels.button import Button
from tidings.channels.push import blocks_of


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


class WhatsAppTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template that WhatsApp approved, by its name there: the only form taken outside the 24 hours' session."""

    name: str
    language: str
    """Its code there, such as `en_US`: each language of a template is approved by itself."""
    components: tuple[dict[str, Any], ...] = ()
    """Values of its variables, as the Cloud API has them: of header, body and buttons."""


class WhatsAppContent(msgspec.Struct, frozen=True, kw_only=True):
    """One WhatsApp message: session text, or an approved template when `template` is there."""

    to: str
    """E.164."""
    body: str
    """WhatsApp's own marks (`*bold*`), 4 096 characters at most; beside a template it is for the log alone."""
    template: WhatsAppTemplate | None = None
    media: tuple[str, ...] = ()

    def parts(self) -> dict[str, Any]:
        """Lay out what the log keeps of it."""
        if self.template is None:
            return {"text": self.body}
        return {"text": self.body, "blocks": [{"type": "template", **msgspec.to_builtins(self.template)}]}
