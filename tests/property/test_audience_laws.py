"""Laws of audiences' filters, whatever profiles and rules hold."""

from hypothesis import given
from hypothesis import strategies as st

from tidings.audiences import compiled, read_filter, shown_filter

WORDS = st.sampled_from(["a", "b", "", "1", "1.0", "true", "2026-01-01", "é"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda child: st.lists(child, max_size=3) | st.dictionaries(st.sampled_from("xyz"), child, max_size=3),
    max_leaves=8,
)
PROFILES = st.dictionaries(st.sampled_from("xyz"), VALUES, max_size=3)
PATHS = st.sampled_from(["x", "y", "x.y", "x.y.z"])
SAID = {
    "EQ": WORDS,
    "NEQ": WORDS,
    "STARTS_WITH": WORDS,
    "ENDS_WITH": WORDS,
    "EXISTS": st.sampled_from(["true", "false"]),
    "INCLUDES": WORDS | st.lists(WORDS, min_size=1, max_size=3),
    "OMIT": WORDS | st.lists(WORDS, min_size=1, max_size=3),
    **dict.fromkeys(("GT", "GTE", "LT", "LTE"), st.sampled_from(["1", "-1", "1.5", "1e3"])),
    **dict.fromkeys(("IS_BEFORE", "IS_AFTER"), st.sampled_from(["2026-01-01", "2025-06-01T12:00:00Z"])),
}
RULES = st.sampled_from(sorted(SAID)).flatmap(
    lambda operator: st.builds(
        lambda path, value: {"operator": operator, "path": path, "value": value}, PATHS, SAID[operator]
    )
)
FILTERS = st.recursive(
    RULES,
    lambda child: st.builds(
        lambda operator, filters: {"operator": operator, "filters": filters},
        st.sampled_from(["AND", "OR"]),
        st.lists(child, min_size=1, max_size=3),
    ),
    max_leaves=6,
).filter(lambda raw: _depth(raw) <= 4)


def _depth(raw):
    return 1 + max((_depth(child) for child in raw["filters"]), default=0) if "filters" in raw else 1


def holds(raw, profile):
    """Ask a filter."""
    return compiled(read_filter(raw))(profile, frozenset()).matches


@given(PATHS, WORDS, PROFILES)
def test_opposites_never_agree(path, value, profile):
    """`NEQ` is the opposite of `EQ`, `OMIT` of `INCLUDES`, and one `EXISTS` of the other, for every profile."""
    for one, other in (("EQ", "NEQ"), ("INCLUDES", "OMIT")):
        rules = [{"operator": operator, "path": path, "value": value} for operator in (one, other)]
        assert holds(rules[0], profile) is not holds(rules[1], profile)
    there, missing = ({"operator": "EXISTS", "path": path, "value": said} for said in ("true", "false"))
    assert holds(there, profile) is not holds(missing, profile)


@given(st.lists(FILTERS, min_size=1, max_size=3), PROFILES)
def test_groups_are_all_or_any(filters, profile):
    """A group says what its members say, all of them or any."""
    found = [holds(each, profile) for each in filters]
    assert holds({"operator": "AND", "filters": filters}, profile) is all(found)
    assert holds({"operator": "OR", "filters": filters}, profile) is any(found)


@given(FILTERS, PROFILES)
def test_what_is_shown_means_the_same(raw, profile):
    """A filter that is read from how it is shown is the same filter."""
    read = read_filter(raw)
    assert read_filter(shown_filter(read)) == read
    assert compiled(read)(profile, frozenset()).reason.count(" => ") >= 1
