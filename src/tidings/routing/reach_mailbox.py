"""Email addresses."""

import re
from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email

ADDRESS_LENGTH_MAX = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_USUAL = re.compile(rf"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@{_LABEL}(?:\.{_LABEL})*")


def email(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `email`."""
    value = profile.get("email")
    if value is None or value == "":
        return [], "profile.email is missing"
    address = one_email(value)
    return ([address], "") if address else ([], "profile.email is not an email address")


def one_email(value: Any) -> str:
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
