"""Channels: what each can carry. Adding one is one struct here and one renderer in `rendering/`."""

from tidings.channels.attachment import Attachment
from tidings.channels.button import Button
from tidings.channels.chat import (
    WHATSAPP_CAPTION_MAX,
    ChatContent,
    DiscordContent,
    SlackContent,
    TeamsContent,
    TelegramContent,
    WhatsAppContent,
    WhatsAppTemplate,
)
from tidings.channels.content import ChannelContent
from tidings.channels.email import EmailContent
from tidings.channels.inbox import InboxContent
from tidings.channels.phone import e164, is_e164
from tidings.channels.push import PushContent
from tidings.channels.sms import Segments, SmsContent, segments
from tidings.channels.way import Available, Dispatch, Way
from tidings.channels.webhook import WebhookContent

__all__ = [
    "WHATSAPP_CAPTION_MAX",
    "Attachment",
    "Available",
    "Button",
    "ChannelContent",
    "ChatContent",
    "DiscordContent",
    "Dispatch",
    "EmailContent",
    "InboxContent",
    "PushContent",
    "Segments",
    "SlackContent",
    "SmsContent",
    "TeamsContent",
    "TelegramContent",
    "Way",
    "WebhookContent",
    "WhatsAppContent",
    "WhatsAppTemplate",
    "e164",
    "is_e164",
    "segments",
]
