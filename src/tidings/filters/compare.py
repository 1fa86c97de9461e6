"""How two values compare. Types are never mixed: `1`, `'1'` and `true` are three values."""

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?")

ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def same(left: Any, right: Any) -> bool:
    """Tell whether two values are of one type and equal."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return isinstance(right, dict) and left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    return bool(left == right)


def ordered(op: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    """Compare two numbers, or two times written as ISO-8601 (ADR 0022); anything else is false."""
    if _is_number(left) and _is_number(right):
        return op(left, right)
    if isinstance(left, str) and isinstance(right, str):
        before, after = _moment(left), _moment(right)
        return before is not None and after is not None and op(before, after)
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _moment(text: str) -> datetime | None:
    if len(text) > 40 or not _MOMENT.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
