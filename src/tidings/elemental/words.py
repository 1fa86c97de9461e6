"""The words that a field may hold, gathered from the structs, to tell people who wrote another."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tidings.elemental.condition import Group as ConditionGroup
from tidings.elemental.condition import Row
from tidings.elemental.document import Document
from tidings.elemental.nodes import Action, Columns, EmailRaw, Image, Items, Text


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for part in get_args(annotation):
            yield from _literals(part)


_WORDS = {
    name: tuple(_literals(annotation))
    for struct in (ConditionGroup, Row, Document, EmailRaw, Image, Text, Action, Items, Columns)
    for name, annotation in get_type_hints(struct).items()
}


def allowed_words(field: str) -> tuple[str, ...]:
    """Name the words allowed in a field; empty when it is free."""
    return _WORDS.get(field.partition("[")[0], ())
