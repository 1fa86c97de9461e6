"""MJML, kept from reaching out and from falling over."""

import pytest

from tidings.rendering.mjml import MjmlError, mjml_to_html
from tidings.rendering.plain_html import plain_html


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
    ],
)
def test_words_of_html(source, expected):
    """Markup goes, words stay; what never shows in HTML does not show here."""
    assert plain_html(source) == expected
