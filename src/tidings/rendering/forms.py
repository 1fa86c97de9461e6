"""Which form a message takes, by its provider, else by its channel. A new channel is one line here."""

from collections.abc import Mapping

from tidings.rendering.chats import Discord, Telegram
from tidings.rendering.slack import Slack
from tidings.rendering.spoken import Spoken
from tidings.rendering.teams import Teams
from tidings.rendering.texts import Chat, Inbox, Push, Sms
from tidings.rendering.webhook import Webhook
from tidings.rendering.whatsapp import WhatsApp

_BY_PROVIDER: Mapping[str, type[Spoken]] = {
    "slack": Slack,
    "msteams": Teams,
    "ms_teams": Teams,
    "discord": Discord,
    "telegram": Telegram,
    "whatsapp": WhatsApp,
    "twilio-whatsapp": WhatsApp,
    "whatsapp-cloud": WhatsApp,
}
_BY_CHANNEL: Mapping[str, type[Spoken]] = {
    "sms": Sms,
    "push": Push,
    "inbox": Inbox,
    "banner": Inbox,
    "direct_message": Chat,
    "webhook": Webhook,
    "slack": Slack,
    "msteams": Teams,
    "whatsapp": WhatsApp,
}


def form_of(channel: str, provider: str) -> type[Spoken] | None:
    """Choose the form; None for a channel that nothing can be said on. Emails have their own way."""
    return _BY_PROVIDER.get(provider) or _BY_CHANNEL.get(channel)
