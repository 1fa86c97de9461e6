"""Where a profile can be reached on a channel (courier-semantics.md §3.1).

An address is what one provider needs to reach one place: an email address, a number, a device's token. Where that is
an object (Slack, Teams, web push) it is the object as JSON, its keys in order.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tidings.routing.reach_chat import discord, ms_teams, slack, telegram, whatsapp
from tidings.routing.reach_mailbox import email
from tidings.routing.reach_phone import phone
from tidings.routing.reach_push import apn, expo, firebase, web_push
from tidings.routing.reach_web import anywhere, given_webhook, webhook

ADDRESSES_MAX = 100
"""Devices of one user; the rest would be somebody's mistake."""

Reader = Callable[[Mapping[str, Any]], tuple[list[str], str]]
"""Reads addresses from a profile; when there are none, says which key is missing or odd, and never what it holds."""


def _inbox(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    user_id = profile.get("user_id")
    return ([user_id], "") if isinstance(user_id, str) and user_id else ([], "the recipient has no user_id")


_BY_CHANNEL: Mapping[str, tuple[Reader, ...]] = {
    "email": (email,),
    "sms": (phone,),
    "push": (firebase, apn, expo, web_push),
    "inbox": (_inbox,),
    "direct_message": (slack, ms_teams, discord, telegram, whatsapp),
    "webhook": (given_webhook,),
}
_BY_PROVIDER: Mapping[str, Reader] = {
    "firebase-fcm": firebase,
    "apn": apn,
    "expo": expo,
    "web-push": web_push,
    "slack": slack,
    "msteams": ms_teams,
    "discord": discord,
    "telegram": telegram,
    "whatsapp": whatsapp,
    "webhook": webhook,
    "apprise": anywhere,
}
"""Providers that want an address of their own; all others take their channel's."""

KNOWN_CHANNELS = frozenset(_BY_CHANNEL)
"""Channels on which somebody can be found."""


def addresses_on(channel: str, provider: str, profile: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    """Find the addresses that a provider of a channel can use: each once, or none and why not."""
    readers = _readers(channel, provider)
    found: dict[str, None] = {}
    missing: list[str] = []
    for addresses, why in (reader(profile) for reader in readers):
        found |= dict.fromkeys(addresses[:ADDRESSES_MAX])
        missing.append(why)
        if found and len(readers) > 1:  # whoever takes any address, such as the outbox, needs one kind
            break
    if not found:
        return (), " and ".join(dict.fromkeys(missing))
    return tuple(found)[:ADDRESSES_MAX], ""


def _readers(channel: str, provider: str) -> tuple[Reader, ...]:
    own = _BY_PROVIDER.get(provider)
    return (own,) if own is not None else _BY_CHANNEL[channel]
