"""Elemental as an email."""

import re
from functools import reduce

import pytest

from tidings.elemental import parse
from tidings.rendering import CompiledEmail, NothingToSay, Occasion, Renderer, RenderError, Stage, Variables
from tidings.rendering.html_documents import cleaned_document

ROOT = Variables(
    data={
        "name": "Ann",
        "evil": "<script>alert(1)</script>{{name}}\r\nBcc: all@x.test",
        "bad": "javascript:alert(1)",
        "url": "https://x.test/?a=1&b=2",
        "color": "#ff0000",
        "notcolor": "red;}</style><script>",
        "items": [{"n": "Socks", "price": 19.9}, {"n": "Hat", "price": 20}],
        "long": "Socks" * 100,
        "yes": True,
        "no": False,
    },
    profile={"email": "ann@x.test"},
).root()


def email(*elements, **options):
    """These elements, rendered for Ann."""
    document = parse({"version": "2022-01-01", "elements": list(elements)})
    compiled = CompiledEmail(document, **options)
    occasion = Occasion(recipient="Ann <ann@x.test>", sender="Us <us@x.test>")
    return compiled.render(Stage(root=ROOT), occasion)


def text(content, **fields):
    """A text."""
    return {"type": "text", "content": content, **fields}


def channel(*elements, name="email", **fields):
    """A channel block."""
    return {"type": "channel", "channel": name, "elements": list(elements), **fields}


def shown(html):
    """What a reader sees of HTML: the words of its body."""
    body = re.sub(r"(?s)<!--.*?-->", "", html.partition("<body")[2].partition("</div>")[2])
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_an_email_is_whole():
    """It has its addresses, a subject, an HTML document with language, title and preview, and a text."""
    said = email({"type": "meta", "title": "Hi {{name}}"}, text("Hello **{name}**"))
    assert (said.to, said.sender, said.subject) == ("Ann <ann@x.test>", "Us <us@x.test>", "Hi Ann")
    assert said.text == "Hello Ann\n"
    assert '<html lang="en"' in said.html
    assert "<title>Hi Ann</title>" in said.html
    assert "Hello <strong>Ann</strong>" in said.html
    assert re.search(r"display:none[^>]*>Hello Ann</div>", said.html)


def test_no_tracks_of_the_making_are_left():
    """No place mark, no template tag and no MJML survives in the HTML."""
    said = email(text("a {name} [l]({url})"), {"type": "action", "content": "Go", "href": "{{url}}"})
    assert not re.search(r"tdgslot|\{\{|<mj-|fonts\.googleapis", said.html)


