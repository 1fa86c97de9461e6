"""What becomes of content on channels, where it matters."""

import msgspec
import pytest

from tidings.channels import Attachment, segments
from tidings.rendering import Manner, NothingToSay, Renderer, Variables
from tidings.templates import EmailHeaders

DATA = {"name": "*Ann* <!channel>", "n": 3, "items": [{"t": "a"}], "url": "https://x.test/a|b", "vip": False}


def said(channel, provider, *elements, raw=None, block=None, **manner):
    """The content of these elements, or of what is written by hand."""
    content = {"elements": list(elements)} if raw is None else {"raw": raw}
    node = {"type": "channel", "channel": block or provider or channel, **content}
    source = {"version": "2022-01-01", "elements": [node]}
    variables = Variables(data=DATA, profile={"locale": "de"})
    return (
        Renderer()
        .render(
            channel,
            source,
            cache_key=None,
            variables=variables,
            recipient="r",
            provider=provider,
            manner=Manner(**manner),
        )
        .content
    )


def text(content, **fields):
    """A text."""
    return {"type": "text", "content": content, **fields}


def test_spaces_that_do_not_break_cost_nothing_in_a_text_message():
    """Amounts and times have plain spaces there: one other would make it dearer."""
    content = "{{formatCurrency 9.5 'EUR'}}, {{formatTime 0 'short' locale='en'}}"
    made = said("sms", "", text(content)), said("sms", "", raw={"text": content})
    assert [one.body for one in made] == ["9,50 €, 12:00 AM"] * 2
    assert segments(made[0].body).encoding == "GSM-7"


def test_slack_blocks_by_hand():
    """Texts within blocks are templates; what they bring is no mention."""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hi {{name}} {{n}}"}}]
    made = said("direct_message", "slack", raw={"slackBlocks": blocks, "text": "Hi {{name}}"})
    assert made.blocks[0]["text"]["text"] == "Hi *Ann* &lt;!channel&gt; 3"
    assert made.text == "Hi *Ann* &lt;!channel&gt;"


@pytest.mark.parametrize(
    ("widths", "drawn"),
    [
        ([None, None], ["stretch", "stretch"]),
        (["30%", None, None], [30, 35, 35]),
        (["60%", "80%", None], [60, 80, 1]),
        ([120, "auto", None], ["120px", "auto", "stretch"]),
        (["40%", "2em", None], [40, "32px", 60]),
    ],
)
def test_teams_columns_are_as_wide_as_they_say(widths, drawn):
    """Percentages are weights, what has no width takes what they leave; all else is pixels, or as wide as it is."""
    columns = [{"type": "column", "elements": [text("x")], **({"width": width} if width else {})} for width in widths]
    (made,) = said("direct_message", "msteams", {"type": "columns", "elements": columns}).card["body"]
    assert [column["width"] for column in made["columns"]] == drawn


def test_jsonnet_becomes_blocks():
    """Variables keep their kind; `+` joins; it is for Slack and Teams alone."""
    node = {"type": "jsonnet", "content": "{type: 'section', n: data.n, t: 'x' + data('name'), gone: data.gone}"}
    (block,) = said("direct_message", "slack", node).blocks
    assert block == {"type": "section", "n": 3, "t": "x*Ann* &lt;!channel&gt;", "gone": None}
    with pytest.raises(NothingToSay):
        said("sms", "", node)


def test_a_webhook_body_by_hand():
    """Values come into texts, never into the structure."""
    raw = {"payload": {"body": {"hi": '{{name}}"}', "n": [1, "{{n}}"]}}}
    assert said("webhook", "", raw=raw).payload == {"hi": '*Ann* <!channel>"}', "n": [1, "3"]}


def test_texts_are_cut_to_what_gateways_take():
    """A text message ends within 1 600 characters of GSM-7 still."""
    body = said("sms", "", text("word " * 1000)).body
    assert len(body) <= 1600
    assert body.endswith("word...")


def test_refs_follow_what_is_shown():
    """An element may depend on whether one before it was shown."""
    elements = [text("secret", ref="a", **{"if": "data.vip"}), text("instead", **{"if": "!refs.a.visible"})]
    assert said("sms", "", *elements).body == "instead"


NESTED = [
    text("a **b** _c_", bold="true"),
    text("a **b**", text_style="h2", bold=True, italic=True),
    text("# a **b**"),
    {"type": "text", "bold": True, "elements": [{"type": "string", "content": "a", "bold": True, "italic": True}]},
]


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        ("slack", "*a b _c_*\n*_a b_*\n*a b*\n*_a_*"),
        ("whatsapp", "*a b _c_*\n\n*_a b_*\n\n*a b*\n\n*_a_*"),
        ("discord", "**a b _c_**\n## _a b_\n**a b**\n**_a_**"),
        ("telegram", "<b>a b <i>c</i></b>\n\n<b><i>a b</i></b>\n\n<b>a b</b>\n\n<b><i>a</i></b>"),
    ],
)
def test_no_mark_stands_within_itself(provider, told):
    """What is strong as a whole has nothing strong in it: its mark would end there."""
    made = said("direct_message", provider, *NESTED)
    assert getattr(made, {"whatsapp": "body", "discord": "content"}.get(provider, "text")) == told


