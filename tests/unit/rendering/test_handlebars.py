"""The template language."""

import pytest

from tidings.rendering.handlebars import Escape, compile  # noqa: A004 (the seam's word)
from tidings.rendering.program import OUTPUT_MAX
from tidings.rendering.render_error import RenderError

CONTEXT = {
    "name": "<Ann> & 'co'",
    "id": 12345678980,
    "price": 19.9,
    "whole": 19.0,
    "tiny": 1e-7,
    "large": 2**64 + 1,
    "yes": True,
    "no": False,
    "nothing": None,
    "list": ["a", 1, None, [2, 3]],
    "object": {"x": "inner", "deep": {"y": 1}},
    "template": "{{name}} {name}",
}


def said(source, escape=Escape.NONE, context=CONTEXT):
    """What a template says of the context."""
    return compile(source, escape=escape).render(context)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{id}}", "12345678980"),
        ("{{price}}", "19.9"),
        ("{{whole}}", "19"),
        ("{{tiny}}", "1e-7"),
        ("{{large}}", "18446744073709551617"),
        ("{{yes}} {{no}}", "true false"),
        ("[{{nothing}}{{missing}}{{missing.deeper}}]", "[]"),
        ("{{list}}", "a,1,,2,3"),
        ("{{object}}", "[object Object]"),
        ("{{object.deep.y}} {{list.[0]}} {{list[1]}} {{list.length}}", "1 a 1 4"),
        ("{{$.object.x}} {{$.list[0]}}", "inner a"),
        ("{{#each list}}{{@index}}{{/each}}", "0123"),
        ("{{#with object}}{{x}}{{../id}}{{/with}}", "inner12345678980"),
        ("{{#if no}}a{{else if yes}}b{{else}}c{{/if}}", "b"),
        ("{{#unless missing}}u{{/unless}}", "u"),
        ("{{default missing 'x'}} {{concat id '!'}} {{capitalize object.x}}", "x 12345678980! Inner"),
        ("{{#if (and yes (not no))}}y{{/if}}", "y"),
        ("{{var 'object.x'}} {{var 'gone'}} {{path 'gone'}}", "inner {gone} "),
        ("{{! comment }}\\{{name}}", "{{name}}"),
        ("{{log name}}", ""),
    ],
)
def test_what_templates_say(source, expected):
    """Values are printed as JSON has them; what is missing is nothing."""
    assert said(source) == expected


def test_html_is_escaped():
    """In HTML a value's markup is shown, not obeyed."""
    assert said("{{name}}", Escape.HTML) == "&lt;Ann&gt; &amp; &#x27;co&#x27;"


def test_html_of_a_value_is_kept_without_what_could_run():
    """`{{{value}}}` keeps formatting, and drops scripts, handlers and styles."""
    context = {"html": "<b onclick=x()>hi</b><script>alert(1)</script><img src=x onerror=y>"}
    assert said("{{{html}}}", Escape.HTML, context) == '<b>hi</b><img src="x">'


def test_values_are_never_templates():
    """A value that looks like a template is printed."""
    assert said("{{template}}") == "{{name}} {name}"


@pytest.mark.parametrize("path", ["name.__class__", "object.items", "list.append", "yes.real", "object.__init__"])
def test_attributes_cannot_be_reached(path):
    """Only keys and places exist; Python's attributes do not."""
    assert said("{{" + path + "}}") == ""


@pytest.mark.parametrize(
    "source",
    ["{{name", "{{/}}", "{{#if}}x{{/if}}", "{{#if a}}", "{{else}}", "{{a b}}", "{{#nope 1}}{{/nope}}",
     "{{@mark 0}}", "{{{{raw}}}}", "{{!-- ", "{{a}b}}", "{{" + "(lookup " * 40 + "a" + ")" * 40 + "}}",
     "{{#a}}" * 40 + "{{/a}}" * 40],
)  # fmt: skip
def test_broken_templates_are_refused(source):
    """A template that cannot work is refused when it is compiled, with its path."""
    with pytest.raises(RenderError) as caught:
        compile(source, escape=Escape.NONE, path="elements[0].content")
    assert caught.value.path == "elements[0].content"


def test_output_is_bounded():
    """A template cannot say more than a message may hold."""
    with pytest.raises(RenderError, match=str(OUTPUT_MAX)):
        said("{{#each l}}{{x}}{{../x}}{{/each}}", context={"l": [0] * 2_000, "x": "y" * 1_000})


def test_loops_within_loops_are_bounded():
    """Loops end, whatever the lists are, and even when they say nothing."""
    with pytest.raises(RenderError, match="steps"):
        said("{{#each l}}{{#each @root.l}}{{#each @root.l}}{{/each}}{{/each}}{{/each}}", context={"l": [0] * 1_000})
