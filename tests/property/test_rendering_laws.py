"""Laws of rendering. What templates mean is compared with Handlebars.js in `tests/oracle`."""

import contextlib
import re

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from markdown_it.tree import SyntaxTreeNode

from tidings.elemental import parse
from tidings.elemental.nodes import (
    Action,
    Column,
    Columns,
    Divider,
    Group,
    Html,
    Image,
    Img,
    Items,
    Link,
    ListItem,
    Meta,
    Quote,
    String,
    Text,
)
from tidings.rendering import NothingToSay, Renderer, RenderError, Variables, check
from tidings.rendering.escape import Escape
from tidings.rendering.forms import form_of
from tidings.rendering.handlebars import compile  # noqa: A004 (the seam's word)
from tidings.rendering.markdown import MARKDOWN, SENTENCE, tree_of
from tidings.rendering.program import OUTPUT_MAX
from tidings.rendering.template_check import check_templates

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

scalars = st.one_of(
    st.sampled_from(["", "x", "<&>\"'`=", 0, 1, -7, 12345678980, 19.9, 2.0, True, False, None]), st.text(max_size=5)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "x", "b"]), inner, max_size=3),
    max_leaves=8,
)


@relaxed
@given(st.text(alphabet="{}#/^~@! \\\"'ab.[]()|=\n", max_size=40))
def test_any_source_compiles_or_is_refused(source):
    """Whatever an author types, it is a template or a `RenderError`."""
    with contextlib.suppress(RenderError):
        compile(source, escape=Escape.HTML).render({"a": [1], "b": {"a": "x"}})


evil = st.sampled_from(
    ["<script>alert(1)</script>", "<SCRIPT src=//x>", "javascript:alert(1)", '"><script>', "{{name}}", "{{{html}}}",
     "\r\nBcc: x@x", "tdgslot0x", "*x* [a](b)", "]]>", "<!--", "'onload='x", "\u2028", "\\"]
)  # fmt: skip
snippets = st.sampled_from(
    ["{{name}}", "{name}", "{{{name}}}",
     "[{{name}}]({{name}})", "[x](https://x.test/{{name}})", "{{#if name}}a{{/if}}",
     "{{#each list}}{{this}}{{{this}}}{{/each}}", "# {{name}}\n", "\n\n- {{name}}\n", "**{{name}}**",
     "\\{{name}}", "<b>",
     "{{$.item}}{{$.index}}", "tdgslot1x", '<p title="{{name}}">', '<a href="{{name}}">']
)  # fmt: skip
content = st.lists(st.one_of(snippets, snippets, st.text(max_size=8)), max_size=4).map("".join)
colors = st.sampled_from([None, "#fff", "red", "{{name}}", "{color}"])
sizes = st.sampled_from([None, "4px", "50%", "1.5em", 3, 2.5, 0, "0px", 2000])
shows = st.sampled_from([None, None, "data.name", "!data.name", "$.item == 'x'"])
loops = st.sampled_from([None, None, "data.list", "data.missing"])
common = {"if_": shows, "loop": loops}
inline = st.one_of(
    st.builds(String, content=content, color=colors, font_size=sizes, bold=st.booleans(), **common),
    st.builds(Link, content=content, href=content, **common),
    st.builds(Img, src=content, alt_text=content, width=sizes, href=st.none() | content),
)
items = st.one_of(
    st.builds(ListItem, content=content, background_color=colors, **common),
    st.builds(ListItem, elements=st.lists(inline, max_size=2).map(tuple), **common),
    st.builds(
        ListItem,
        elements=st.tuples(
            st.builds(String, content=content),
            st.builds(Items, elements=st.tuples(st.builds(ListItem, content=content))),
        ),
    ),
)
styles = st.sampled_from([None, "text", "h1", "h2", "h3", "subtext"])
leaves = st.one_of(
    st.builds(Meta, title=content, if_=shows),
    st.builds(Text, content=content, text_style=styles, color=colors, background_color=colors, border_color=colors,
              font_size=sizes, line_height=sizes, padding=sizes, **common),
    st.builds(Text, elements=st.lists(inline, max_size=3).map(tuple), border_size=sizes),
    st.builds(Action, content=content, href=content, style=st.sampled_from([None, "secondary", "tertiary", "link"]),
              align=st.sampled_from([None, "left", "full"]), color=colors, background_color=colors, border_size=sizes,
              border_radius=sizes, **common),
    st.builds(Image, src=content, alt_text=content, width=sizes, href=st.none() | content, border_size=sizes, **common),
    st.builds(Divider, color=colors, border_width=sizes, **common),
    st.builds(Quote, content=content, border_color=colors, background_color=colors, text_style=styles, **common),
    st.builds(Html, content=content, **common),
    st.builds(Items, elements=st.lists(items, max_size=3).map(tuple), padding=sizes, img_src=st.none() | content,
              list_type=st.sampled_from([None, "ordered"]), **common),
)  # fmt: skip
elements = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            Group, elements=st.lists(inner, max_size=3).map(tuple), background_color=colors, padding=sizes, **common
        ),
        st.builds(
            Columns,
            elements=st.lists(
                st.builds(
                    Column, elements=st.lists(inner, max_size=2).map(tuple), width=sizes | st.just("auto"), **common
                ),
                max_size=3,
            ).map(tuple),
            gap=sizes,
            background_color=colors,
            **common,
        ),
    ),
    max_leaves=6,
)
documents = st.lists(elements, min_size=1, max_size=4).map(
    lambda nodes: {"version": "2022-01-01", "elements": msgspec.to_builtins(nodes)}
)
data = st.fixed_dictionaries(
    {
        "name": st.one_of(evil, evil, values),
        "color": st.one_of(evil, st.just("#123456")),
        "list": st.lists(evil, max_size=3),
    }
)