@pytest.mark.parametrize(
    ("element", "in_html", "as_text"),
    [
        (text("A", text_style="h1"), "font-size:28px", "A\n=\n"),
        (text("A", text_style="h2"), "font-size:22px", "A\n-\n"),
        (text("A", text_style="h3"), "font-size:18px", "A\n"),
        (text("A", text_style="subtext"), "font-size:13px", "A\n"),
        (text("A", bold="true", underline=True), "text-decoration:underline", "A\n"),
        (text("A", align="right"), "text-align:right", "A\n"),
        (text("A", color="rebeccapurple", font_size=20), "color:rebeccapurple", "A\n"),
        (text("A", color="{{color}}"), "color:#ff0000", "A\n"),
        (text("A", background_color="#eee", padding="4px 8"),
         "background:#eee;border-radius:8px;padding:4px 8px", "A\n"),
        (text("A", border_size=2, border_color="{color}"), "border:2px solid #ff0000", "A\n"),
        ({"type": "text", "elements": [{"type": "string", "content": "a<{name}", "bold": True},
                                       {"type": "link", "content": "b", "href": "{url}"},
                                       {"type": "img", "src": "https://x.test/i.png", "alt_text": "c",
                                        "width": "20px"}]},
         ('<strong>a&lt;Ann</strong><a class="t-link" href="https://x.test/?a=1&amp;b=2">b</a>'
         '<img src="https://x.test/i.png" alt="c" width="20"'), "a<Annb (https://x.test/?a=1&b=2)[c]\n"),
        ({"type": "action", "content": "Go", "href": "https://x.test/{name}"}, 'href="https://x.test/Ann"',
         "Go: https://x.test/Ann\n"),
        ({"type": "action", "content": "Go", "href": "{{url}}", "style": "secondary"}, "border:1px solid #2563eb",
         "Go: https://x.test/?a=1&b=2\n"),
        ({"type": "action", "content": "Go", "href": "{{url}}", "style": "tertiary"}, "font-weight:600",
         "Go: https://x.test/?a=1&b=2\n"),
        ({"type": "action", "content": "Go", "href": "{{url}}", "style": "link"}, '<a class="t-link"',
         "Go: https://x.test/?a=1&b=2\n"),
        ({"type": "action", "content": "Go", "href": "{{url}}", "align": "full"}, "width:100%;line-height:100%",
         "Go: https://x.test/?a=1&b=2\n"),
        ({"type": "image", "src": "https://x.test/i.png", "alt_text": 'A "b" {name}', "width": "50%", "href": "{url}"},
         'alt="A &quot;b&quot; Ann"', '[A "b" Ann] (https://x.test/?a=1&b=2)\n'),
        ({"type": "image", "src": "https://x.test/i.png", "width": "50%"}, 'width="260"', "\n"),
        ({"type": "divider", "color": "#123456", "width": "3px"}, "border-top:solid 3px #123456", "-" * 40 + "\n"),
        ({"type": "quote", "content": "a\nb"}, "border-left:3px solid #2563eb", "> a\n> b\n"),
        ({"type": "html", "content": "<i>{{name}}</i>{name}"}, "<i>Ann</i>{name}", "Ann{name}\n"),
        ({"type": "html", "content": '<style>a{}</style><p>Hi {{name}}</p><a href="{{url}}">Go</a>'}, "<p>Hi Ann</p>",
         "Hi Ann\n\nGo (https://x.test/?a=1&b=2)\n"),
        ({"type": "group", "elements": [text("A"), text("B")]}, "A</div>", "A\n\nB\n"),
        ({"type": "group", "elements": [text("A")], "background_color": "#eee"}, 'class="t-light"', "A\n"),
        (text("{{$.index}} {{$.item.n}}", loop="data.items"), "1 Hat", "0 Socks\n\n1 Hat\n"),
        (text("A", **{"if": "data.yes"}), "A</div>", "A\n"),
        ({"type": "group", "loop": "data.items", "elements": [text("{$.item.n}", **{"if": "$.item.price > 19.9"})]},
         "Hat</div>", "Hat\n"),
    ],
)  # fmt: skip
def test_nodes(element, in_html, as_text):
    """Each node says its part in HTML and in text."""
    said = email(element)
    assert in_html in said.html
    assert said.text == as_text


@pytest.mark.parametrize(
    "element",
    [
        text("A", **{"if": "data.no"}),
        text("A", channels=["sms"]),
        text("A", loop="data.missing"),
        {"type": "group", "if": "!data.yes", "elements": [text("A"), {"type": "divider"}]},
        {"type": "image", "src": "https://x.test", "if": "data.no"},
        {"type": "text", "elements": [{"type": "string", "content": "A", "if": "data.no"}]},
        {"type": "action", "content": "A", "href": "https://x.test", "if": "data.no"},
    ],
)
def test_hidden_nodes(element):
    """What is not to be shown is in neither part."""
    said = email(text("B"), element)
    assert shown(said.html) == "B"
    assert said.text == "B\n"


def test_titles_with_conditions():
    """The first title whose condition holds is the subject."""
    metas = [{"type": "meta", "title": title, "if": f"data.{title}"} for title in ("no", "yes")]
    assert email(*metas, text("A")).subject == "yes"


def test_values_cannot_break_out():
    """A value with a script, a template or a header in it is printed, escaped in HTML and on one line in headers."""
    said = email(
        {"type": "meta", "title": "{{evil}}"},
        text("{{evil}} {{{evil}}} [a]({{evil}})", color="{{notcolor}}"),
        {"type": "image", "src": "{{evil}}", "alt_text": "{{evil}}"},
        {"type": "action", "content": "{{evil}}", "href": "https://x.test/{{evil}}"},
        {"type": "html", "content": '<p title="{{evil}}">{{evil}}</p><a href="{{bad}}">x</a>'},
    )
    assert said.subject == "<script>alert(1)</script>{{name}} Bcc: all@x.test"
    assert "<script" not in said.html
    assert "javascript:" not in said.html
    assert "<script>alert(1)</script>{{name}}" in said.text


