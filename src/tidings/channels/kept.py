"""What the log kept of a content, read again: a part that is odd, or not there, is what it was."""

from collections.abc import Mapping
from typing import Any


def words(parts: Mapping[str, Any], name: str, otherwise: str) -> str:
    """Read a text."""
    found = parts.get(name)
    return found if isinstance(found, str) else otherwise


def objects(parts: Mapping[str, Any], name: str, otherwise: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """Read a list of objects."""
    found = parts.get(name)
    if isinstance(found, list) and all(isinstance(each, dict) for each in found):
        return tuple(found)
    return otherwise
