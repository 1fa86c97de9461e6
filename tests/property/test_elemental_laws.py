"""Laws of Elemental."""

import contextlib

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.elemental import channels_of, parse
from tidings.elemental.condition import ConditionError, condition
from tidings.elemental.nodes import (
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
    Quote,
    String,
    Text,
)
from tidings.errors import InvalidInput

words = st.text(max_size=20)
colors = st.sampled_from(["#fff", "red", "rgb(1, 2, 3)", "{{brand.color}}"])
sizes = st.sampled_from(["4px", "50%", "1.5em", 3, 2.5])
boxes = st.sampled_from(["4px", "1px 2px", 8])
conditions = st.sampled_from(["data.a", "data.a == 'x' && !profile.b"])


def optional(kind, **fields):
    """Nodes of a kind in which each of these fields may be absent."""
    return st.fixed_dictionaries({}, optional=fields).map(lambda given: kind(**given))


common = {
    "if_": conditions,
    "loop": st.just("data.items"),
    "id": words,
    "channels": st.lists(words, max_size=2).map(tuple),
}
inline = st.one_of(
    st.builds(String, content=words, bold=st.booleans(), color=colors, font_size=sizes),
    st.builds(Link, content=words, href=words),
    st.builds(Img, src=words, alt_text=words),
)
items = st.one_of(
    st.builds(ListItem, content=words, background_color=colors),
    st.builds(ListItem, elements=st.lists(inline, max_size=2).map(tuple)),
)
leaves = st.one_of(
    optional(Meta, title=words, **common),
    st.builds(Text, content=words, align=st.sampled_from(["left", "full"]), color=colors, padding=boxes, bold=words),
    st.builds(Text, elements=st.lists(inline, max_size=3).map(tuple)),
    st.builds(Action, content=words, href=words, style=st.sampled_from(["button", "link"]), padding=boxes),
    st.builds(Image, src=words, alt_text=words, width=sizes),
    optional(Divider, color=colors, border_width=sizes, **common),
    st.builds(Quote, content=words, border_color=colors),
    st.builds(Html, content=words),
    st.builds(Items, elements=st.lists(items, max_size=3).map(tuple), list_type=st.just("ordered"), img_src=words),
    st.builds(Comment, comment=words),
    st.builds(Jsonnet, content=st.sampled_from(["[]", "{a: data('x') + 'b', c: [1, null]} // note"])),
)
elements = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Group, elements=st.lists(inner, max_size=3).map(tuple)),
        st.builds(
            Columns,
            elements=st.lists(
                st.builds(Column, elements=st.lists(inner, max_size=2).map(tuple), width=sizes | st.just("auto")),
                max_size=2,
            ).map(tuple),
            gap=sizes,
        ),
    ),
    max_leaves=8,
)
blocks = st.one_of(
    st.builds(Channel, channel=words, elements=st.lists(elements, max_size=3).map(tuple)),
    st.builds(
        Channel, channel=st.just("email"), raw=st.fixed_dictionaries({}, optional={"html": words, "text": words})
    ),
)
contents = st.one_of(st.lists(elements, max_size=5), st.lists(blocks, max_size=3)).map(
    lambda nodes: {"version": "2022-01-01", "elements": msgspec.to_builtins(nodes)}
)


@settings(deadline=None)
@given(contents)
def test_parse_then_encode_is_the_same(content):
    """A document survives being read and written."""
    document = parse(content)
    assert msgspec.json.decode(msgspec.json.encode(document)) == msgspec.json.decode(msgspec.json.encode(content))
    assert parse(msgspec.json.encode(document)) == document
    assert channels_of(document) == channels_of(content)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "elements", "content", "if", "locales", "channel", "raw", "title", "x"]),
        inner, max_size=4
    ),
)  # fmt: skip


@settings(deadline=None)
@given(st.one_of(json, st.builds(lambda e: {"version": "2022-01-01", "elements": e}, json)), st.booleans())
def test_anything_else_is_refused_with_a_path(content, strict):
    """Whatever comes, it is a document or refused as the caller's mistake: nothing else is raised."""
    path = "notification.content"
    try:
        parse(content, must_be_in_channels=strict)
    except InvalidInput as error:
        path = error.path
    assert path.startswith("notification.content")


@settings(deadline=None)
@given(st.text(alphabet="ab.'\"=!<>&|() 1-{}$[]", max_size=30))
def test_conditions_are_read_or_refused(source):
    """An expression is in the language or it is refused."""
    with contextlib.suppress(ConditionError):
        condition(source)
