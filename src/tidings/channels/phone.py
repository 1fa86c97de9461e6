"""Phone numbers, in one spelling: E.164."""

import re
from typing import Any

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_LENGTH_MAX = 40  # 15 digits (E.164) and whatever people put between them


def e164(value: Any) -> str:
    """Write a number in E.164; empty when it is none. Without `+` nobody knows its country, so it is none."""
    if not isinstance(value, str) or len(value) > _LENGTH_MAX:
        return ""
    try:
        number = parse(value.strip(), None)
    except NumberParseException:
        return ""
    written = format_number(number, PhoneNumberFormat.E164)
    return written if is_possible_number(number) and _E164.fullmatch(written) else ""


def is_e164(value: str) -> bool:
    """Tell whether a number is spelt in E.164 already."""
    return _E164.fullmatch(value) is not None
