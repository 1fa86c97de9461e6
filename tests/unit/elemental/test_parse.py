"""Reading Elemental."""

import msgspec
import pytest

from tidings.elemental import channels_of, fitting, locales_of, localised, parse
from tidings.elemental.nodes import Channel, Image, Meta, Text
from tidings.errors import InvalidInput, TooLarge

VERSION = "2022-01-01"


def document(*elements, version=VERSION):
    """Content with these elements."""
    return {"version": version, "elements": list(elements)}


def refusal(content, **options):
    """What parsing raises."""
    with pytest.raises(InvalidInput) as caught:
        parse(content, **options)
    return caught.value


def test_sugar_is_a_meta_and_a_text():
    """`{title, body}` says the same as a meta and a text."""
    assert parse({"title": "Hi", "body": "There"}).elements == (Meta(title="Hi"), Text(content="There"))


def test_bytes_are_read():
    """Content may come as the JSON it was stored as."""
    assert parse(b'{"title": "Hi"}').elements == (Meta(title="Hi"),)


def test_a_template_refuses_sugar():
    """A template must be Elemental; sugar is refused at its missing version, as Courier does."""
    assert refusal({"title": "Hi"}, must_be_in_channels=True).path == "notification.content.version"


def test_a_template_stands_in_channels():
    """A template's elements must stand inside channel blocks."""
    content = document({"type": "text", "content": "Hi"})
    assert refusal(content, must_be_in_channels=True).path == "notification.content.elements[0]"


def test_an_empty_template_is_fine():
    """A template may be created before anything is written in it."""
    assert parse(document(), must_be_in_channels=True).elements == ()


def test_channels_do_not_mix():
    """Once one element is a channel, its siblings must be."""
    content = document({"type": "channel", "channel": "email", "elements": []}, {"type": "text", "content": "Hi"})
    assert refusal(content).path == "notification.content.elements[1]"


def test_a_channel_stands_at_the_top():
    """A channel inside a group is refused, and the message says where channels stand."""
    inner = {"type": "channel", "channel": "email", "elements": []}
    error = refusal(document({"type": "group", "elements": [inner]}))
    assert (error.path, error.message) == (
        "notification.content.elements[0].elements[0].type",
        "a channel stands at the top level only",
    )


@pytest.mark.parametrize(
    ("element", "path", "told"),
    [
        ({"type": "txt"}, ".type", "known are meta, text, action"),
        ({"content": "x"}, ".type", "is missing"),
        ({"type": "text", "content": 1}, ".content", "got int"),
        ({"type": "text"}, "", "content or elements"),
        ({"type": "text", "content": "x", "colour": "red"}, ".colour", "did you mean color?"),
        ({"type": "text", "content": "x", "color": "red;position:fixed"}, ".color", "a colour"),
        ({"type": "text", "content": "x", "color": "red\n"}, ".color", "a colour"),
        ({"type": "text", "content": "x", "padding": "1px;x"}, ".padding", "one to four sizes"),
        ({"type": "text", "content": "x", "font_size": "huge"}, ".font_size", "a size"),
        ({"type": "text", "content": "x", "align": "middle"}, ".align", "known are left, center, right, full"),
        ({"type": "text", "content": "x", "if": "data.items.map(x)"}, ".if", "not supported yet"),
        ({"type": "text", "content": "x", "if": "refs.a.visible"}, ".if", "no element before this one"),
        ({"type": "text", "content": "x", "loop": "1 + 1"}, ".loop", "path of a list"),
        ({"type": "text", "content": "x", "locales": {"fr": {"content": 3}}}, ".locales.fr.content", "got int"),
        (
            {"type": "text", "content": "x", "locales": {"fr": {"type": "meta"}}},
            ".locales.fr",
            "not the element's type",
        ),
        ({"type": "action", "content": "x"}, ".href", "is required"),
        ({"type": "text", "elements": [{"type": "image", "src": "x"}]}, ".elements[0].type", "string, link, img"),
        ("x", "", "must be an element"),
    ],
)
def test_a_refusal_names_the_place_and_what_is_allowed(element, path, told):
    """What is wrong is refused with its exact path and with what may stand there."""
    error = refusal(document(element))
    assert error.path == f"notification.content.elements[0]{path}"
    assert told in error.message


def test_the_path_begins_where_the_content_stands():
    """Inline content is refused under the path of the request that brought it."""
    assert refusal(document({"type": "x"}), path="message.content").path == "message.content.elements[0].type"


