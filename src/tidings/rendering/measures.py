"""Style values of Elemental as MJML wants them."""

import re

from tidings.elemental.style import Box, Size
from tidings.rendering.printing import escaped
from tidings.rendering.program import Operation, Operations, Run, Scope, capture

_SIZE = re.compile(r"([\d.]+)\s*(px|em|rem|%|pt)?\Z")
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\Z|[a-zA-Z]{3,30}\Z|(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\)\Z")
_EM_PX = 16


def size(value: Size | None) -> str | None:
    """Give a size its unit: `16` is `16px`."""
    if value is None:
        return None
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{text}px" if text[-1].isdigit() or text[-1] == "." else text


def box(value: Box | None) -> str | None:
    """Give each of one to four sizes its unit."""
    if value is None:
        return None
    return " ".join(size(part) or "0" for part in value.split()) if isinstance(value, str) else size(value)


def pixels(value: Size | None, *, of: int) -> int | None:
    """Measure a size in whole pixels, from 1 to `of`; a percentage is of `of`."""
    found = _SIZE.match(str(value)) if value is not None else None
    if found is None:
        return None
    factor = {"%": of / 100, "em": _EM_PX, "rem": _EM_PX, "pt": 4 / 3}.get(found[2] or "px", 1)
    return max(1, min(of, round(float(found[1]) * factor)))


def unitless(value: Size | None) -> str | None:
    """Write a line height: small plain numbers are multiples of the font's size, others are pixels."""
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        return size(value)
    return f"{number:g}" if number <= 4 else f"{number:g}px"


def color(operations: Operations, default: str) -> Operation:
    """Print a colour that comes from a variable, or the default when it is none."""

    def printed(run: Run, scope: Scope) -> str:
        found = capture(operations, run, scope).strip()
        return escaped(found) if _COLOR.match(found) else default

    return printed
