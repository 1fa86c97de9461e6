"""The words that a field may hold, gathered from the structs, to tell people who wrote another."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tidings.elemental.approved import ApprovedComponent, ApprovedLanguage, ApprovedParameter
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
_WITHIN = {
    f"{parent}.{name}": tuple(_literals(annotation))
    for parent, struct in (
        ("components", ApprovedComponent),
        ("parameters", ApprovedParameter),
        ("language", ApprovedLanguage),
    )
    for name, annotation in get_type_hints(struct).items()
}
"""Fields whose words depend on where they stand."""


def allowed_words(place: str) -> tuple[str, ...]:
    """Name the words allowed in the field at `a.b[2].field`; empty when it is free."""
    *above, name = [part.partition("[")[0] for part in place.split(".")]
    within = _WITHIN.get(f"{above[-1]}.{name}") if above else None
    return within or _WORDS.get(name, ())
