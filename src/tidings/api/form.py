"""Forms as JSON: `message[to][email]=ann@example.com` (courier-api.md §0.1)."""

import re
from typing import Any
from urllib.parse import parse_qsl

from tidings.errors import InvalidInput

_FIELDS_MAX = 1000
_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_DEPTH_MAX = 16


def form_object(body: bytes) -> dict[str, Any]:
    """Read a form with bracketed names as nested objects; every value is text. Raises `InvalidInput`.

    `[]` and lists are not read: nothing that is sent by form needs them.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX, errors="strict")
    except ValueError as error:
        raise InvalidInput(f"the form cannot be read, or has more than {_FIELDS_MAX} fields") from error
    root: dict[str, Any] = {}
    for name, value in pairs:
        *outer, last = _steps(name)
        place = root
        for step in outer:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise InvalidInput("is given both as a value and as an object", path=name)
        place[last] = value
    return root


def _steps(name: str) -> list[str]:
    match = _KEY.match(name)
    steps = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else []
    if not steps or "" in steps or len(steps) > _DEPTH_MAX:
        raise InvalidInput("write nested fields as `message[to][email]`", path=name[:100])
    return steps
