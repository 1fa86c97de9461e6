"""What an author should know of content before anybody is sent it."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal

import msgspec

from tidings.elemental import Document
from tidings.rendering.names import ANY, ITEM, Name, Use, dotted, uses

_KNOWN_MAX = 2_000
_DEPTH_MAX = 12


class Problem(msgspec.Struct, frozen=True):
    """One thing to look at: an error should be mended, a warning may be meant."""

    level: Literal["error", "warning"]
    path: str
    message: str


def unknown_variables(document: Document, sample: Mapping[str, Any]) -> list[Problem]:
    """Compare the variables that content names with a sample of what a message brings.

    `sample` is laid out as `Variables.root()`. What the template does well without is told only where it looks like
    a slip. Raises `RenderError` for what is no template.
    """
    known = sorted(set(known_names(sample)))
    problems = (_problem(use, sample, known) for use in uses(document))
    return [problem for problem in problems if problem is not None]


def _problem(use: Use, sample: Mapping[str, Any], known: list[str]) -> Problem | None:
    if use.name[:1] not in {("data",), ("profile",)} or _is_there(sample, use.name):
        return None
    said = dotted(use.name)
    near = get_close_matches(said, known, n=1, cutoff=0.75)
    if near and near[0] != said:
        return Problem("error", use.path, f"{said} is not in the sample: did you mean {near[0]}?")
    if use.is_optional:
        return None
    return Problem("warning", use.path, f"{said} is not in the sample")


def _is_there(value: Any, name: Name) -> bool:
    """Follow a name; of a list, into any item. An empty list may hold anything."""
    for at, step in enumerate(name):
        rest = name[at + 1 :]
        if step in {ITEM, ANY}:
            items = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else None
            if step == ANY and not isinstance(value, list):
                return _is_there(value, rest)
            return items is not None and (not items or any(_is_there(item, rest) for item in items))
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal():
            return not value or int(step) >= len(value) or _is_there(value[int(step)], rest)
        else:
            return isinstance(value, list | str) and step == "length"
    return True


def known_names(sample: Mapping[str, Any]) -> Iterator[str]:
    """List the names that a sample has, as people write them."""
    for root in ("data", "profile"):
        for count, name in enumerate(_names(sample.get(root), (root,), 0)):
            if count >= _KNOWN_MAX:
                break
            yield dotted(name)


def _names(value: Any, name: Name, depth: int) -> Iterator[Name]:
    if len(name) > 1:
        yield name
    if depth >= _DEPTH_MAX:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _names(item, (*name, str(key)), depth + 1)
    elif isinstance(value, list):
        for item in value[:3]:
            yield from _names(item, (*name, ITEM), depth + 1)
