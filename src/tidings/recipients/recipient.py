"""One recipient: who it is, and what the log shows of them."""

import hashlib
from typing import Any

import msgspec

Json = dict[str, Any]

NOT_A_WAY = frozenset(
    {
        "data",
        "preferences",
        "context",
        "locale",
        "timezone",
        "zoneinfo",
        "list_id",
        "tenant_id",
        "account_id",
        "include_children",
        "filters",
    }
)
"""Keys of `to` that say something about the recipient but not where to find them."""
LIST_PREFERENCES = "list_preferences"
"""Where a message's options keep what the list says of it; no door takes it."""
_SHOWN = ("channel", "channel_id", "conversation_id", "channel_name", "user_id", "email")
_SHOWN_CHARACTERS_MAX = 200


class Recipient(msgspec.Struct, frozen=True):
    """One recipient of one request."""

    key: str
    """Two of one request with the same key are the same: they get one message."""
    user_id: str | None
    shown: str
    to: Json
    """Laid over the stored profile, for this message alone."""
    data: Json
    """Laid over the request's data."""
    list_preferences: Json | None = None
    """What the list, or the subscription to it, says; the user's own preferences win."""


def recipient_of(to: Json) -> Recipient:
    """Say who is meant: the user, else the address, else whatever a provider finds them by."""
    inline = {key: value for key, value in to.items() if key != "data" and value is not None}
    data = to.get("data") or {}
    user_id = inline.get("user_id")
    if user_id is not None:
        return Recipient("u:" + user_id, user_id, user_id, inline, data)
    for key, letter in (("email", "e"), ("phone_number", "p")):
        if isinstance(address := inline.get(key), str) and address:
            return Recipient(f"{letter}:{address.strip().lower()}", None, address, inline, data)
    ways = {key: value for key, value in inline.items() if key not in NOT_A_WAY}
    digest = hashlib.blake2b(msgspec.json.encode(ways, order="sorted"), digest_size=16).hexdigest()
    return Recipient("w:" + digest, None, _shown(ways), inline, data)


def _shown(ways: Json) -> str:
    """Show where it goes without showing a token: `slack:C024BE91L`."""
    for key, value in ways.items():
        if isinstance(value, dict):
            found = next((value[name] for name in _SHOWN if isinstance(value.get(name), str)), "")
            return f"{key}:{found}"[:_SHOWN_CHARACTERS_MAX] if found else key
    return next(iter(ways), "")[:_SHOWN_CHARACTERS_MAX]
