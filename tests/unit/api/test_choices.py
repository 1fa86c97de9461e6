"""What words may stand at a place of a body."""

import enum
from typing import Annotated, Any, Literal

import msgspec
import pytest

from tidings.api.choices import choices_at
from tidings.api.destination_wire import DestinationBody


class Size(enum.Enum):
    """An enumeration."""

    S = "small"
    L = "large"


class Box(msgspec.Struct, rename="camel"):
    """A shape of everything that bodies are made of."""

    of_size: Size | None = None
    words: Annotated[list[Literal["a", "b"] | int], msgspec.Meta(max_length=9)] = []
    by_name: dict[str, Literal["c"]] = {}
    within: "Box | None" = None
    any: Any = None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("ofSize", ["small", "large"]),
        ("words[0]", ["a", "b"]),
        ("byName[...]", ["c"]),
        ("within.within.words[17]", ["a", "b"]),
        ("any", []),
        ("any.deeper", []),
        ("of_size", []),
        ("", []),
    ],
)
def test_words_are_found_along_the_path(path, words):
    """Through fields, lists, mappings and what is optional; where any word may stand, none is named."""
    assert choices_at(Box, path) == words


def test_the_types_of_an_action_are_words_too():
    """A tag picks one of several shapes: all of them are told."""
    found = choices_at(DestinationBody, "filters[0].actions[0].type")
    assert found == ["DROP", "ONLY", "SAMPLE", "DROP_PROPERTIES", "ALLOW_PROPERTIES"]
    assert choices_at(DestinationBody, "filters[0].actions[0].percent") == []


def test_a_type_that_is_not_known_has_no_words():
    """Whatever a handler takes: nothing is said rather than failing at it."""
    assert choices_at(lambda: None, "a") == []
