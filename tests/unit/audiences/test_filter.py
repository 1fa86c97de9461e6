"""What filters say of profiles, and which filters are refused."""

import pytest

from tidings.audiences import compiled, read_filter, shown_filter
from tidings.errors import InvalidInput

ANN = {
    "title": "Engineer",
    "age": 41,
    "score": "7.5",
    "vip": True,
    "gone": None,
    "location": {"city": "Bern"},
    "tags": ["a", "b", 3],
    "joined": "2026-03-01T10:00:00+02:00",
    "id": 9007199254740993,
}


def rule(operator, path, value):
    """One rule, as clients write it."""
    return {"operator": operator, "path": path, "value": value}


def finds(raw, profile=ANN, tenants=(), **said):
    """Hold a profile against a filter."""
    return compiled(read_filter(raw, **said))(profile, frozenset(tenants))


@pytest.mark.parametrize(
    ("operator", "path", "value", "matches"),
    [
        ("EQ", "title", "Engineer", True),
        ("EQ", "title", "engineer", False),
        ("EQ", "location.city", "Bern", True),
        ("EQ", "title.city", "Bern", False),
        ("EQ", "age", "41", True),
        ("EQ", "age", "41.0", True),
        ("EQ", "id", "9007199254740992", False),
        ("EQ", "vip", "true", True),
        ("EQ", "vip", True, True),
        ("EQ", "vip", "1", False),
        ("EQ", "none", "", False),
        ("EQ", "tags", "a", False),
        ("NEQ", "title", "Engineer", False),
        ("NEQ", "none", "x", True),
        ("GT", "age", "40", True),
        ("GT", "age", "41", False),
        ("GTE", "age", "41", True),
        ("LT", "score", "10", True),
        ("LTE", "score", 7.5, True),
        ("LT", "title", "10", False),
        ("GT", "vip", "0", False),
        ("EXISTS", "title", "true", True),
        ("EXISTS", "gone", "true", False),
        ("EXISTS", "none", "false", True),
        ("EXISTS", "location", "true", True),
        ("INCLUDES", "tags", "a", True),
        ("INCLUDES", "tags", "3", True),
        ("INCLUDES", "tags", ["z", "b"], True),
        ("INCLUDES", "tags", "ab", False),
        ("INCLUDES", "title", "gine", True),
        ("INCLUDES", "none", "a", False),
        ("OMIT", "tags", "a", False),
        ("OMIT", "tags", ["x", "y"], True),
        ("OMIT", "none", "a", True),
        ("STARTS_WITH", "title", "Eng", True),
        ("STARTS_WITH", "title", "eng", False),
        ("ENDS_WITH", "title", "neer", True),
        ("IS_BEFORE", "joined", "2026-03-01T08:00:01Z", True),
        ("IS_BEFORE", "joined", "2026-03-01", False),
        ("IS_AFTER", "joined", "2026-03-01", True),
        ("IS_AFTER", "title", "2026-03-01", False),
        ("MEMBER_OF", "account_id", "acme", True),
        ("MEMBER_OF", "account_id", "other", False),
    ],
)
def test_what_an_operator_says(operator, path, value, matches):
    """Each operator compares as Courier documents, with case, and a missing value is never equal, larger or earlier."""
    assert finds(rule(operator, path, value), tenants=["acme"]).matches is matches


def test_groups_nest():
    """A group holds when all of its rules do, or any, whatever they are."""
    either = {"operator": "OR", "filters": [rule("EQ", "title", "Chef"), rule("EQ", "age", "41")]}
    both = {"operator": "AND", "filters": [either, rule("EXISTS", "vip", "true")]}

    assert finds(both).matches
    assert not finds({**both, "operator": None}, operator="AND", profile={"age": 41}).matches
    assert finds({**both, "operator": "AND"}, operator="OR", profile={"age": 41}).matches


def test_why_somebody_is_in():
    """Every rule says what it found, in Courier's words."""
    both = {"operator": "OR", "filters": [rule("EQ", "title", "Engineer"), rule("INCLUDES", "tags", ["x", "y"])]}

    assert finds(both).reason == "EQ('title', 'Engineer') => true, INCLUDES('tags', 'x', 'y') => false"


def test_a_long_reason_is_cut():
    """Whatever a filter holds, the reason has two thousand characters at most."""
    many = {"operator": "OR", "filters": [rule("EQ", "title", "x" * 1000)] * 100}

    assert len(finds(many).reason) == 2000


def test_a_filter_is_shown_as_it_was_said():
    """A rule alone is shown as a group of one; reading what is shown gives the same filter."""
    alone = read_filter(rule("INCLUDES", "tags", ["a", "b"]))

    assert shown_filter(alone) == {"operator": "AND", "filters": [rule("INCLUDES", "tags", ["a", "b"])]}
    empty = read_filter(rule("EQ", "title", ""))
    assert read_filter(shown_filter(empty)) == empty


DEEP = rule("EQ", "a", "1")
for _ in range(6):
    DEEP = {"operator": "AND", "filters": [DEEP]}


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ([], "filter"),
        ({"filters": []}, "filter.filters"),
        ({"filters": "x"}, "filter.filters"),
        ({"filters": [rule("EQ", "a", "1"), rule("EQ", "b", "1")]}, "filter.operator"),
        ({"operator": "XOR", "filters": [rule("EQ", "a", "1")]}, "filter.operator"),
        (rule("LIKE", "a", "1"), "filter.filters[0].operator"),
        (rule("EQ", "a..b", "1"), "filter.filters[0].path"),
        (rule("EQ", 3, "1"), "filter.filters[0].path"),
        (rule("EQ", "a", None), "filter.filters[0].value"),
        (rule("EQ", "a", ["1"]), "filter.filters[0].value"),
        (rule("EQ", "a", "x" * 1025), "filter.filters[0].value"),
        (rule("INCLUDES", "a", [{}]), "filter.filters[0].value[0]"),
        (rule("EXISTS", "a", "yes"), "filter.filters[0].value"),
        (rule("GT", "a", "NaN"), "filter.filters[0].value"),
        (rule("GT", "a", "1_0"), "filter.filters[0].value"),
        (rule("IS_AFTER", "a", "soon"), "filter.filters[0].value"),
        (rule("MEMBER_OF", "team", "acme"), "filter.filters[0].path"),
        ({"filters": ["x"]}, "filter.filters[0]"),
        (DEEP, "filter" + ".filters[0]" * 5),
        ({"operator": "OR", "filters": [{"operator": "OR", "filters": [rule("EQ", "a", "1")] * 60}] * 2}, "filter"),
    ],
)
def test_what_is_no_filter(raw, path):
    """It is said where a filter is wrong."""
    with pytest.raises(InvalidInput) as caught:
        read_filter(raw)
    assert caught.value.path == path


def test_an_unknown_operator_is_answered_in_courier_s_words():
    """The answer names the operators there are."""
    with pytest.raises(InvalidInput, match="should be equal to one of the allowed values"):
        read_filter(rule("LIKE", "a", "1"))
