"""No value changes the structure of what it is printed into: it is words there, whatever it holds."""

import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.providers.mime import build
from tidings.rendering import Manner, Renderer, Variables
from tidings.templates import EmailHeaders

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NODES = [
    {"type": "meta", "title": "Hi {{name}}"},
    {"type": "text", "text_style": "h1", "content": "Dear {{name}}"},
    {"type": "text", "content": "**{{name}}** [here](https://x.test/?q={{name}}) {name} `{{name}}`\n\n- {{name}}\n- b"},
    {"type": "text", "elements": [{"type": "string", "content": "{{name}}", "bold": True},
                                  {"type": "link", "content": "{{name}}", "href": "https://x.test/{{name}}"}]},
    {"type": "quote", "content": "{{name}}", "border_color": "{{name}}"},
    {"type": "image", "src": "https://x.test/{{name}}.png", "alt_text": "{{name}}"},
    {"type": "list", "elements": [{"type": "list-item", "content": "{{name}} and {{#each list}}{{this}}{{/each}}"}]},
    {"type": "columns", "elements": [
        {"type": "column", "elements": [{"type": "text", "content": "{{name}}"}], "background_color": "{{name}}"}]},
    {"type": "html", "content": '<p title="{{name}}" class=\'{{name}}\'>{{name}}</p>'},
    {"type": "action", "content": "Go, {{name}}", "href": "https://x.test/{{name}}"},
]  # fmt: skip
SOURCE = {
    "version": "2022-01-01",
    "elements": [
        {"type": "channel", "channel": "default", "elements": NODES},
        {"type": "channel", "channel": "webhook", "raw": {"payload": {"body": {"a": "{{name}}", "b": ["{{name}}"]}}}},
        {
            "type": "channel",
            "channel": "whatsapp",
            "raw": {"template": {"name": "hi", "language": "en", "components": [
                {"type": "body", "parameters": [{"type": "text", "text": "{{name}}"}]}]}},
        },
    ],
}  # fmt: skip
HEADERS = EmailHeaders(
    from_="{{name}} <shop@x.test>",
    reply_to='"{{name}}" <a@x.test>',
    cc=("{{#if name}}{{name}}{{/if}} <c@x.test>, d@x.test",),
)
RENDERER = Renderer()

pieces = st.sampled_from(
    ["<script>", "</p>", '">', "'", "{{name}}", "{{{name}}}", "{{#if x}}", "*", "_", "`", "[x](y)", "](", "# ", "> ",
     "\n\n- ", "\r\nBcc: x@x.test\r\n\r\n", "<!channel>", "@everyone", "<@U1>", "|", "\\", "\u2028", "\u202e",
     "tdgslot0x", "]]>", "<!--", "-->", "&lt;", "\\u003c", "\u0000", ", e@x.test", "<e@x.test>", ";", "=?utf-8?q?x?="]
)  # fmt: skip
values = st.lists(pieces | st.text(max_size=4), max_size=4).map(lambda parts: "v" + "".join(parts))


def said(channel: str, provider: str, name: str) -> Any:
    """What a channel gets when this is the name."""
    variables = Variables(data={"name": name, "list": [name]}, profile={})
    return RENDERER.render(
        channel,
        SOURCE,
        cache_key=1,
        variables=variables,
        recipient="a@x.test",
        provider=provider,
        manner=Manner(headers=HEADERS),
    ).content


class Outline(HTMLParser):
    """Tags, with the names of their attributes, and comments."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.seen.append("comment")


def shape(value: Any) -> Any:
    """JSON without its words."""
    match value:
        case dict():
            # A heading of Slack is a bold section where its words have marks.
            return {key: shape(item) for key, item in value.items() if key != "emoji"}
        case list() | tuple():
            return [shape(item) for item in value]
        case str():
            return "words"
    return value


PLAIN = {provider: said(channel, provider, "v") for channel, provider in [
    ("email", ""), ("direct_message", "slack"), ("direct_message", "msteams"), ("direct_message", "telegram"),
    ("direct_message", "whatsapp"), ("webhook", "webhook"),
]}  # fmt: skip


@relaxed
@given(values)
def test_an_email_keeps_its_tags_and_headers(name):
    """HTML has the same tags with the same attributes; the mail has the same headers and addressees."""
    plain, made = PLAIN[""], said("email", "", name)
    assert Outline(made.html).seen == Outline(plain.html).seen
    built = [build(one, message_id="1-2-3", date_ms=1, default_sender="x@x.test") for one in (plain, made)]
    heads = [re.findall(rb"(?m)^([A-Za-z-]+):", one.raw.partition(b"\r\n\r\n")[0]) for one in built]
    assert heads[0] == heads[1]
    assert built[0].recipients == built[1].recipients


BY_HAND = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1.dtd">
<html><head><title>{{name}}</title><style>p, a { color: red }</style></head><body>
<![if !mso]><p title="{{name}}" class='{{name}}'>{{name}}</p><![endif]><a href="https://x.test/{{name}}">{{name}}</a>
<!--[if mso]><table><tr><td><![endif]--><b>{{#each list}}{{this}}{{/each}}</b></body></html>"""


def by_hand(name: str) -> Any:
    """A document by hand with a style sheet when this is the name."""
    source = {
        "version": "2022-01-01",
        "elements": [{"type": "channel", "channel": "email", "raw": {"subject": "{{name}}", "html": BY_HAND}}],
    }
    variables = Variables(data={"name": name, "list": [name]}, profile={})
    return RENDERER.render("email", source, cache_key=2, variables=variables, recipient="a@x.test").content


@relaxed
@given(values)
def test_a_document_by_hand_keeps_its_tags(name):
    """Also where its style sheet is written onto them; and its text has no tag of it."""
    made = by_hand(name)
    assert Outline(made.html).seen == Outline(by_hand("v").html).seen
    assert made.html.count('style="color: red;"') == 2
    assert made.html.startswith(BY_HAND.partition("\n")[0])
    assert "mso" not in made.text


@relaxed
@given(values)
def test_json_keeps_its_shape(name):
    """Slack, Teams, WhatsApp and webhooks get the same structure with other words in it."""
    for provider in ("slack", "msteams"):
        plain, made = PLAIN[provider], said("direct_message", provider, name)
        assert shape(made.parts()) == shape(plain.parts())
    assert said("webhook", "webhook", name).payload == {"a": name, "b": [name]}
    (body,) = said("direct_message", "whatsapp", name).template.components
    assert body == {"type": "body", "parameters": [{"type": "text", "text": " ".join(name.split())}]}


@relaxed
@given(values)
def test_chats_keep_their_marks(name):
    """Slack gets no link and no mention, Telegram no tag, that the author did not write."""
    plain, made = PLAIN["slack"], said("direct_message", "slack", name)
    assert sum(text.count("<") for text in mrkdwn(made)) == sum(text.count("<") for text in mrkdwn(plain))
    plain, made = PLAIN["telegram"], said("direct_message", "telegram", name)
    assert Outline(made.text).seen == Outline(plain.text).seen


def mrkdwn(content: Any) -> list[str]:
    """Every text that Slack reads marks in."""
    held = [part for block in content.blocks for part in (block, *block.get("elements", ()))]
    texts = [part.get("text") for part in held]
    found = [text["text"] for text in texts if isinstance(text, dict) and text["type"] == "mrkdwn"]
    return [content.text, *found, *(part["text"] for part in held if part.get("type") == "mrkdwn")]
