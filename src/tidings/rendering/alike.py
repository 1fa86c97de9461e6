"""When JavaScript takes two values for the same: Handlebars.js adds no level for `../` between such."""

from typing import Any

from tidings.rendering.printing import text_of

_CONTAINERS = (dict, list, tuple)


def alike(one: Any, other: Any) -> bool:
    """Compare as `==` does there: objects by identity, text with numbers by what it says, null only with itself."""
    if one is other:
        return True
    if one is None or other is None or (isinstance(one, _CONTAINERS) and isinstance(other, _CONTAINERS)):
        return False
    one, other = (text_of(each) if isinstance(each, _CONTAINERS) else each for each in (one, other))
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return _number(one) == _number(other)


def _number(value: Any) -> float:
    """Read a number; what says none equals nothing."""
    try:
        return float(value.strip() or 0) if isinstance(value, str) else value
    except ValueError:
        return float("nan")
