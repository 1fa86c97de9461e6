"""Names in content, compared with what events bring; addresses that lead nowhere."""

import pytest

from tidings.elemental import parse
from tidings.rendering import seen_in, unknown_variables, unusable_values


def problems(content, *paths, sample=None, types="string"):
    """What is wrong with the names of a text, after events with these properties."""
    document = parse({"title": "x", "body": content})
    known = seen_in([{path: {"types": {types: 1}} for path in paths}]) if paths else None
    return [(one.level, one.message) for one in unknown_variables(document, sample or {}, known)]


def test_a_slip_is_told_with_what_was_meant():
    """A name near to one that came in is an error; one near to none is a warning."""
    told = "order.totl is not a property of the events that came in: did you mean order.total?"
    assert problems("{{order.totl}}", "order", "order.total") == [("error", told)]
    assert problems("{{order.note}}", "order", "order.total") == [
        ("warning", "order.note is not a property of the events that came in")
    ]  # fmt: skip
    assert problems("{{weather}}", "order") == [
        ("warning", "weather is not a property of the events that came in")
    ]  # fmt: skip


def test_what_any_event_had_is_known():
    """The catalogue and the sample count alike, lists and their items too."""
    paths = ("items", "items[].name", "order.id")
    assert problems("{{#each items}}{{name}}{{/each}} {{order.id}}", *paths) == []
    assert problems("{{items.[0].name}} {{mine}}", *paths, sample={"data": {"mine": 1}}) == []
    told = "items[].nam is not a property of the events that came in: did you mean items[].name?"
    assert problems("{{#each items}}{{nam}}{{/each}}", *paths) == [("error", told)]


def test_what_was_not_looked_into_may_hold_anything():
    """Objects below the depth of the catalogue, lists of plain values, and keys that are data."""
    assert problems("{{deep.a.b}}", "deep", types="object") == []
    assert problems("{{#each tags}}{{this}}{{/each}} {{tags.[0]}}", "tags", types="list") == []
    assert problems("{{by.anyone.at}}", "by", "by.*", "by.*.at", types="object") == []


def test_a_profile_is_compared_where_there_is_one():
    """The catalogue knows properties of events, nothing of profiles."""
    assert problems("{{profile.name}}", "order") == []
    sample = {"data": {}, "profile": {"first_name": "Ann"}}
    told = "profile.frst_name is not in the sample: did you mean profile.first_name?"
    assert problems("{{profile.frst_name}}", "order", sample=sample) == [("error", told)]


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "example.com", "data:text/html,{{x}}", " JavaScript:{{x}}", "ftp://a/{{x}}"]
)
def test_an_address_that_no_message_will_have_is_an_error(href):
    """It would silently be missing, so the author is told, with its place."""
    block = {"type": "group", "elements": [{"type": "action", "content": "Go", "href": href}]}

    (problem,) = unusable_values(parse({"version": "2022-01-01", "elements": [block]}))

    assert (problem.level, problem.path) == ("error", "elements[0].elements[0].href")
    assert "https://" in problem.message


@pytest.mark.parametrize(
    "href", ["https://a.example", "mailto:a@b.example", "tel:+1", "{{link}}", "https://{{h}}/x", "{x}"]
)
def test_an_address_that_may_be_one_is_none(href):
    """What variables decide is looked at when it is rendered."""
    block = {"type": "action", "content": "Go", "href": href}

    assert unusable_values(parse({"version": "2022-01-01", "elements": [block]})) == []


@pytest.mark.parametrize(
    ("color", "told"),
    [
        ("redd", "no colour is called redd: did you mean red?"),
        ("corporate", "no colour is called corporate: write it as #2563eb"),
    ],
)
def test_a_colour_that_has_no_such_name_is_an_error(color, told):
    """Mail programs would show another one."""
    block = {"type": "group", "elements": [{"type": "divider", "color": color}]}

    (problem,) = unusable_values(parse({"version": "2022-01-01", "elements": [block]}))

    assert (problem.level, problem.path) == ("error", "elements[0].elements[0].color")
    assert problem.message == told


@pytest.mark.parametrize("color", ["Red", "#ff0000", "rgb(1, 2, 3)", "{brand.colors.primary}", "{{data.color}}"])
def test_a_colour_that_is_one_is_no_problem(color):
    """By name, by number, or by what a variable holds."""
    block = {"type": "divider", "color": color}

    assert unusable_values(parse({"version": "2022-01-01", "elements": [block]})) == []
