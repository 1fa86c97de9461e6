"""Phone numbers."""

import re
from collections.abc import Mapping
from typing import Any

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_LENGTH_MAX = 40  # 15 digits (E.164) and whatever people put between them


def phone(profile: Mapping[str, Any]) -> tuple[list[str], str]:
    """Read `phone_number`."""
    value = profile.get("phone_number")
    if value is None or value == "":
        return [], "profile.phone_number is missing"
    number = one_number(value)
    return ([number], "") if number else ([], "profile.phone_number is not a number with its country (+49 …)")


def one_number(value: Any) -> str:
    """Write a number in E.164. Without `+` nobody knows its country, so it is none."""
    if not isinstance(value, str) or len(value) > _LENGTH_MAX:
        return ""
    try:
        number = parse(value.strip(), None)
    except NumberParseException:
        return ""
    written = format_number(number, PhoneNumberFormat.E164)
    return written if is_possible_number(number) and _E164.fullmatch(written) else ""
