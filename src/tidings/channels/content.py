"""What any channel can carry."""

from tidings.channels.chat import (
    ChatContent,
    DiscordContent,
    SlackContent,
    TeamsContent,
    TelegramContent,
    WhatsAppContent,
)
from tidings.channels.email import EmailContent
from tidings.channels.inbox import InboxContent
from tidings.channels.push import PushContent
from tidings.channels.sms import SmsContent
from tidings.channels.webhook import WebhookContent

ChannelContent = (
    EmailContent
    | SmsContent
    | PushContent
    | InboxContent
    | WebhookContent
    | ChatContent
    | SlackContent
    | TeamsContent
    | DiscordContent
    | TelegramContent
    | WhatsAppContent
)
"""What a renderer makes and a provider takes. Every one of them has `to`, and `parts()` for the log."""
