"""Where a profile can be reached on a channel (courier-semantics.md §3.1)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email

ADDRESS_LENGTH_MAX = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_USUAL = re.compile(rf"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@{_LABEL}(?:\.{_LABEL})*")


def address_on(channel: str, profile: Mapping[str, Any]) -> tuple[str, str]:
    """Find the address on a channel: `(address, "")`, or `("", why not)`. The why holds nothing of the profile."""
    key, read = _ADDRESSES[channel]
    value = profile.get(key)
    if value is None or value == "":
        return "", f"profile.{key} is missing"
    address = read(value)
    return (address, "") if address else ("", f"profile.{key} is not {_WORDS[channel]}")


def _email(value: Any) -> str:
    """Take what an email server may take, asking no DNS: plain names such as `ann@localhost` are for it to judge."""
    if not isinstance(value, str) or len(value) > 2 * ADDRESS_LENGTH_MAX:
        return ""
    address = value.strip()
    if _USUAL.fullmatch(address) and len(address) <= ADDRESS_LENGTH_MAX and address.index("@") <= 64:
        return address
    try:
        found = validate_email(address, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return ""
    return found.normalized if len(found.normalized) <= ADDRESS_LENGTH_MAX else ""


_ADDRESSES: Mapping[str, tuple[str, Callable[[Any], str]]] = {"email": ("email", _email)}
_WORDS = {"email": "an email address"}

KNOWN_CHANNELS = frozenset(_ADDRESSES)
"""Channels on which somebody can be found."""