def render(channel, source, variables, *, recipient="x", provider=""):
    """A document's content on a channel."""
    return (
        Renderer()
        .render(channel, source, cache_key=None, variables=variables, recipient=recipient, provider=provider)
        .content
    )


broken = st.sampled_from(
    ["{{#if name}}", "{{/if}}", "[x]({{#if a}}b){{/if}}", "{{nope 1}}", "{{", "}}", "{{#each}}x{{/each}}",
     '<a href="{{#if a}}">{{/if}}', "{{> sign}}", "{{@mark 0}}", "![{{#if a}}](x){{/if}}",
     '<p title="{{#if a}}">b{{/if}}</p>', "{{#markdown}}{{/markdown}}"]
)  # fmt: skip


def outline(node):
    """A tree's kinds and words; neighbouring words are one."""
    inner = [outline(child) for child in node.children]
    if inner and all(kind == "text" for kind, _ in inner):
        return (node.type, "".join(words for _, words in inner))
    return (node.type, node.content) if node.type == "text" else (node.type, inner)


@relaxed
@given(st.from_regex(SENTENCE, fullmatch=True))
def test_a_plain_sentence_needs_no_parser(text):
    """Words without marks are the same tree as if they had been parsed."""
    assert outline(tree_of(text)) == outline(SyntaxTreeNode(MARKDOWN.parse(text)))


slips = st.one_of(broken, snippets, snippets, st.sampled_from(["*", "# ", "- ", "x\n\n"]))


@settings(relaxed, max_examples=30)
@given(st.lists(slips, max_size=3).map("".join))
def test_what_the_quick_check_passes_compiles_everywhere(said):
    """Content is accepted by reading its templates alone; every form then compiles it."""
    texts = [{"type": kind, "content": said} for kind in ("text", "quote", "html")]
    texts.append({"type": "action", "content": said, "href": said})
    texts.append({"type": "list", "elements": [{"type": "list-item", "content": said}]})
    by_hand = {"type": "channel", "channel": "email", "raw": {"subject": said, "html": said, "text": said}}
    other = {"type": "channel", "channel": "default", "elements": texts}
    document = parse({"version": "2022-01-01", "elements": [by_hand, other]})
    try:
        check_templates(document)
    except RenderError:
        return
    check(document)
    check(parse({"version": "2022-01-01", "elements": texts}))
    for channel, provider in CHANNELS:
        form_of(channel, provider)(document, channel=channel, provider=provider)


LIMITS = re.compile("takes more than|would have more than")
"""What only data decides: how much there is to say."""


def is_refused(source):
    """Tell whether content is refused when it is saved."""
    try:
        check(parse(source))
    except RenderError:
        return True
    return False


CHANNELS = [
    ("sms", "twilio"), ("push", "firebase-fcm"), ("inbox", "courier"), ("webhook", "webhook"),
    ("direct_message", "viber"), ("direct_message", "slack"), ("direct_message", "msteams"),
    ("direct_message", "discord"), ("direct_message", "telegram"), ("direct_message", "whatsapp"),
]  # fmt: skip


@relaxed
@given(documents, data, st.sampled_from(CHANNELS))
def test_any_document_renders_on_every_channel(source, given_data, channel):
    """Any document with any variables has its content on every channel, or nothing to say, or a place at fault.

    Nothing in it fails to be JSON, and no value becomes a link, a mention or a tag.
    """
    name, provider = channel
    variables = Variables(data=given_data, profile={"email": "a@x.test"})
    error, said = None, None
    try:
        said = render(name, source, variables, provider=provider)
    except RenderError as refusal:
        error = refusal
    if error is not None:
        assert error.path.startswith("elements") or error.path == ""
        assert isinstance(error, NothingToSay) or LIMITS.search(error.detail) or is_refused(source)
        return
    wire = msgspec.json.encode(said.parts()).decode()
    assert len(wire) <= 4 * OUTPUT_MAX
    if provider == "telegram" and "<script" not in msgspec.json.encode(source).decode().lower():
        assert "<script" not in wire.lower()
    if provider == "slack":
        assert len(said.blocks) <= 50
        assert all(block["type"] in SLACK_BLOCKS for block in said.blocks)


SLACK_BLOCKS = {"header", "section", "context", "actions", "divider", "image"}


@relaxed
@given(documents, data)
def test_any_document_renders_within_its_limits(source, given_data):
    """Any document with any variables becomes an email within the limits, or a `RenderError` that says where.

    No script that a variable brings survives, no place mark is left, no header begins where one line should be.
    """
    assume("<script" not in msgspec.json.encode(source).decode().lower())
    variables = Variables(data=given_data, profile={"email": "a@x.test"})
    error = None
    try:
        said = render("email", source, variables, recipient="a@x.test\r\nBcc: b@x.test")
    except NothingToSay:
        return
    except RenderError as refusal:
        error = refusal
    if error is not None:
        assert error.path.startswith("elements") or error.path == ""
        assert isinstance(error, NothingToSay) or LIMITS.search(error.detail) or is_refused(source)
        return
    assert max(len(said.html), len(said.text)) <= OUTPUT_MAX
    assert "<script" not in said.html.lower()
    assert not re.search(r'(?i)(?:href|src)\s*=\s*["\']?\s*javascript:', said.html)
    assert not re.search(r"[\r\n]", said.subject + said.to + said.sender)
    assert said.html.count("<table") == said.html.count("</table")
