"""Lists, columns, references and JSON within Elemental."""

import pytest

from tidings.elemental import parse
from tidings.elemental.json_source import JsonSourceError, read_json_source
from tidings.errors import InvalidInput, TooLarge


def document(*elements):
    """Content of these elements."""
    return {"version": "2022-01-01", "elements": list(elements)}


def text(content="x", **fields):
    """A text."""
    return {"type": "text", "content": content, **fields}


def nested(depth):
    """Lists in lists."""
    item = {"type": "list-item", "content": "x"}
    for _ in range(depth):
        item = {"type": "list-item", "elements": [{"type": "list", "elements": [item]}]}
    return item["elements"][0]


@pytest.mark.parametrize(
    ("elements", "path", "told"),
    [
        ([text(**{"if": "refs.later.visible"}), text(ref="later")], "elements[0].if", "no element before this one"),
        ([text(**{"if": "refs.visible"})], "elements[0].if", "refs.name.visible"),
        ([{"type": "list", "elements": [text()]}], "elements[0].elements[0].type", "known are list-item"),
        ([{"type": "columns", "elements": [text()]}], "elements[0].elements[0].type", "known are column"),
        ([{"type": "list-item", "content": "x"}], "elements[0].type", "not known here"),
        ([{"type": "list", "elements": [{"type": "list-item"}]}], "elements[0].elements[0]", "content or elements"),
        ([{"type": "list", "elements": [], "list_type": "x"}], "elements[0].list_type", "ordered, unordered"),
        ([{"type": "columns", "elements": [{"type": "column", "elements": [], "width": "x"}]}],
         "elements[0].elements[0].width", "auto, or a size"),
        ([{"type": "jsonnet", "content": "std.map(f, [])"}], "elements[0].content", "only std.extVar"),
        ([{"type": "channel", "channel": "slack", "raw": {"blocks": []}}], "elements[0].raw.blocks", "not a field"),
        ([{"type": "channel", "channel": "push", "raw": {"title": 1}}], "elements[0].raw.title", "Expected"),
    ],
)  # fmt: skip
def test_what_they_cannot_be(elements, path, told):
    """Each is refused with the exact place and what may stand there."""
    with pytest.raises(InvalidInput, match=told) as caught:
        parse(document(*elements))
    assert caught.value.path == f"notification.content.{path}"


def test_lists_are_five_deep():
    """A sixth list within lists is refused."""
    parse(document(nested(5)))
    with pytest.raises(TooLarge, match="5 deep"):
        parse(document(nested(6)))


@pytest.mark.parametrize(
    "source",
    [
        "{",
        "[1,,2]",
        "local x = 1; x",
        "function() 1",
        "import 'x'",
        "env('A')",
        "{a}",
        "'\\q'",
        "[" * 40 + "]" * 40,
        "@",
    ],
)
def test_jsonnet_is_read_not_run(source):
    """What could run, and what is no JSON, is refused."""
    with pytest.raises(JsonSourceError):
        read_json_source(source)
