"""What our templates say is what the Handlebars project's own published cases say."""

from collections import Counter

import pytest

from tidings.rendering.render_error import RenderError

AT_LEAST = {
    "basic": 39,
    "blocks": 16,
    "builtins": 27,
    "data": 4,
    "helpers": 3,
    "partials": 19,
    "regressions": 16,
    "whitespace-control": 27,
    "parser": 54,
    "tokenizer": 67,
}
"""Cases of each file of the suite that need no functions, helpers or options of their own."""

ONLY_READ = {"parser", "tokenizer"}
"""These tell how a template is read and bring no data: they are rendered over these two, and Handlebars.js judges."""
DATA = [{}, {"foo": "FOO", "bar": ["BAR"], "baz": {"x": 1}, "omg": 0}]

SINCE_PUBLISHED = {
    "blocks / standalone sections / block standalone else sections / 3": "an empty first line is no longer lost",
}
"""Where Handlebars.js itself has since come to another text."""

CLEANED = "a value's own HTML is cleaned"
BRACE = "a brace behind a tag is text"
UNKNOWN = "a helper that nobody knows is refused, also one with named values alone"
MEANT = {
    "basic context / escaping expressions": CLEANED,
    "basic context / escaping expressions / 2": CLEANED,
    "whitespace control / should strip whitespace around mustache calls / 4": CLEANED,
    "whitespace control / should strip whitespace around mustache calls / 5": CLEANED,
    "Regressions / GH-437: Matching escaping / 2": BRACE,
    "parser / parses mustaches with hash arguments": UNKNOWN,
    "parser / parses mustaches with hash arguments / 2": UNKNOWN,
    "parser / parses mustaches with hash arguments / 3": UNKNOWN,
    "parser / parses mustaches with hash arguments / 4": UNKNOWN,
    "parser / parses mustaches with hash arguments / 5": UNKNOWN,
    "parser / parses mustaches with hash arguments / 6": UNKNOWN,
    "parser / parses mustaches with hash arguments / 7": UNKNOWN,
    "parser / parses mustaches with hash arguments / 8": UNKNOWN,
    "Tokenizer / tokenizes hash arguments": UNKNOWN,
    "Tokenizer / tokenizes special @ identifiers / 3": UNKNOWN,
}
"""Where we differ on purpose (`docs/reference/handlebars.md`, "Where it differs from Handlebars.js")."""


@pytest.fixture(scope="module")
def judged(oracle, published):
    """Each case with its data and what Handlebars.js makes of it: a text, or `None` where it refuses."""
    return [
        (case, data, oracle.ask(case["template"], data, partials=case["partials"]).get("text"))
        for case in published["cases"]
        for data in (DATA if case["file"] in ONLY_READ else [case.get("data", {})])
    ]


def test_the_whole_suite_is_read(published):
    """Every test of the suite gave its cases, each under a name of its own, and no fewer than there are."""
    assert published["broken"] == []
    assert Counter(case["file"] for case in published["cases"]) >= Counter(AT_LEAST)
    names = Counter(case["name"] for case in published["cases"])
    assert names.most_common(1)[0][1] == 1
    assert published["apart"].keys() == {
        "a context that is no object",
        "a template that is no text",
        "data beside the context",
        "functions",
        "helpers",
        "options",
    }


def test_handlebars_js_says_what_was_published(judged):
    """The judge keeps to the published text or refusal, but for what it has since changed."""
    told = [(case, text) for case, _, text in judged if "published" in case or "refused" in case]
    assert len(told) >= 150
    assert {case["name"] for case, text in told if text != case.get("published")} == SINCE_PUBLISHED.keys()


def test_we_say_what_the_published_cases_say(judged, ours):
    """Each case gives the same text, or is refused by both, but for what is meant to differ."""
    assert {case["name"] for case, data, text in judged if said(ours, case, data) != text} == MEANT.keys()


def said(ours, case, data):
    """What we make of a case: a text, or `None` where we refuse."""
    try:
        return ours(case["template"], data, case["partials"])
    except RenderError:
        return None
