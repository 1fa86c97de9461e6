"""Markdown in words, to HTML and to plain text."""

import contextlib

import pytest

from tidings.rendering.html_words import html_words
from tidings.rendering.plain_words import plain_words
from tidings.rendering.program import render
from tidings.rendering.render_error import RenderError
from tidings.rendering.stage import Stage
from tidings.rendering.variables import Variables

ROOT = Variables(
    data={
        "name": "*Ann* <b>_x_</b>",
        "bad": "javascript:alert(1)",
        "good": 'https://x.test/?a=1&b="2',
        "items": [{"n": "A"}, {"n": "B"}],
        "yes": True,
    }
).root()
STAGE = Stage(root=ROOT)


def html(content):
    """Content as HTML."""
    return render(html_words(content, "content"), STAGE)


def plain(content):
    """Content as plain text."""
    return render(plain_words(content, "content"), STAGE)


@pytest.mark.parametrize(
    ("content", "as_html", "as_plain"),
    [
        ("**a** _b_ ~~c~~", "<strong>a</strong> <em>b</em> <s>c</s>", "a b c"),
        ("a\nb", "a<br>b", "a\nb"),
        ("<i>a</i> & b", "&lt;i&gt;a&lt;/i&gt; &amp; b", "<i>a</i> & b"),
        ("Hi {{name}}", "Hi *Ann* &lt;b&gt;_x_&lt;/b&gt;", "Hi *Ann* <b>_x_</b>"),
        ("Hi **{name}**", "Hi <strong>*Ann* &lt;b&gt;_x_&lt;/b&gt;</strong>", "Hi *Ann* <b>_x_</b>"),
        ("{$.data.items[0].n}{data.items[1].n}", "AB", "AB"),
        ("{a b} {a:b} { x }", "{a b} {a:b} { x }", "{a b} {a:b} { x }"),
        ("[a]({{good}})", '<a class="t-link" href="https://x.test/?a=1&amp;b=%222">a</a>',
         "a (https://x.test/?a=1&b=%222)"),
        ("[a]({{bad}})", '<a class="t-link">a</a>', "a"),
        ("[a](/local)", '<a class="t-link">a</a>', "a"),
        ("<https://x.test/>", '<a class="t-link" href="https://x.test/">https://x.test/</a>', "https://x.test/"),
        ("{{#if yes}}**y**{{else}}n{{/if}}", "<strong>y</strong>", "y"),
        ("\\{{name}}", "{{name}}", "{{name}}"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_words(content, as_html, as_plain):
    """Markdown becomes markup or falls away; values and typed HTML are shown as they are."""
    assert html(content) == as_html
    assert plain(content) == as_plain


def test_blocks():
    """Headings, paragraphs and lists keep their order and their gaps."""
    content = "# Head\n\nOne\n\n- a\n- b\n  - c\n\n3. x\n4. y"
    assert plain(content) == "Head\n\nOne\n\n- a\n- b\n  - c\n\n3. x\n4. y"
    assert [part in html(content) for part in ("<h1 ", "<p ", "<ul ", "<ol ", 'start="3"')] == [True] * 5


def test_a_loop_on_lines_of_its_own_repeats_the_lines_between():
    """A list drawn by a loop reads as one list."""
    content = "{{#each items}}\n- {{n}}\n{{/each}}\n\nEnd"
    assert plain(content) == "- A\n- B\n\nEnd"
    assert html(content).count("<li") == 2


def test_mistakes_are_told_at_the_field():
    """A broken template inside words is refused with the field's path."""
    with pytest.raises(RenderError) as caught:
        html_words("Hi {{#if a}}", "elements[3].content")
    assert caught.value.path == "elements[3].content"


@pytest.mark.parametrize(
    "content",
    ["\\" * 200_000, "{{{{" + "a" * 100_000 + "}b}}}}x{{{{/" + "a" * 100_000 + "}b}}}}", "[" * 30_000, "{a" * 100_000,
     "*a " * 30_000, "{{" + " " * 100_000],
)  # fmt: skip
def test_no_content_sends_the_parser_back_and_forth(content):
    """Hostile content costs no more than its length; the suite's own time limit would tell."""
    with contextlib.suppress(RenderError):
        html_words(content, "content")
