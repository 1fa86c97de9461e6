"""What may stand at a place of a body: so that whoever is refused for a word of theirs is told the right ones."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import inspect

_STEP = re.compile(r"\[[^\]]*\]|[^.\[]+")
_SHOWN_MAX = 40


def choices_at(kind: Any, path: str) -> list[str]:
    """List the words that a type has at a path, as msgspec writes paths; none when any word may stand there."""
    try:
        found = list(_open(inspect.type_info(kind)))
    except TypeError:  # a type that msgspec does not know
        return []
    *steps, last = _STEP.findall(path) or [""]
    for step in steps:
        found = [deeper for each in found for deeper in _into(each, step)]
    tags = [str(each.tag) for each in found if isinstance(each, inspect.StructType) and each.tag_field == last]
    words = [
        str(word)
        for each in found
        for deeper in _into(each, last)
        if isinstance(deeper, inspect.LiteralType)
        for word in deeper.values
    ]
    return list(dict.fromkeys(tags + words))[:_SHOWN_MAX]


def _into(kind: inspect.Type, step: str) -> Iterator[inspect.Type]:
    """Take one step: into a field, or into an item."""
    match kind:
        case inspect.StructType(fields=fields):
            for field in fields:
                if field.encode_name == step:
                    yield from _open(field.type)
        case inspect.DictType(value_type=inner) if step.startswith("["):
            yield from _open(inner)
        case inspect.CollectionType(item_type=inner) if step.startswith("["):
            yield from _open(inner)


def _open(kind: inspect.Type) -> Iterator[inspect.Type]:
    """List what a type may be, without what is said about it."""
    match kind:
        case inspect.Metadata(type=inner):
            yield from _open(inner)
        case inspect.UnionType(types=types):
            for each in types:
                yield from _open(each)
        case inspect.EnumType(cls=cls):
            yield inspect.LiteralType(tuple(member.value for member in cls))
        case _:
            yield kind
