"""Phone numbers."""

from collections.abc import Mapping
from typing import Any

from tidings.channels import e164


def phone(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `phone_number`."""
    value = profile.get("phone_number")
    if value is None or value == "":
        return [], "profile.phone_number is missing"
    number = e164(value)
    return ([number], "") if number else ([], "profile.phone_number is not a number with its country (+49 …)")