def test_buttons_alone_are_a_message():
    """Discord and Telegram say what they say above them."""
    press = {"type": "action", "content": "Go {{name}}", "href": "https://x.test"}
    made = said("direct_message", "discord", press)
    assert (made.content, len(made.components)) == ("Go \\*Ann\\* \\<!channel\\>", 1)
    made = said("direct_message", "telegram", press)
    assert (made.text, len(made.keyboard)) == ("Go *Ann* &lt;!channel&gt;", 1)


def test_overrides_are_laid_over_what_was_rendered():
    """Known fields replace, lines stay lines, files are decoded; what does not fit is left out."""
    override = {
        "subject": "New\r\nBcc: x@x.test", "from": "b@x.test", "cc": "c@x.test", "bcc": ["d@x.test", 7], "text": 5,
        "attachments": [{"filename": "a.txt", "contentType": "text/plain", "data": "aGk="}, {"data": "?"}],
    }  # fmt: skip
    headers = EmailHeaders(from_="a@x.test", reply_to="{{n}}@x.test")
    leave = "https://x.test/u"
    made = said("email", "", text("x"), override=override, headers=headers, unsubscribe_url=leave)
    assert (made.subject, made.sender, made.reply_to) == ("New Bcc: x@x.test", "b@x.test", "3@x.test")
    assert (made.cc, made.bcc, made.text) == (("c@x.test",), ("d@x.test",), "x\n")
    assert made.attachments == (Attachment(filename="a.txt", content_type="text/plain", data=b"hi"),)
    assert made.unsubscribe_url == leave


HTML = """<html><head><style>p{color:red}</style></head><body onload="go()"><p>New</p><a href="https://x.test">Go</a>
<script>go()</script></body></html>"""
STYLED = """<html><head><style>p{color:red}</style></head><body><p style="color: red;">New</p><a href="https://x.test">Go</a>
</body></html>"""


@pytest.mark.parametrize(
    ("more", "text_part"),
    [({}, "New\n\nGo (https://x.test)\n"), ({"text": "Mine"}, "Mine"), ({"text": 5}, "New\n\nGo (https://x.test)\n")],
)
def test_html_that_a_request_brings_is_a_document_by_hand(more, text_part):
    """Nothing in it runs, its styles stand on its tags, and the text part is its own."""
    made = said("email", "", text("x"), override={"html": HTML} | more)
    assert (made.html, made.text) == (STYLED, text_part)


def test_html_of_authors_cannot_act():
    """Scripts, handlers and unsafe addresses go; tables, styles and comments stay."""
    node = {"type": "html", "content": '<table style="width:50%"><tr><td onclick="x()"><a href="javascript:x">{{n}}</a>'
            "<script>x()</script></td></tr></table>"}  # fmt: skip
    html = said("email", "", node).html
    assert '<table style="width:50%">' in html
    assert "onclick" not in html
    assert "javascript:" not in html
    assert "x()" not in html


def test_unknown_channels_have_nothing_to_say():
    """A channel that nobody knows is no crash."""
    with pytest.raises(NothingToSay):
        said("smoke", "", text("x"), block="default")


@pytest.mark.parametrize(
    ("line", "value", "printed"),
    [
        ("{{v}} <shop@x.test>", "Eve <eve@x.test>, Ann", "Eve  eve x.test   Ann <shop@x.test>"),
        ("Ann <{{v}}>", "a@x.test>, <eve@x.test", "Ann <a@x.test    eve@x.test>"),
        ("shop@{{v}}", "x.test, eve@x.test", "shop@x.test  eve x.test"),
        ("{{v}}", "Ann <a@x.test>, b@x.test", "Ann <a@x.test>, b@x.test"),
        ("{v} , b@x.test", "Ann <a@x.test>", "Ann <a@x.test> , b@x.test"),
        ("{{#if v}}{{v}}{{/if}} <a@x.test>", "Ann, eve@x.test", "Ann  eve x.test <a@x.test>"),
    ],
)
def test_a_value_within_a_mailbox_begins_no_other(line, value, printed):
    """Who is named in a header is up to the author; a value is a mailbox only where it stands alone."""
    source = {"title": "x", "body": "x"}
    manner = Manner(headers=EmailHeaders(reply_to=line))
    variables = Variables(data={"v": value}, profile={})
    made = Renderer().render("email", source, cache_key=None, variables=variables, recipient="r", manner=manner)
    assert made.content.reply_to == printed


@pytest.mark.parametrize("words", ["word " * 2_000, "&" * 9_000, "**bold** " * 1_500, '"' * 5_000 + " x"])
def test_what_is_too_long_for_a_chat_is_cut(words):
    """Telegram and Teams refuse long messages whole: what has no room is left out, between parts or without marks."""
    telegram = said("direct_message", "telegram", text("First"), text(words), text("Last"))
    assert telegram.text.startswith("First\n\n")
    assert telegram.text.endswith("…")
    assert len(telegram.text) <= 4_096
    assert telegram.text.count("<") == telegram.text.count(">") == 0
    teams = said("direct_message", "msteams", *[text(words)] * 6)
    assert teams.card["body"][-1]["text"] == "…"
    assert len(teams.card["body"]) > 1
    assert len(msgspec.json.encode(teams.card)) <= 28 * 1024
    assert len(msgspec.json.encode(said("direct_message", "msteams", text(words * 5)).card)) <= 28 * 1024
