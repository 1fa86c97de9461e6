"""A template's content with checksums, as editors and translators read it (courier-api.md §10)."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

Json = dict[str, Any]


class ContentAnswer(msgspec.Struct):
    """Elemental, each element with its checksum."""

    version: str
    elements: list[Json]


class ElementSum(msgspec.Struct):
    """An element that has an id, and the checksum of its words."""

    id: str
    checksum: str


class Mutation(msgspec.Struct):
    """What writing content came to."""

    id: str
    version: str
    state: str
    elements: list[ElementSum]


def with_checksums(elements: Sequence[Json]) -> list[Json]:
    """Add checksums, at every level."""
    return [_with_checksum(element) for element in elements]


def element_sums(elements: Sequence[Json]) -> list[ElementSum]:
    """List the elements that have an id, at every level, in document order."""
    sums: list[ElementSum] = []
    for element in elements:
        if isinstance(element.get("id"), str):
            sums.append(ElementSum(element["id"], checksum(element)))
        sums.extend(element_sums(_children(element)))
    return sums


def checksum(element: Json) -> str:
    """Hash the element's words: everything but its place, its id and its children. MD5, as Courier's."""
    words = {key: value for key, value in element.items() if key not in {"id", "elements", "locales"}}
    return _md5(words)


def _with_checksum(element: Json) -> Json:
    marked = {**element, "checksum": checksum(element)}
    if "elements" in element:
        marked["elements"] = with_checksums(_children(element))
    if isinstance(locales := element.get("locales"), dict):
        marked["locales"] = {name: {"checksum": _md5(words)} for name, words in locales.items()}
    return marked


def _children(element: Json) -> list[Json]:
    children = element.get("elements")
    return [child for child in children if isinstance(child, dict)] if isinstance(children, list) else []


def _md5(value: Any) -> str:
    return hashlib.md5(msgspec.json.encode(value, order="sorted"), usedforsecurity=False).hexdigest()
