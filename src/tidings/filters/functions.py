"""FQL's functions (segment.md §3.3). All are total: what they cannot answer is null."""

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from tidings.filters.glob import Matcher, matcher

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_A-Za-z0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_NUMBER_LENGTH_MAX = 64

_kept_matcher: Callable[[str], Matcher] = lru_cache(maxsize=256)(matcher)
"""For globs that come from the call itself; those of the expression are compiled with it."""


class Known(msgspec.Struct, frozen=True):
    """A function: how it answers, how many values it takes, and what it does."""

    run: Callable[..., Any]
    arity: int
    help: str


def type_name(value: Any) -> str:
    """Name a value's type in the words of FQL."""
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "list"
    return "object"


def _contains(text: Any, part: Any) -> bool:
    return type(text) is str and type(part) is str and part in text


def _match(text: Any, glob: Any) -> bool:
    return type(text) is str and type(glob) is str and _kept_matcher(glob)(text)


def _length(value: Any) -> int | None:
    match value:
        case None:
            return 0
        case str():
            return len(value) if value.isascii() else len(value.encode(errors="replace"))
        case list():
            return len(value)
    return None


def _on_text(change: Callable[[str], str]) -> Callable[[Any], str | None]:
    return lambda value: change(value) if type(value) is str else None


def _joined(by: str) -> Callable[[str], str]:
    return lambda text: by.join(word.lower() for word in _WORDS.findall(text))


def _title(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in _WORDS.findall(text))


def _bool(value: Any) -> bool | None:
    match value:
        case bool():
            return value
        case "true" | "false":
            return bool(value == "true")
        case int() | float():
            return value != 0
    return None


def _string(value: Any) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case int() | float():
            return format(value, "d") if isinstance(value, int) and abs(value) < 10**300 else repr(float(value))
    return None


def _number(value: Any) -> float | None:
    match value:
        case bool():
            return int(value)
        case int() | float():
            return value
        case str() if len(value) <= _NUMBER_LENGTH_MAX and _NUMBER.fullmatch(value.strip()):
            text = value.strip()
            number = float(text) if set(text) & set(".eE") else int(text)
            return number if math.isfinite(number) else None
    return None


FUNCTIONS = {
    "contains": Known(_contains, 2, "whether the first text holds the second"),
    "match": Known(_match, 2, "whether a text, as a whole, matches a glob"),
    "length": Known(_length, 1, "bytes of a text, items of a list; 0 for null"),
    "lowercase": Known(_on_text(str.lower), 1, "the text in small letters"),
    "uppercase": Known(_on_text(str.upper), 1, "the text in capitals"),
    "snakecase": Known(_on_text(_joined("_")), 1, "its words as `order_completed`"),
    "kebabcase": Known(_on_text(_joined("-")), 1, "its words as `order-completed`"),
    "titlecase": Known(_on_text(_title), 1, "its words as `Order Completed`"),
    "typeof": Known(type_name, 1, "`string`, `number`, `bool`, `null`, `list` or `object`"),
    "bool": Known(_bool, 1, "`true`, `false` or a number as a bool"),
    "string": Known(_string, 1, "a number or bool as text"),
    "number": Known(_number, 1, "a text or bool as a number"),
}
