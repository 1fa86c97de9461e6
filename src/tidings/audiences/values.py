"""What values of profiles are when they are compared: numbers and times, or nothing of the kind."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

_DIGITS_MAX = 64
"""Longer numbers are texts: nobody counts so far, and arithmetic with them is slow."""


def text_of(value: Any) -> str | None:
    """Write a single value as it stands in JSON, a text without its quotes; None for objects, arrays and null."""
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode() if isinstance(value, bool | int | float) else None


def number_of(value: Any) -> Decimal | None:
    """Read a number, or a text that is one; exact, so that large ids stay apart."""
    text = None if isinstance(value, bool) else text_of(value)
    if text is None or len(text) > _DIGITS_MAX or "_" in text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def time_of(value: Any) -> datetime | None:
    """Read a time in ISO-8601; without a zone it is UTC's."""
    if not isinstance(value, str) or len(value) > _DIGITS_MAX:
        return None
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
