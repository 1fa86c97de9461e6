"""Words in other languages, laid over a node."""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from tidings.elemental.document import Document
from tidings.elemental.nodes import Node

AnyNode = TypeVar("AnyNode", bound=Node)

_FILLER: dict[str, Any] = {"elements": (), "channel": "default"}


def worded(kind: type[AnyNode], said: dict[str, Any]) -> AnyNode:
    """Type a locale's fields. Raises `msgspec.ValidationError` when they do not fit the node."""
    required = [field.encode_name for field in msgspec.structs.fields(kind) if field.required]
    return msgspec.convert({**{name: _FILLER.get(name, "") for name in required}, **said}, kind)


def locales_of(document: Document) -> frozenset[str]:
    """Name the locales that any node has words for."""
    return frozenset(name for node in _all(document.elements) for name in node.locales or ())


def fitting(locale: str, among: frozenset[str]) -> tuple[str, ...]:
    """Choose the locales to speak, best first: for `fr-CA` that one, however it is spelled, else `fr`."""
    dashed = locale.replace("_", "-")
    names = (locale, dashed, locale.replace("-", "_"), dashed.partition("-")[0])
    return tuple(name for name in dict.fromkeys(names) if name in among)


def localised(document: Document, locales: tuple[str, ...]) -> Document:
    """Lay the words of the first of these locales that a node has over it, node by node."""
    elements = tuple(_localised(element, locales) for element in document.elements)
    return msgspec.structs.replace(document, elements=elements)


def _localised(node: AnyNode, names: tuple[str, ...]) -> AnyNode:
    said = next((node.locales[name] for name in names if name in node.locales), None) if node.locales else None
    if said:
        worn = worded(type(node), said)
        fields = {field.encode_name: field.name for field in msgspec.structs.fields(node)}
        node = msgspec.structs.replace(node, **{fields[key]: getattr(worn, fields[key]) for key in said})
    elements: tuple[Node, ...] | None = getattr(node, "elements", None)
    if not elements:
        return node
    return msgspec.structs.replace(node, elements=tuple(_localised(element, names) for element in elements))


def _all(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(getattr(node, "elements", None) or ())
