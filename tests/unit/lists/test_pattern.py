import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.errors import InvalidInput
from tidings.lists import Pattern, check_list_id

PART = st.text("abc", min_size=1, max_size=2)
LIST_ID = st.lists(PART, min_size=1, max_size=4).map(".".join)


@pytest.mark.parametrize(
    ("pattern", "named", "not_named"),
    [
        ("news", ["news"], ["news.sport", "new"]),
        ("news.*", ["news.sport"], ["news", "news.sport.de", "old.sport"]),
        ("news.**", ["news.sport", "news.sport.de"], ["news", "newspaper.x"]),
        ("*.sport", ["news.sport", "radio.sport"], ["sport", "news.tech"]),
        ("news.*.de", ["news.sport.de"], ["news.de", "news.sport.fr"]),
        ("*.*.*.de", ["a.b.c.de"], ["a.b.de"]),
    ],
)
def test_what_a_pattern_names(pattern, named, not_named):
    """`*` is exactly one part, `**` at the end one or more."""
    parsed = Pattern.parse(pattern, path="p")

    assert all(parsed.matches(each) for each in named)
    assert not any(parsed.matches(each) for each in not_named)


@pytest.mark.parametrize(
    "pattern",
    ["", ".", "*", "**", "**.x", "*.**", "gen*", "***", "news.***", ".a", "a.", "a..b", "a b", "a.#", "a.b.c.d.e"],
)
def test_what_is_no_pattern(pattern):
    """A pattern that names everything, half a word or nothing is refused with its place."""
    with pytest.raises(InvalidInput) as refusal:
        Pattern.parse(pattern, path="message.to.list_pattern")

    assert refusal.value.path == "message.to.list_pattern"


@pytest.mark.parametrize("list_id", ["", "a..b", "a.*", "a#b", "a b", "a.b.c.d.e", "x" * 257, "a\0b"])
def test_what_is_no_list_id(list_id):
    """An id that a pattern could not name, or that is none, is refused."""
    with pytest.raises(InvalidInput):
        check_list_id(list_id, path="list_id")


@given(LIST_ID)
def test_an_id_names_itself(list_id):
    """The id of a list is a pattern that names that list."""
    assert Pattern.parse(check_list_id(list_id, path=""), path="").matches(list_id)


@given(st.lists(PART | st.just("*"), min_size=1, max_size=4), st.booleans(), LIST_ID)
def test_what_matches_begins_with_the_prefix(parts, rest, list_id):
    """No list that a pattern names is outside the range that is searched for it."""
    try:
        pattern = Pattern.parse(".".join([*parts[:3], "**"] if rest else parts), path="")
    except InvalidInput:
        return
    assert not pattern.matches(list_id) or list_id.startswith(pattern.prefix)