def test_addresses_of_people_stay_on_one_line():
    """A recipient cannot bring a header along."""
    document = parse({"body": "x"})
    occasion = Occasion(recipient="a@x.test\r\nBcc: b@x.test", sender="c\n@x.test")
    said = CompiledEmail(document).render(Stage(root=ROOT), occasion)
    assert (said.to, said.sender) == ("a@x.test Bcc: b@x.test", "c @x.test")


@pytest.mark.parametrize("style", ["button", "secondary", "tertiary", "link"])
@pytest.mark.parametrize("href", ["{{bad}}", "javascript:alert(1)", "{{missing}}"])
def test_unsafe_actions_are_plain_text(style, href):
    """An action that leads nowhere good leaves its label, and nothing to click."""
    said = email({"type": "action", "content": "Go", "href": href, "style": style})
    assert shown(said.html) == "Go"
    assert "<a " not in said.html
    assert said.text == "Go\n"


def test_the_email_block_speaks():
    """Email takes its own block; the provider's before it, `default` where there is none."""
    blocks = [channel(text(name), name=name) for name in ("default", "email", "postmark")]
    assert email(*blocks).text == "email\n"
    assert email(*blocks, provider="postmark").text == "postmark\n"
    assert email(blocks[0]).text == "default\n"


@pytest.mark.parametrize(
    "elements", [[], [channel(text("A"), name="sms")], [channel()], [channel(text("A"), **{"if": "data.no"})]]
)
def test_nothing_to_say(elements):
    """Content without words for email says so."""
    with pytest.raises(NothingToSay):
        email(*elements)


def test_settings_of_the_block():
    """The block's settings dress the whole email."""
    said = email(
        channel(text("A"), background_color="#101010", content_body_color="#202020", padding="10", font_size=18,
                line_height=2, font_family="Georgia, serif")
    )  # fmt: skip
    for part in ("#101010", "#202020", "padding:10px", "font-size:18px", "line-height:2", "Georgia, serif"):
        assert part in said.html


def test_raw_parts_replace_what_elements_say():
    """What `raw` gives is taken as it is written; the rest comes from the elements."""
    raw = {"subject": "S {{name}}", "html": "<style>a{color:red}</style><p>{{name}} {name}</p>"}
    said = email(channel({"type": "meta", "title": "M"}, text("T"), raw=raw))
    assert said.subject == "S Ann"
    assert said.html == "<style>a{color:red}</style><p>Ann {name}</p>"
    assert said.text == "T\n"


def test_raw_alone_makes_its_text_from_its_html():
    """An email of raw HTML alone still has a text for those who read text."""
    block = {"type": "channel", "channel": "email", "raw": {"html": "<style>x</style><p>Hi &amp; {{name}}</p>"}}
    assert email(block).text == "Hi & Ann\n"


def test_raw_mjml():
    """With both transformers, variables are filled in and MJML becomes HTML."""
    mjml = "<mjml><mj-body><mj-section><mj-column><mj-text>{{evil}}</mj-text></mj-column></mj-section></mj-body></mjml>"
    block = {"type": "channel", "channel": "email", "raw": {"html": mjml, "transformers": ["handlebars", "mjml"]}}
    said = email(block)
    assert "&lt;script&gt;alert(1)" in said.html
    assert "<mj-" not in said.html


def test_raw_mjml_reads_no_files():
    """An include brings in nothing from this machine."""
    mjml = '<mjml><mj-body><mj-include path="file:///etc/passwd" /><mj-include path="/etc/passwd" /></mj-body></mjml>'
    block = {"type": "channel", "channel": "email", "raw": {"html": mjml, "transformers": ["handlebars", "mjml"]}}
    with pytest.raises(RenderError):
        email(block)


def test_mistakes_are_told_where_they_are():
    """A broken template is refused with the path of its field."""
    with pytest.raises(RenderError) as caught:
        email(channel(text("A"), {"type": "action", "content": "Go", "href": "{{#if}}"}))
    assert caught.value.path == "elements[0].elements[1].href"


def test_too_much_is_refused():
    """An email that grows without bounds is refused, and the refusal does not quote its values."""
    long = [text("{{long}}" * 200, loop="data.items") for _ in range(15)]
    with pytest.raises(RenderError) as caught:
        email({"type": "group", "loop": "data.items", "elements": long})
    assert "Socks" not in str(caught.value)


