"""What a condition takes for yes."""

from typing import Any


def truthy(value: Any) -> bool:
    """Not `false`, null, 0, `""` or `[]`; an empty object is yes."""
    return value is not None and value is not False and value not in (0, "", [])
