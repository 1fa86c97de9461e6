"""JSON that a strict parser refuses, or that a careless one would choke on."""

import json
import math
import re
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Any, Final

import msgspec

from tidings.errors import InvalidInput
from tidings.spec import DEPTH_MAX, INTEGER_DIGITS_MAX

NUMBER_MENDED: Final = "number_out_of_range"
"""Warning: NaN, an infinity, or a number that nothing can hold became null."""
TEXT_MENDED: Final = "text_mended"
"""Warning: NUL or half a surrogate pair became U+FFFD."""

_encoder = msgspec.json.Encoder(decimal_format="number")
# A string that never ends takes the rest, so that broken text is read once and not once per quote.
_TEXTS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_MARKS = re.compile(_TEXTS.pattern + rb"|[\[\]{}]", re.DOTALL)
_NO_BRACKET = bytes(sorted(set(range(256)) - set(b"[]{}")))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class _Unwritable:
    """Stands for a number that JSON cannot write, until it is mended."""


_UNWRITABLE = _Unwritable()


def parse(text: bytes) -> Any:
    """Read JSON as the libraries write it: with bare NaN and Infinity, and with halves of surrogate pairs.

    Numbers keep all their digits. Raises `InvalidInput` for what is no JSON either way.
    """
    try:
        return _decoder.decode(text.decode())
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:
        raise InvalidInput(f"the body is not valid JSON: {_place(error)}") from None


def mend(value: Any) -> tuple[Any, tuple[str, ...]]:
    """Make what `parse` read fit to store, and name what had to be mended. Raises `InvalidInput`: `too_deep`."""
    warnings: dict[str, None] = {}
    return _mend(value, DEPTH_MAX, warnings), tuple(warnings)


def write(mended: Any) -> bytes:
    """Write what was mended."""
    return _encoder.encode(mended)


def depth(text: bytes) -> int:
    """Tell how deep lists and objects lie in each other. Total: needs no valid JSON, no stack, and one pass."""
    brackets = _TEXTS.sub(b"", text).translate(None, _NO_BRACKET)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def is_deep(text: bytes, depth_max: int = DEPTH_MAX) -> bool:
    """Tell whether text passes the limit of depth; mostly a count of brackets settles it."""
    return text.count(b"{") + text.count(b"[") > depth_max and depth(text) > depth_max


def cut_deep(text: bytes, depth_max: int) -> bytes:
    """Replace everything that lies deeper than that by zeros, so that a parser's stack can take the rest."""
    kept: list[bytes] = []
    level = start = 0
    for mark in _MARKS.finditer(text):
        step = _STEPS.get(text[mark.start()], 0)
        level += step
        if step > 0 and level == depth_max + 1:
            kept.append(text[start : mark.start()] + b"0")
        elif step < 0 and level == depth_max:
            start = mark.end()
    return b"".join(kept) + (text[start:] if level <= depth_max else b"")


def too_deep() -> InvalidInput:
    """Say that something lies too deep."""
    return InvalidInput(f"lists and objects lie more than {DEPTH_MAX} deep in each other", code="too_deep")


def _mend(value: Any, depth_left: int, warnings: dict[str, None]) -> Any:
    match value:
        case str():
            return _text(value, warnings)
        case dict() | list() if not depth_left:
            raise too_deep()
        case dict():
            return {_text(key, warnings): _mend(inner, depth_left - 1, warnings) for key, inner in value.items()}
        case list():
            return [_mend(inner, depth_left - 1, warnings) for inner in value]
        case _Unwritable():
            warnings[NUMBER_MENDED] = None
            return None
    return value


def _text(text: str, warnings: dict[str, None]) -> str:
    if "\0" in text:
        warnings[TEXT_MENDED] = None
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        warnings[TEXT_MENDED] = None
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _integer(text: str) -> int | _Unwritable:
    return int(text) if len(text) <= INTEGER_DIGITS_MAX else _UNWRITABLE


def _decimal(text: str) -> Decimal | float | _Unwritable:
    number = float(text)
    if not math.isfinite(number):
        return _UNWRITABLE
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits: a float knows it for zero
        return number


def _place(error: ValueError) -> str:
    return f"{error.msg} at character {error.pos}" if isinstance(error, json.JSONDecodeError) else "unreadable"


_decoder = json.JSONDecoder(parse_float=_decimal, parse_int=_integer, parse_constant=lambda _: _UNWRITABLE)
