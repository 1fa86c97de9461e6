"""What our templates say is what Handlebars.js says."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.rendering.render_error import RenderError

PARTIALS = {
    "hello": "Hello {{name}}!",
    "row": "<li>{{this}}{{x}}</li>\n",
    "deep": "{{> hello}}{{a}}",
    "lines": "1\n2\n",
    "outer": "<o>{{#> inner}}({{> @partial-block}}{{a}}){{/inner}}{{> @partial-block}}</o>",
    "inner": "<i>{{> @partial-block}}{{> @partial-block}}</i>",
    "maybe": "{{#if @partial-block}}[{{> @partial-block}}]{{else}}none{{/if}}",
    "calls": "{{> mine}}{{#> yours}}instead{{/yours}}",
    "through": '{{#> calls}}{{#*inline "mine"}}mine of {{> deeper}}{{/inline}}{{/calls}}',
    "a/b c": "odd {{a}}",
}


DATA = {
    "name": "<Ann>",
    "a": "A",
    "x": "root",
    "yes": True,
    "no": False,
    "zero": 0,
    "empty": "",
    "nothing": None,
    "none": [],
    "list": ["p", "q"],
    "rows": [{"x": 1}, {"x": 2}],
    "obj": {"x": "in", "deep": {"y": "far"}, "this": "ot", "..": "up", ".": "dot"},
    "this": "literal",
    "..": "above",
    "a b": {"c-d": "odd"},
    "num": 12.5,
    "one": ["p"],
    "html": "<b>&\"'`=",
    "path": "/home",
    "set": [1, 2],
}
CASES = [
    "{{name}} {{{a}}} {{&num}}",
    "{{obj.deep.y}}{{obj/deep/y}}{{this.a}}{{./a}}{{[a b].[c-d]}}{{obj.[x]}}",
    "{{[this]}}{{obj.[this]}}{{this.[this]}}{{./[this]}}{{#with obj}}{{[this]}}{{../[this]}}{{/with}}",
    "{{obj.[..]}}{{obj.[.]}}{{[..]}}{{#with obj as |this2|}}{{this.x}}{{[this]}}{{/with}}{{#if [this]}}y{{/if}}",
    "{{#if yes}}1{{else}}2{{/if}}{{#if zero}}1{{else}}2{{/if}}{{#if zero includeZero=true}}1{{/if}}",
    "{{#if none}}1{{else if empty}}2{{else if yes}}3{{else}}4{{/if}}",
    "{{#if no}}1{{else each list}}{{this}}{{else}}n{{/if}}",
    "{{#if no}}1{{else with obj}}{{x}}{{/if}}",
    "{{#unless no}}u{{else}}e{{/unless}}{{#unless yes}}u{{else unless no}}e{{/unless}}",
    "{{#each list}}{{@index}}{{@first}}{{@last}}{{this}}{{.}}{{../a}}{{/each}}{{#each none}}x{{else}}none{{/each}}",
    "{{#each obj}}{{@key}}={{this}};{{/each}}",
    "{{#each rows as |row i|}}{{i}}{{row.x}}{{#each ../list as |item|}}{{item}}{{@../index}}{{/each}}{{/each}}",
    "{{#with obj}}{{x}}{{../x}}{{#with deep}}{{y}}{{../x}}{{../../x}}{{/with}}{{else}}no{{/with}}",
    "{{#each list}}{{#each ../list}}[{{../a}}|{{../../a}}]{{/each}}{{/each}}",
    "{{#with obj}}{{#with .}}{{../a}}{{/with}}{{/with}}",
    "{{#each list as |p|}}{{#each ../list as |q|}}{{../a}}{{p}}{{q}}{{/each}}{{/each}}{{#with this}}{{../a}}{{/with}}",
    "{{#with one}}{{#each this}}[{{../a}}|{{../../a}}]{{/each}}{{/with}}",
    "S\n{{#if no}}\nA\n{{else if yes}}\nB\n{{else}}\nC\n{{/if}}\nE",
    "{{#if no}}\nA\n{{else if zero}}\nB\n{{else if no}}\nC\n{{/if}}\nE",
    "{{#if no}}x {{else if no}}\n{{/if}}\n{{#if no}}\nA\n{{else if no}}B\n  {{else}}C\n  {{/if}}\nE",
    "{{#with nothing}}a{{else}}b{{/with}}{{#with obj as |o|}}{{o.x}}{{/with}}",
    "{{#list}}{{this}}{{/list}}{{#obj}}{{x}}{{/obj}}{{^nothing}}n{{/nothing}}{{#yes}}{{a}}{{/yes}}",
    "{{lookup list 1}}{{lookup obj 'x'}}{{lookup (lookup rows 0) 'x'}}",
    "a {{~a~}} b{{~#if yes~}} c {{~/if~}} d",
    "  {{#if yes}}\n  in\n  {{/if}}\nafter",
    "x\n{{! comment }}\ny{{!-- with }} in it --}}z",
    "\\{{a}} \\\\{{a}} {{{{raw}}}}{{a}}{{{{/raw}}}}",
    "{{> hello}} {{> hello obj}} {{> hello name='B'}} {{> hello obj name=a}}",
    "{{#each list}}{{> row}}{{/each}}{{> deep}}",
    "  {{> lines}}\nend",
    "{{> (lookup . 'p')}}{{#> missing}}instead{{/missing}}{{#> hello}}x{{/hello}}",
    '{{#*inline "own"}}[{{a}}{{x}}]{{/inline}}{{> own}}{{> own obj}}{{#each rows}}{{> own}}{{/each}}',
    '{{#*inline "frame"}}<{{> @partial-block}}>{{/inline}}{{#> frame}}{{a}}{{/frame}}',
    "{{#> outer}}{{x}}{{/outer}}{{#> outer obj}}{{x}}{{#> inner}}{{x}}{{/inner}}{{/outer}}",
    "{{#> maybe}}x{{a}}{{/maybe}}{{> maybe}}",
    '{{#> calls}}{{#*inline "mine"}}own {{a}}{{/inline}}{{#*inline "yours"}}too{{/inline}}{{/calls}}',
    '{{#> through}}{{#*inline "deeper"}}deep{{/inline}}{{/through}}{{> [a/b c]}}{{#> [a/b c]}}{{/[a/b c]}}',
    "{{html}}{{num}}{{yes}}{{list}}{{obj}}{{nothing}}{{missing.deeper}}",
    "{{#if (lookup obj 'x')}}y{{/if}}{{@root.a}}{{#with obj}}{{@root.a}}{{/with}}",
    "{{'a'}}{{\"a b\"}}{{true}}{{null}}{{undefined}}{{12}}",
    "{{lookup obj '}}'}}|{{#if '}}'}}y{{/if}}",
    "{{path}}{{format}}{{this.path}}{{#if path}}y{{/if}}{{#set}}{{this}}{{/set}}{{^set}}n{{/set}}{{^round}}n{{/round}}",
    "{{#if null}}1{{else}}2{{/if}}{{#if undefined}}1{{else}}2{{/if}}{{#if 'x'}}3{{/if}}",
]  # fmt: skip


@pytest.mark.parametrize("source", CASES)
def test_a_template_says_what_handlebars_js_says(oracle, ours, source):
    """The same template over the same data is the same text."""
    data = DATA | {"p": "hello"}
    theirs = oracle.ask(source, data, partials=PARTIALS)
    assert "text" in theirs, theirs
    assert ours(source, data, PARTIALS) == theirs["text"]


@pytest.mark.parametrize(
    "source",
    ["{{", "{{a}} {{", "{{#if a}}", "{{/if}}", "{{#if a}}{{/each}}", "{{else}}", "{{#if}}{{/if}}", "{{> gone}}",
     "{{foo bar}}", "{{#each}}{{/each}}", "{{#with}}{{/with}}", "{{a..b}}", "{{}}", "{{{a}}", "{{#foo bar}}{{/foo}}"],
)  # fmt: skip
def test_what_handlebars_js_refuses_we_refuse(oracle, ours, source):
    """A template that is none is refused by both."""
    assert "error" in oracle.ask(source, DATA, partials=PARTIALS)
    with pytest.raises(RenderError):
        ours(source, DATA, PARTIALS)


@pytest.mark.parametrize(
    ("source", "theirs", "told"),
    [
        ("{{{html}}}", "<b>&\"'`=", "<b>&amp;\"'`=</b>"),
        ("{{a}}}", None, "A}"),
        ("{{$.rows[1].x}}{{rows[0].x}}", None, "21"),
        ("{{#if no}}{{nobody a}}{{/if}}", "", None),
    ],
)
def test_where_we_differ_from_handlebars_js(oracle, ours, source, theirs, told):
    """Values are cleaned, a brace behind a tag is text, JSONPath is read, unknown helpers are refused early."""
    assert oracle.ask(source, DATA).get("text") == theirs
    if told is None:
        with pytest.raises(RenderError):
            ours(source, DATA, PARTIALS)
    else:
        assert ours(source, DATA, PARTIALS) == told


names = st.sampled_from(["a", "x", "obj", "list", "rows", "yes", "zero", "missing", "obj.x", "this", "../a", "@index"])
# No "}" right behind a tag: there Handlebars.js fails, and we read on.
words = st.sampled_from(["x ", "\n", "  ", "<b>", "\n  \n", "{"])
tilde = st.sampled_from(["", "", "", "~"])
prints = st.builds("{{{{{}{}{}}}}}".format, tilde, names, tilde)
calls = st.sampled_from(["{{> hello}}", "  {{> lines}}\n", "{{> row this}}", "{{> hello name=a}}", "{{lookup list 0}}"])


kinds = st.sampled_from(["if", "unless", "each", "with"])


def blocks(inner):
    """Blocks around templates."""
    return st.one_of(
        st.builds("{{{{#{0} {1}}}}}{2}{{{{else}}}}{3}{{{{/{0}}}}}".format, kinds, names, inner, inner),
        st.builds("{{{{#if {0}}}}}{1}{{{{else if {2}}}}}{3}{{{{/if}}}}".format, names, inner, names, inner),
        st.builds("{{{{#each {0} as |p q|}}}}{1}{{{{p}}}}{{{{q}}}}{{{{/each}}}}".format, names, inner),
        st.lists(inner, min_size=2, max_size=4).map("".join),
    )  # fmt: skip


templates = st.recursive(st.one_of(words, prints, calls), blocks, max_leaves=12)
scalars = st.sampled_from(["", "x", "<&>\"'`=", 0, 1, -7, 19.9, 1e21, 1e-7, True, False, None])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "x", "name"]), inner, max_size=3),
    max_leaves=6,
)
data = st.fixed_dictionaries(dict.fromkeys(("a", "x", "obj", "list", "rows", "name"), values))


@settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(templates, data)
def test_any_template_says_what_handlebars_js_says(oracle, ours, source, given_data):
    """Generated templates over generated data are the same text, or refused by both."""
    whole = given_data | {"yes": True, "zero": 0}
    theirs = oracle.ask(source, whole, partials=PARTIALS)
    if "error" in theirs:
        with pytest.raises(RenderError):
            ours(source, whole, PARTIALS)
    else:
        assert ours(source, whole, PARTIALS) == theirs["text"]
