"""The shape of a value: what it looks like, never what it is.

Values of properties are people's data. So the catalogue keeps none: letters become `a` and `A`, digits `9`, and what
has a known format is named by it. `true` and `false` are kept, since they tell nothing about anybody.
"""

import re
from typing import Any

SHAPE_LENGTH_MAX = 24

_FORMATS = (
    ("email", re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\.[^@\s.]{2,63}")),
    ("date-time", re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")),
    ("date", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("url", re.compile(r"https?://[^\s]+")),
)
_READ_MAX = 2048


def format_of(text: str) -> str:
    """Name a text's format; empty when it has none that we know."""
    if len(text) > _READ_MAX:
        return ""
    return next((name for name, pattern in _FORMATS if pattern.fullmatch(text)), "")


def shape_of(value: Any) -> str:
    """Give what a value looks like."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _masked(repr(value))
        case str():
            return format_of(value) or _masked(value)
    return ""


def _masked(text: str) -> str:
    cut = text[: SHAPE_LENGTH_MAX + 1]
    masked = "".join(map(_masked_character, cut[:SHAPE_LENGTH_MAX]))
    return masked if len(cut) <= SHAPE_LENGTH_MAX else f"{masked}…"


def _masked_character(character: str) -> str:
    if character.isdigit() or character.isnumeric():
        return "9"
    if character.isupper():
        return "A"
    return "a" if character.isalpha() else character if character.isascii() and character.isprintable() else "?"
