"""Addresses that are objects, as texts, and what of them may be shown."""

from collections.abc import Mapping
from typing import Any

import msgspec

OBJECT_LENGTH_MAX = 8192
STATIC = "settings"
"""Stands for the address in the provider's own settings: somebody is always there."""
_SHOWN = ("channel", "channel_id", "channel_name", "user_id", "conversation_id", "email", "chat_id")


def written(address: Mapping[str, Any]) -> str:
    """Write an object as a text, always the same for the same object; empty when it is too large."""
    text = msgspec.json.encode(address, order="sorted").decode()
    return text if len(text) <= OBJECT_LENGTH_MAX else ""


def read(address: str) -> dict[str, Any]:
    """Read it back; empty for what is no object."""
    try:
        found = msgspec.json.decode(address)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def shown(address: str) -> str:
    """Say where an address leads without the tokens that open it."""
    if not address.startswith("{"):
        return "" if address == STATIC else address
    found = read(address)
    return next((str(found[name]) for name in _SHOWN if isinstance(found.get(name), str)), "")
