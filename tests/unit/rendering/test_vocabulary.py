"""The helpers of Courier's templates."""

import pytest

from tidings.rendering.escape import Escape
from tidings.rendering.handlebars import compile  # noqa: A004 (the seam's word)
from tidings.rendering.program import render
from tidings.rendering.render_error import RenderError
from tidings.rendering.stage import Stage

DATA = {"n": 2, "one": 1, "list": [], "s": " Ann ", "at": 1700000000000, "iso": "2024-02-03T15:04:05Z", "x": "v"}
ROOT = {**DATA, "data": DATA, "profile": {"plan": "pro", "tags": ["a"]}}


def said(source, **stage):
    """What a template says."""
    return render(compile(source, escape=Escape.NONE).operations, Stage(root=dict(ROOT), **stage))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{and}} {{or}} {{not list}} {{not 0 ''}}", "true false true true"),
        ("{{condition n '>' 1}} {{condition 'true' '==' true}} {{condition 'true' '===' true}}", "true true false"),
        ("{{#condition n '==' 2}}y{{else}}n{{/condition}}{{#or 0 1}}y{{/or}}", "yy"),
        ("{{#if (conditional (filter 'profile' 'plan' 'EQUALS' 'pro') (filter 'data' 'list' 'IS_EMPTY'))}}y{{/if}}",
         "y"),
        ("{{conditional (filter 'profile' 'tags' 'CONTAINS' 'b') (filter 'data' 'n' 'GREATER_THAN' 1) 'or'}}", "true"),
        ("{{default gone 'x'}} {{path 'gone'}}[{{var 'gone.y'}}] {{var '$.data.n'}}", "x [{gone.y}] 2"),
        ("{{set 'total' (multiply n 3)}}{{total}} {{@root.total}} {{var 'total'}}", "6 6 6"),
        ("{{capitalize 'ann'}}{{trim s}}|{{trim-left s}}|{{trim-right s}}|{{trim-one-char-right 'ab'}}",
         "AnnAnn|Ann | Ann|a"),
        ("{{concat 'a' 1 true}} {{truncate 'abcdef' 3 '…'}} {{truncate 'ab' 3 '…'}}", "a1true abc… ab"),
        ("{{format '%.2f %s %05d%%' 19.5 'a' 42}}", "19.50 a 00042%"),
        ("{{datetime-format at '%Y-%m-%d %I:%M %p'}}", "2023-11-14 10:13 pm"),
        ("{{datetime-format iso '%A %e %B %H:%M' 'Europe/Berlin'}}", "Saturday 3 February 16:04"),
        ("{{swu_datetimeformat iso '%F'}} {{swu_iso8601_to_time iso}} {{swu_timestamp_to_time 2}}",
         "2024-02-03 1706972645000 2000"),
        ("{{abs -3}} {{ceil 1.2}} {{floor -1.2}} {{round -1.5}} {{round 2.5}} {{inc n}}", "3 2 -2 -2 3 3"),
        ("{{add 1 2}} {{subtract 1 2}} {{sub 5 1}} {{divide 7 2}} {{mod -7 3}} {{add '1' 2}}", "3 -1 4 3.5 -1 3"),
        ("{{#with (json-parse '{\"a\": [1]}')}}{{a.[0]}}{{/with}}", "1"),
        ("{{formatMessage '{n, plural, one {# item} other {# items}} for {who}' n=n who='Ann'}}", "2 items for Ann"),
        ("{{formatMessage '{g, select, f {she} other {they}}' g='f'}}", "she"),
        ("{{formatNumber 1234.5}} {{formatNumber 0.25 style='percent'}} {{formatCurrency 9.5 'EUR'}}",
         "1,234.5 25% €9.50"),
        ("{{formatDate iso 'long'}} {{formatTime iso}}", "February 3, 2024 3:04\u202fPM"),
        ("{{t 'Hello {0}' 'Ann'}} {{plural one '# day' '# days'}}", "Hello Ann 1 day"),
        ("{{#markdown}}**{{x}}**{{/markdown}}{{#intl locale='de'}}{{x}}{{/intl}}", "**v**v"),
    ],
)  # fmt: skip
def test_helpers(source, expected):
    """Each helper does what Courier's documentation says."""
    assert said(source) == expected


def test_the_recipients_language_and_zone():
    """Numbers, dates and words follow the profile's locale and time zone, unless the template names a language."""
    there = {"locale": "de-DE", "timezone": "Europe/Berlin", "translate": {"Hello": "Hallo"}.get}
    source = "{{t 'Hello'}} {{formatNumber 1234.5}} {{formatDate iso}} {{formatTime iso}} {{datetime-format iso '%H'}}"
    assert said(source, **there) == "Hallo 1.234,5 03.02.2024 16:04 16"
    told = "{{#intl locales='fr'}}{{formatNumber 0.5}}{{/intl}} {{formatNumber 0.5}} {{formatNumber 0.5 locales='en'}}"
    assert said(told, **there) == "0,5 0,5 0.5"
    assert said(told) == "0,5 0.5 0.5"
    message = "{{formatMessage '{n, plural, one {# plik} few {# pliki} many {# plików} other {# pliku}}' n=n}}"
    assert said(message, locale="pl") == "2 pliki"


@pytest.mark.parametrize(
    "source",
    ["{{divide 1 0}}", "{{mod 1 0}}", "{{add 'x' 1}}", "{{condition 1 '~' 2}}", "{{set 'data.x' 1}}",
     "{{datetime-format 'soon' '%Y'}}", "{{datetime-format iso '%Y' 'Mars/Base'}}", "{{format '%999999999d' 1}}",
     "{{json-parse '{'}}", "{{formatMessage '{n, plural, one {x}'}}", "{{filter 'env' 'PATH' 'EQUALS' 1}}",
     "{{formatMessage '{a' a=1}}"],
)  # fmt: skip
def test_a_helper_that_cannot_work_says_so(source):
    """A helper's mistake stops the rendering; what it says quotes no value."""
    with pytest.raises(RenderError, match="the helper"):
        said(source)


def test_a_missing_variable_is_empty_visible_or_refused():
    """The template chooses what stands in the place of a variable without a value."""
    stage = Stage(root={"a": None, "obj": {}})
    assert render(compile("[{{a}}{{obj.x}}]{{#if b}}{{c}}{{/if}}", escape=Escape.NONE).operations, stage) == "[]"
    assert list(stage.missed) == ["a", "obj.x"]
    assert said("[{{gone.x}}]", missing="visible") == "[{gone.x}]"
    assert said("{{#if gone}}{{gone}}{{/if}}{{default gone 'x'}}", missing="refuse") == "x"
    with pytest.raises(RenderError, match=r"gone\.x has no value"):
        said("{{gone.x}}", missing="refuse")


def test_partials_are_bounded():
    """A snippet that calls itself ends."""

    class Loop:
        def operations(self, name, escape):
            return compile("{{> loop}}", escape=escape).operations

    with pytest.raises(RenderError, match="partials may be 20 deep"):
        said("{{> loop}}", snippets=Loop())
    with pytest.raises(RenderError, match="no snippet named 'footer'"):
        said("{{> footer}}")
