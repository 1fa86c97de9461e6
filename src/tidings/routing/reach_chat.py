"""People and rooms in chats. The older spellings of the profile's keys are read, too (providers.md §5)."""

from collections.abc import Mapping
from typing import Any

from tidings.routing.reach_phone import phone
from tidings.routing.written import written

_TEAMS = ("user_id", "conversation_id", "channel_id", "email", "team_id", "channel_name", "tenant_id", "service_url")


def slack(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `slack`: an incoming webhook, or a channel, user id or email, in this order of precedence.

    The bot's token may travel with it; a whole answer of Slack's OAuth is understood.
    """
    found = _object(profile.get("slack"))
    hook = _object(found.get("incoming_webhook"))
    if url := _text(hook.get("url")):
        return [written({"url": url})], ""
    token = _text(found.get("access_token")) or _text(profile.get("slackToken"))
    places = {"channel": _text(found.get("channel")) or _text(profile.get("slackChannel"))}
    places |= {name: _text(found.get(name)) for name in ("user_id", "email")}
    for name, place in places.items():
        if place:
            address = {name: place, **({"access_token": token} if token else {})}
            return [written(address)], ""
    return [], "profile.slack names no channel, user_id, email or incoming_webhook"


def ms_teams(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `ms_teams`: a webhook, or a conversation, channel or user of the bot, an email, or a team's channel."""
    found = _object(profile.get("ms_teams"))
    if url := _text(found.get("webhook_url")):
        return [written({"url": url})], ""
    address = {name: text for name in _TEAMS if (text := _text(found.get(name)))}
    if address.keys() & {"user_id", "conversation_id", "channel_id", "email"}:
        return [written(address)], ""
    if address.keys() >= {"team_id", "channel_name"}:
        return [written(address)], ""
    known = "webhook_url, conversation_id, channel_id, user_id or email, nor team_id and channel_name"
    return [], f"profile.ms_teams names no {known}"


def discord(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `discord`: a channel, or a user to open a conversation with."""
    found = _object(profile.get("discord"))
    for name in ("channel_id", "user_id"):
        if place := _text(found.get(name)):
            return [written({name: place})], ""
    return [], "profile.discord names no channel_id or user_id"


def telegram(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `telegram.chat_id`: a number or `@channel`."""
    chat = _object(profile.get("telegram")).get("chat_id")
    text = str(chat) if isinstance(chat, int) and not isinstance(chat, bool) else _text(chat)
    return ([text], "") if text else ([], "profile.telegram.chat_id is missing")


def whatsapp(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `phone_number`."""
    return phone(profile)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= 2048 and value.isprintable() else ""
