"""Paths into a message's variables: `data.items[0].name`, `$.profile.email`, `{{first_name}}`."""

import re

PATH_MAX = 256
"""Characters, braces and all; longer than any path a person writes."""

_WRAPPED = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}\Z|\{\s*([^{}]*?)\s*\}\Z")
_NAME = r"[A-Za-z_@][\w@-]*"
_STEP = rf"\.(?:{_NAME}|\d+)|\[\d+\]|\['[^'\]]*'\]|\[\"[^\"\]]*\"\]"
PATH = re.compile(rf"(?:\$|{_NAME})(?:{_STEP})*\Z")
_PIECE = re.compile(r"\[['\"]?([^\]'\"]*)['\"]?\]|([^.\[\]]+)")


def parse_path(text: str) -> tuple[str, ...] | None:
    """Split a path into its steps, with or without braces around it; None when it is no path.

    A leading `$` stays: it names the whole, whatever the scope.
    """
    if len(text) > PATH_MAX:
        return None
    wrapped = _WRAPPED.match(text)
    bare = (wrapped[1] if wrapped[1] is not None else wrapped[2]) if wrapped else text
    if not PATH.match(bare):
        return None
    return tuple(bracketed or name for bracketed, name in _PIECE.findall(bare))
