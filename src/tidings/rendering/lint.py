"""What an author should know of content before anybody is sent it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import Any, Literal

import msgspec

from tidings.elemental import Document
from tidings.rendering.color_names import COLOR_NAMES
from tidings.rendering.names import ANY, ITEM, Name, Use, dotted, uses
from tidings.rendering.urls import leads_nowhere

_ANY_KEY = "*"
"""Stands for any key: the catalogue writes it for keys that look like data."""
_KNOWN_MAX = 2_000
_DEPTH_MAX = 12
_ADDRESSES = frozenset({"href", "src", "imgHref", "imgSrc"})
_ALIKE = 0.75
"""From here on two words may be one, written wrongly (`difflib`)."""


class Problem(msgspec.Struct, frozen=True):
    """One thing to look at: an error should be mended, a warning may be meant."""

    level: Literal["error", "warning"]
    path: str
    message: str


def unknown_variables(
    document: Document, sample: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> list[Problem]:
    """Compare the variables that content names with a sample of what a message brings.

    `sample` is laid out as `Variables.root()`; so is `known`, what the catalogue has seen in any event (`seen_in`).
    What the template does well without is told only where it looks like a slip. Raises `RenderError` for what is no
    template.
    """
    roots = [sample] if known is None else [sample, known]
    names = sorted({name for root in roots for name in known_names(root)})
    where = "in the sample" if known is None else "a property of the events that came in"
    problems = (_problem(use, roots, names, where) for use in uses(document))
    return [problem for problem in problems if problem is not None]


def unusable_values(document: Document) -> list[Problem]:
    """Find what no message will have.

    Links and pictures that are `javascript:`, `data:`, or have no scheme at all; colours that have no such name.
    """
    problems = (_unusable(name, value, path) for name, value, path in _values(document.elements, "elements"))
    return [problem for problem in problems if problem is not None]


def left_out(address: str, of: str = "this message") -> str:
    """Say that an address becomes no link or picture, and what to do."""
    return f"{address[:80]!r} is left out of {of}: begin it with https://, http://, mailto: or tel:"


def _unusable(name: str, value: str, path: str) -> Problem | None:
    if name in _ADDRESSES and value and leads_nowhere(value):
        return Problem("error", path, left_out(value, "every message"))
    if name.lower().endswith("color") and value.isalpha() and value.lower() not in COLOR_NAMES:
        near = get_close_matches(value.lower(), COLOR_NAMES, n=1)
        hint = f"did you mean {near[0]}?" if near else "write it as #2563eb"
        return Problem("error", path, f"no colour is called {value}: {hint}")
    return None


def _values(nodes: Iterable[Any], path: str) -> Iterator[tuple[str, str, str]]:
    """List the texts in nodes and what is in them: the field's name, its value, its path."""
    for index, node in enumerate(nodes):
        for field, name in zip(node.__struct_fields__, node.__struct_encode_fields__, strict=True):
            value, at = getattr(node, field), f"{path}[{index}].{name}"
            if isinstance(value, str):
                yield name, value, at
            elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
                yield from _values(value, at)


def seen_in(properties: Iterable[Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Lay out what events were seen to have: paths as the catalogue writes them (`items[].name`), with their types."""
    data: dict[str, Any] = {}
    for paths in properties:
        # What lies below another path comes after it.
        for path in sorted(paths):
            _lay(data, path.split("."), paths[path].get("types", {}))
    return {"data": data}


def _lay(at: dict[str, Any], steps: list[str], types: Mapping[str, Any]) -> None:
    for step in steps[:-1]:
        name = step.removesuffix("[]")
        inner = at.get(name)
        if step != name and not isinstance(inner, list):
            inner = at[name] = [{}]
        elif not isinstance(inner, dict | list):
            inner = at[name] = {}
        at = inner[0] if isinstance(inner, list) else inner
        at.pop(_ANY_KEY, None)
    kinds = {"list": [_anything()], "object": _anything()}
    at.setdefault(steps[-1], next((kinds[kind] for kind in kinds if kind in types), ""))


def _anything() -> dict[str, Any]:
    """Stand for an object of which nothing below was looked at."""
    return {_ANY_KEY: ""}


def _problem(use: Use, roots: Sequence[Mapping[str, Any]], names: list[str], where: str) -> Problem | None:
    root = use.name[:1]
    if root not in {("data",), ("profile",)} or any(_is_there(one, use.name) for one in roots):
        return None
    said = dotted(use.name)
    if root == ("profile",):
        if not any(one.get("profile") for one in roots):
            return None  # nobody's profile was there to compare with
        where = "in the sample"
    if near := _near(said, names):
        return Problem("error", use.path, f"{said} is not {where}: did you mean {near}?")
    return None if use.is_optional else Problem("warning", use.path, f"{said} is not {where}")


def _near(said: str, names: Iterable[str]) -> str:
    """Find the name that is most like this one, each step like its own: `order.note` is no slip of `order.total`."""
    steps = said.split(".")
    others = (name for name in names if name != said and name.count(".") == len(steps) - 1)
    likeness, name = max(((_likeness(steps, name.split(".")), name) for name in others), default=(0.0, ""))
    return name if likeness else ""


def _likeness(steps: Sequence[str], others: Sequence[str]) -> float:
    each = [SequenceMatcher(None, mine, other).ratio() for mine, other in zip(steps, others, strict=True)]
    return sum(each) if min(each) >= _ALIKE else 0.0


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
        elif isinstance(value, Mapping) and _ANY_KEY in value:
            return True
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
            if key == _ANY_KEY:
                continue
            yield from _names(item, (*name, str(key)), depth + 1)
    elif isinstance(value, list):
        for item in value[:3]:
            yield from _names(item, (*name, ITEM), depth + 1)
