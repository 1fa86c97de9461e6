"""Walks raw content before it is typed: counts it, names what is unknown, and settles on one spelling."""

from difflib import get_close_matches
from typing import Any

import msgspec

from tidings.elemental.nodes import (
    ALIASES,
    Action,
    Channel,
    Column,
    Columns,
    Comment,
    Divider,
    Group,
    Html,
    Image,
    Img,
    Items,
    Jsonnet,
    Link,
    ListItem,
    Meta,
    Node,
    Quote,
    String,
    Text,
)
from tidings.errors import InvalidInput, TooLarge

NODES_MAX = 2_000
"""Nodes of a document: ten times the longest newsletter."""
DEPTH_MAX = 32
"""Nodes within nodes."""
LOCALES_MAX = 200
"""Locales of one element; CLDR knows about 200 languages in use."""

_NESTED: tuple[type[Node], ...] = (
    Meta,
    Text,
    Action,
    Image,
    Divider,
    Quote,
    Html,
    Group,
    Items,
    Columns,
    Jsonnet,
    Comment,
)
_INLINE: tuple[type[Node], ...] = (String, Link, Img)
_ALL: tuple[type[Node], ...] = (*_NESTED, Channel, Column, ListItem, *_INLINE)
_FIELDS: dict[type[Node], frozenset[str]] = {
    kind: frozenset({"type", *(field.encode_name for field in msgspec.structs.fields(kind))}) for kind in _ALL
}
_DERIVED = "checksum"
"""Courier's answers carry it beside each element; clients send it back. It is ours to compute, so it is dropped."""


def _named(kinds: tuple[type[Node], ...]) -> dict[str, type[Node]]:
    return {str(kind.__struct_config__.tag): kind for kind in kinds}


_KNOWN_TOP = _named((*_NESTED, Channel))
_KNOWN_NESTED = _named(_NESTED)
_KNOWN_WITHIN: dict[type[Node], dict[str, type[Node]]] = {
    Text: _named(_INLINE),
    Items: _named((ListItem,)),
    ListItem: _named((*_INLINE, Items)),
    Columns: _named((Column,)),
}
"""What may stand in nodes that hold not just anything."""


class Normaliser:
    """One walk over one document."""

    def __init__(self) -> None:
        self._nodes = 0

    def elements(
        self, raw: Any, path: str, *, depth: int = 0, within: type[Node] | None = None
    ) -> list[dict[str, Any]]:
        """Normalise a list of elements. Raises `InvalidInput` with the path of what is wrong."""
        if not isinstance(raw, list | tuple):
            raise InvalidInput("must be an array of elements", path=path)
        if depth >= DEPTH_MAX:
            raise TooLarge(f"elements may be nested {DEPTH_MAX} deep at most", path=path)
        known = _KNOWN_TOP if within is None else _KNOWN_WITHIN.get(within, _KNOWN_NESTED)
        return [self._element(item, f"{path}[{index}]", known, depth) for index, item in enumerate(raw)]

    def _element(self, raw: Any, path: str, known: dict[str, type[Node]], depth: int) -> dict[str, Any]:
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise TooLarge(f"a document may have {NODES_MAX} elements at most", path=path)
        if not isinstance(raw, dict):
            raise InvalidInput("must be an element: an object with a type", path=path)
        kind = _kind(raw.get("type"), known, path)
        element = _respelled(raw)
        _refuse_unknown(element, kind, path)
        if element.get("elements") is not None:
            element["elements"] = self.elements(element["elements"], f"{path}.elements", depth=depth + 1, within=kind)
        if isinstance(element.get("locales"), dict):
            element["locales"] = self._locales(element["locales"], kind, path, depth)
        return element

    def _locales(self, raw: dict[str, Any], kind: type[Node], path: str, depth: int) -> dict[str, Any]:
        if len(raw) > LOCALES_MAX:
            raise TooLarge(f"an element may have {LOCALES_MAX} locales at most", path=f"{path}.locales")
        return {name: self._locale(said, kind, f"{path}.locales.{name}", depth) for name, said in raw.items()}

    def _locale(self, raw: Any, kind: type[Node], path: str, depth: int) -> Any:
        if not isinstance(raw, dict):
            raise InvalidInput("must be an object of the fields it replaces", path=path)
        said = _respelled(raw)
        _refuse_unknown(said, kind, path)
        if "type" in said or "locales" in said:
            raise InvalidInput("a locale replaces words, not the element's type or locales", path=path)
        if said.get("elements") is not None:
            said["elements"] = self.elements(said["elements"], f"{path}.elements", depth=depth + 1, within=kind)
        return said


def _kind(name: Any, known: dict[str, type[Node]], path: str) -> type[Node]:
    if isinstance(name, str) and name in known:
        return known[name]
    if name == "channel":
        raise InvalidInput("a channel stands at the top level only", path=f"{path}.type")
    told = "is missing" if name is None else f"{str(name)[:60]!r} is not known here"
    raise InvalidInput(f"{told}; known are {', '.join(known)}", path=f"{path}.type")


def _respelled(raw: dict[str, Any]) -> dict[str, Any]:
    return {ALIASES.get(key, key): value for key, value in raw.items() if key != _DERIVED}


def _refuse_unknown(element: dict[str, Any], kind: type[Node], path: str) -> None:
    for key in element:
        if key not in _FIELDS[kind]:
            near = get_close_matches(str(key), _FIELDS[kind], n=1)
            hint = f", did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(_FIELDS[kind]))}"
            name = str(kind.__struct_config__.tag)
            raise InvalidInput(f"is not a field of {name}{hint}", path=f"{path}.{str(key)[:60]}")