@pytest.mark.parametrize("content", [{}, {"version": VERSION}, {"version": "2019-01-01", "elements": []}, b"[]", b"{"])
def test_what_is_no_content_is_refused(content):
    """Neither elements nor sugar, an unknown version, or no object at all: refused."""
    refusal(content)


def test_the_older_version_is_for_inline_content():
    """`2020-01-01` is read inline and refused in a template."""
    old = document(version="2020-01-01")
    assert parse(old).version == "2020-01-01"
    assert refusal(old, must_be_in_channels=True).path == "notification.content.version"


@pytest.mark.parametrize(
    "content",
    [
        document(*[{"type": "meta"}] * 2_001),
        document({"type": "text", "content": "x" * 600_000}),
        document({"type": "text", "content": "{{a}}" * 5_001}),
        document({"type": "text", "content": "{a}" * 5_001}),
        b'{"a":' * 5_000,
    ],
)
def test_limits(content):
    """Too many nodes, bytes or tags, and endless nesting are told apart from mistakes."""
    assert isinstance(refusal(content), TooLarge)


def test_depth_is_limited():
    """Groups within groups end somewhere."""
    element = {"type": "text", "content": "x"}
    for _ in range(33):
        element = {"type": "group", "elements": [element]}
    assert isinstance(refusal(document(element)), TooLarge)


def test_camel_case_is_understood():
    """`altText` of Courier's newer guides is `alt_text`."""
    parsed = parse(document({"type": "image", "src": "https://x.test/a.png", "altText": "A"}))
    assert parsed.elements == (Image(src="https://x.test/a.png", alt_text="A"),)


def test_checksums_come_back_and_are_dropped():
    """A client may send an element back as it read it, with the checksum that we computed."""
    assert parse(document({"type": "meta", "id": "a", "checksum": "0"})).elements == (Meta(id="a"),)


def test_switches_are_words_or_booleans():
    """`bold` is read as text or as a boolean, and kept as it came."""
    parsed = parse(document({"type": "text", "content": "x", "bold": "true", "italic": True}))
    assert msgspec.to_builtins(parsed.elements[0]) == {
        "type": "text",
        "content": "x",
        "bold": "true",
        "italic": True,
    }


def test_raw_email_is_checked():
    """The raw part of an email block may only hold what an email has."""
    block = {"type": "channel", "channel": "email", "raw": {"subject": "x", "body": "y"}}
    assert refusal(document(block)).path.startswith("notification.content.elements[0].raw")


def test_raw_of_a_provider_is_checked():
    """A provider's block has the words of its channel; what would be said by nobody is refused."""
    block = {"type": "channel", "channel": "telegram", "raw": {"title": "x", "txt": "y"}}
    refused = refusal(document(block))
    assert (refused.path, refused.message) == (
        "notification.content.elements[0].raw.txt", "is not a field here"
    )  # fmt: skip
    for_all = {"type": "channel", "channel": "default", "raw": {"text": "y"}}
    assert "a block of its own" in refusal(document(for_all)).message


def test_raw_of_other_channels_is_kept():
    """What only a provider understands is kept as it is."""
    block = {"type": "channel", "channel": "slack", "raw": {"slackBlocks": [{"a": 1}]}}
    assert parse(document(block)).elements == (Channel(channel="slack", raw={"slackBlocks": [{"a": 1}]}),)


@pytest.mark.parametrize(
    ("content", "channels"),
    [
        (document({"type": "text", "content": "x"}), ("default",)),
        ({"title": "x"}, ("default",)),
        (document(), ()),
        (
            document(*[{"type": "channel", "channel": name, "elements": []} for name in ("email", "sms", "email")]),
            ("email", "sms"),
        ),
    ],
)
def test_channels_of(content, channels):
    """The channels a document can serve are told the same before and after it is parsed."""
    assert channels_of(content) == channels
    assert channels_of(parse(content)) == channels


def test_a_locale_takes_its_own_words_or_its_languages():
    """`fr-CA` speaks Canadian French where there is some, else French, else what everybody hears."""
    parsed = parse(
        document(
            {"type": "meta", "title": "Hello", "locales": {"fr": {"title": "Salut"}, "fr_CA": {"title": "Allô"}}},
            {"type": "text", "content": "Bye", "locales": {"fr": {"content": "Salut"}}},
            {"type": "text", "content": "OK"},
        )
    )
    said = localised(parsed, fitting("fr-CA", locales_of(parsed)))
    assert [getattr(node, "title", None) or node.content for node in said.elements] == ["Allô", "Salut", "OK"]
