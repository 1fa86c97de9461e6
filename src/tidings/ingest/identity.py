"""Who a call is about: ids, and texts that look like ids but name nobody."""

from decimal import Decimal
from typing import Any, Final

from tidings.errors import InvalidInput
from tidings.spec import ID_BYTES_MAX

BLOCKED: Final = "blocked_id"
"""Warning: an id was not used, since it stands for nobody (segment.md §7 row 29)."""
BLOCKED_IDS: Final = frozenset({"null", "undefined", "-1", "anonymous"})
_EXPONENT_MAX = 400  # a double's is 308 at most; what is far smaller is no id


def is_blocked(text: str) -> bool:
    """Tell whether an id is what programs write when they have none; zeros and dashes alone are an unset UUID."""
    return text in BLOCKED_IDS or not text.strip("0-")


def identifier(value: Any, path: str) -> str | None:
    """Read an id; None when it is absent: null, empty or blank. A number becomes text, with every digit.

    Raises `InvalidInput`: `id_not_string` or `id_too_long`.
    """
    match value:
        case None:
            return None
        case bool() | list() | dict():
            raise InvalidInput(f"{path} must be a string", path=path, code="id_not_string")
        case str():
            text = value
        case _:
            text = number_text(value)
    if len(text) * 4 > ID_BYTES_MAX and len(text.encode()) > ID_BYTES_MAX:
        raise InvalidInput(f"{path} has more than {ID_BYTES_MAX} bytes", path=path, code="id_too_long")
    return text if text.strip() else None


def number_text(number: float | Decimal) -> str:
    """Write a number as people do: no exponent, no trailing `.0`, no digit lost."""
    if isinstance(number, int):
        return str(number)
    exact = Decimal(number)
    if exact.is_zero() or exact.adjusted() < -_EXPONENT_MAX:
        return "0"
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
