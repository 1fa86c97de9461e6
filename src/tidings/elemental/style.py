"""What style properties may hold. Anything else could break out of the attribute it is printed in."""

from typing import Annotated

import msgspec

_PATH = r"\{\{?\s*[$A-Za-z_][\w.$-]{0,120}\s*\}?\}"
_COLOR = rf"^(?:#[0-9a-fA-F]{{3,8}}|[a-zA-Z]{{3,30}}|(?:rgb|hsl)a?\([\d\s.,%/]{{1,40}}\)|{_PATH})\Z"
_SIZE = r"^\d{1,4}(?:\.\d{1,3})?(?:px|em|rem|%|pt)?\Z"
_WIDTH = _SIZE.replace(r"\Z", r"\Z|^auto\Z")
_BOX = r"^\d{1,4}(?:\.\d{1,3})?(?:px|em|rem|%)?(?:\s+\d{1,4}(?:\.\d{1,3})?(?:px|em|rem|%)?){0,3}\Z"
_FONT = r"^[\w\s,'-]{1,200}\Z"

ALLOWED = {
    _COLOR: "a colour: #2563eb, a name, rgb(…), or one variable",
    _SIZE: "a size such as 16px",
    _WIDTH: "auto, or a size such as 50% or 200px",
    _BOX: "one to four sizes such as 8px 16px",
    _FONT: "font names such as Georgia, serif",
}
"""What to tell people, by the pattern that refused."""

_Number = Annotated[int, msgspec.Meta(ge=0, le=2_000)] | Annotated[float, msgspec.Meta(ge=0, le=2_000)]

Color = Annotated[str, msgspec.Meta(pattern=_COLOR)]
Size = Annotated[str, msgspec.Meta(pattern=_SIZE)] | _Number
Width = Annotated[str, msgspec.Meta(pattern=_WIDTH)] | _Number
Box = Annotated[str, msgspec.Meta(pattern=_BOX)] | _Number
Font = Annotated[str, msgspec.Meta(pattern=_FONT)]
Switch = bool | Annotated[str, msgspec.Meta(max_length=32)]
"""Courier's SDKs type `bold` and its kin as strings, its docs as booleans."""


def is_on(switch: Switch | None) -> bool:
    """Read a switch: `true`, `"true"`, `"bold"` are on; `false`, `"false"`, `""` and nothing are off."""
    if isinstance(switch, str):
        return switch.strip().lower() not in {"", "false", "no", "none", "normal", "0"}
    return bool(switch)
