"""MJML, kept from reaching out and from falling over."""

import pytest

from tidings.rendering.mjml import MjmlError, mjml_to_html
from tidings.rendering.plain_html import plain_html
from tidings.rendering.program import render
from tidings.rendering.source import words_of_html
from tidings.rendering.stage import Stage


def mjml(body):
    """MJML around one body."""
    return f"<mjml><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>"


def test_no_web_fonts():
    """A font's name loads nothing: who opens an email is nobody else's business."""
    assert "fonts.g" not in mjml_to_html(mjml('<mj-text font-family="Roboto">x</mj-text>'))


@pytest.mark.parametrize(
    "body",
    [
        "<mj-text>" + "<div>" * 50_000,
        "<mj-text>" + "<div>" * 50_000 + "</div>" * 50_000 + "</mj-text>",
        "<mj-raw>" + '<b a="></b>">' * 300 + "</b>" * 300 + "</mj-raw>",
        "<mj-raw>" + "<b><!--</b>-->" * 300 + "</b>" * 300 + "</mj-raw>",
        "<mj-raw>" + "<b></i>" * 300 + "</mj-raw>",
        "<mj-text>a < b</mj-text>",
        "<!-- " * 50_000 + "-->" * 50_000,
        "--> " * 50_000 + "<!-- x>" * 50_000,
        "<mj-text>",
    ],
)
def test_what_could_bring_the_process_down_is_refused(body):
    """Depth that the library would not survive, however it is hidden, never reaches it."""
    with pytest.raises(MjmlError):
        mjml_to_html(mjml(body))


def test_ordinary_depth_is_fine():
    """Tags, comments, entities and void elements of an ordinary email pass."""
    body = '<mj-text><!-- <b> --><p title="a > b">x<br/>&nbsp;&lt;</p></mj-text><mj-divider />' * 100
    assert mjml_to_html(mjml(body)).count("&lt;</p>") == 100


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>a <b>b</b></p><p>c</p>", "a b\n\n\n\nc"),
        ("<head><title>t</title></head><style>x{}</style><script>1 < 2</script>a", "a"),
        ("a<!-- <p>b</p> -->c - d", "ac - d"),
        ("&lt;a&gt; &amp; {{x}}", "<a> & {{x}}"),
        ("1 < 2", "1 < 2"),
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://x.test"><p>a</p>', "a"),
        ('<?xml version="1.0"?><![if !mso]><p title="a>b">a</p><![endif]>', "a"),
        ("a<br>b<ul><li> <div><p>c</p></div></li><li>d</li></ul>", "a\nb\n\n\n- c\n\n\n\n\n- d"),
        ('<a href="https://x.test/?a&amp;b">See <b>it</b></a>', "See it (https://x.test/?a&b)"),
        (
            '<a href="https://x.test">https://x.test</a> <a href="mailto:a@x.test">a@x.test</a>',
            "https://x.test a@x.test",
        ),
        ('<a href="javascript:go()">a</a><a href="/b">b</a>', "ab"),
        ('<a href="https://x.test"><img alt="Logo"></a> <img alt="">', "[Logo] (https://x.test)"),
        ('<a href="https://x.test"><img src="https://x.test/i.png"></a>', "https://x.test"),
        ('<mj-button href="https://x.test">Go</mj-button><mj-text>b</mj-text>', "Go (https://x.test)\n\n\n\nb"),
        ('<mj-image alt="A box" href="https://x.test" />', "[A box] (https://x.test)"),
    ],
)
def test_words_of_html(source, expected):
    """Markup goes, words stay; links show where they lead. What never shows in HTML does not show here."""
    assert plain_html(source) == expected


def test_words_of_html_that_is_a_template():
    """Addresses are safe whatever their variables hold; braces that were written as entities are no tag."""
    source = (
        '{{#if n}}<a href="{{url}}?n={{n}}">Go {{n}}</a>{{/if}} <a href="{{url}}">{{url}}</a> '
        '<a href="{{js}}">no</a> &#123;&#123;n}} \x000\x00'
    )
    root = {"n": "7", "url": "https://x.test/", "js": "javascript:go()"}
    said = render(words_of_html(source, "p"), Stage(root=root))
    assert said == "Go 7 (https://x.test/?n=7) https://x.test/ no {{n}} 0"