AUTHORS = (
    '<script type="application/ld+json">{"name": "{{name}}", "n": {{n}}}</script>'
    '<p onclick="go()">a</p><p onclick="go(\'{{name}}\')">b</p>'
)


KEPT = (
    '<script type="application/ld+json">{"name": "\\u003c\\u002fscript\\u003e\\u0022", "n": 7}</script>'
    '<p onclick="go()">a</p><p>b</p>'
)


@pytest.mark.parametrize(("scripts", "told"), [(False, "<p>a</p><p>b</p>"), (True, KEPT)])
def test_scripts_of_an_author_stay_where_the_setting_keeps_them(scripts, told):
    """They are taken out unless the installation keeps them; no value ends a script or becomes part of a handler."""
    source = {"version": "2022-01-01", "elements": [{"type": "html", "content": AUTHORS}]}
    variables = Variables(data={"name": '</script>"', "n": 7}, profile={})
    renderer = Renderer(html_scripts=scripts)
    said = renderer.render("email", source, cache_key=None, variables=variables, recipient="a@x.test")
    assert told in said.content.html


def test_an_address_within_an_authors_html_is_written_as_html_is():
    """`&amp;` in it is one `&`, with a variable beside it or without."""
    said = email({"type": "html", "content": '<a href="https://x.test/?a=1&amp;b={{name}}&c=&#50;">x</a>'})
    assert 'href="https://x.test/?a=1&amp;b=Ann&amp;c=2"' in said.html


RAW = '<html><head><script>go()</script></head><body onload="go()"><p>{{name}}</p></body></html>'


@pytest.mark.parametrize("transformers", [["handlebars"], []])
def test_a_document_by_hand_runs_nothing(transformers):
    """Scripts and handlers go, whether it is a template or not, unless the installation keeps them."""
    raw = {"html": RAW, "transformers": transformers}
    source = {"version": "2022-01-01", "elements": [{"type": "channel", "channel": "email", "raw": raw}]}

    def html(*, scripts):
        variables = Variables(data={"name": "Ann"}, profile={})
        renderer = Renderer(html_scripts=scripts)
        return renderer.render("email", source, cache_key=None, variables=variables, recipient="a@x.test").content.html

    name = "Ann" if transformers else "{{name}}"
    assert html(scripts=False) == f"<html><head></head><body><p>{name}</p></body></html>"
    assert html(scripts=True) == RAW.replace("{{name}}", name)


def test_mjml_by_hand_runs_nothing_either():
    """What it brings along as it is (`mj-raw`) is cleaned with the rest."""
    mjml = '<mjml><mj-body><mj-raw><p onclick="go()">a<script>go()</script></p></mj-raw></mj-body></mjml>'
    said = email({"type": "channel", "channel": "email", "raw": {"html": mjml, "transformers": ["mjml"]}})
    assert "<p>a</p>" in said.html
    assert "go()" not in said.html


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<<svg></svg>script>go()</script>b", "b"),
        ('<p title="a<script>b">c', '<p title="a<script>b">c'),
        ('<a HREF="JaVa&Tab;Script&colon;go()">a</a>', "<a>a</a>"),
        ('<a href="data:text/html,<script>go()</script>">a</a>', "<a>a</a>"),
        ('<img src="data:image/svg+xml,<svg>">', "<img>"),
        ("<svg><style></svg><img onerror=go()></style></svg>a", "a"),
        ('<noscript><p title="</noscript><img onerror=go()>"></noscript>a', '<img>"></noscript>a'),
        ("<p style='width:expression(go())'>a", "<p>a"),
        ("<img src=x onerror=go()", ""),
        ("a < b & c &copy; <b class=x>d", "a < b & c &copy; <b class=x>d"),
        (reduce(lambda html, _: html.replace("<svg", "<<svg></svg>svg", 1), range(9), "<svg>go()"), "&lt;svg&gt;go()"),
    ],
)
def test_what_a_document_is_cleaned_of(html, cleaned):
    """Also where it is written so that it is overlooked; what is clean stays to the letter."""
    assert cleaned_document(html) == cleaned


def test_lines_end_where_the_author_ended_them():
    """A line's end within a run is one in the email."""
    runs = [{"type": "string", "content": "one\ntwo"}, {"type": "link", "content": "a\nb", "href": "https://x.test"}]
    html = email({"type": "text", "elements": runs}).html
    assert "one<br>two" in html
    assert "a<br>b</a>" in html
