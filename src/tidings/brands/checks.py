"""What a brand's settings must be to be saved. Reading them later is more patient: what is stored is not refused."""

import re
from difflib import get_close_matches
from typing import Any, get_args

import msgspec

from tidings.brands.settings import BrandSettings, Inapp, read_settings
from tidings.errors import InvalidInput

_HARD = re.compile(r"#[0-9a-fA-F]{3,8}\Z|[a-zA-Z]{3,30}\Z|(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\)\Z")


def check_settings(raw: dict[str, Any], *, path: str = "settings") -> BrandSettings:
    """Read settings that somebody wants to save.

    Raises `InvalidInput` with the path of a field that is not known or does not fit, and of a colour that is none:
    variables take their colours from brands, so a brand's own name no variable.
    """
    _check(raw, BrandSettings, path)
    return read_settings(raw, path=path)


def is_color(text: str) -> bool:
    """Tell whether this is a colour that names no variable."""
    return _HARD.match(text) is not None


def _check(raw: dict[str, Any], kind: type[msgspec.Struct], path: str) -> None:
    if kind is Inapp:
        return
    known = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    for name, value in raw.items():
        where = f"{path}.{str(name)[:60]}"
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f", did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"
            raise InvalidInput(f"is not a field of brands{hint}", path=where)
        if isinstance(value, str) and name.endswith("Color"):
            _check_color(value, where)
        elif isinstance(value, dict) and name == "colors":
            for color, said in value.items():
                _check_color(said, f"{where}.{color[:60]}")
        elif isinstance(value, dict) and (inner := _struct_in(known[name])) is not None:
            _check(value, inner, where)


def _check_color(value: Any, path: str) -> None:
    if value is None or value == "":
        return
    if not isinstance(value, str) or not is_color(value):
        raise InvalidInput("must be a colour: #2563eb, a name, or rgb(…)", path=path)


def _struct_in(annotation: Any) -> type[msgspec.Struct] | None:
    kinds = (annotation, *get_args(annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)), None)
