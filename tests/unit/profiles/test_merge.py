import pytest

from tidings.profiles import Profile, merge


@pytest.mark.parametrize(
    ("profile", "traits", "merged"),
    [
        ({"plan": "free"}, {"plan": "pro"}, {"plan": "pro"}),
        ({"plan": "free"}, {"city": "Bern"}, {"plan": "free", "city": "Bern"}),
        ({"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ({"a": {"x": {"y": 1}}}, {"a": {"x": {"z": 2}}}, {"a": {"x": {"y": 1, "z": 2}}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": 1}, {"a": None}, {"a": None}),
        ({"a": {"x": 1}}, {"a": None}, {"a": None}),
        ({"a": {"x": 1}}, {"a": "text"}, {"a": "text"}),
        ({"a": "text"}, {"a": {"x": 1}}, {"a": {"x": 1}}),
        ({"a": {"x": 1}}, {"a": {}}, {"a": {"x": 1}}),
        ({"Email": 1}, {"email": 2}, {"Email": 1, "email": 2}),
    ],
)
def test_how_values_meet(profile, traits, merged):
    """Objects merge key by key; lists, null and everything else replace (segment.md §6 R14, R15)."""
    assert merge(profile, traits) == merged


def nested(depth, leaf):
    """Wrap a value in that many objects."""
    for _ in range(depth):
        leaf = {"x": leaf}
    return leaf


def test_merging_ends_at_its_depth():
    """Objects deeper than 64 levels replace instead of merging, so that no profile can exhaust the stack."""
    assert merge(nested(64, {"a": 1}), nested(64, {"b": 2})) == nested(64, {"a": 1, "b": 2})
    assert merge(nested(66, {"a": 1}), nested(66, {"b": 2})) == nested(66, {"b": 2})


@pytest.mark.parametrize("user_key", ["u:ann", "a:ann"])
def test_a_profile_knows_the_callers_id(user_key):
    """A profile's id is the one the caller used, of either kind."""
    profile = Profile(environment_id=1, user_key=user_key, data={}, created_at=0, updated_at=0)
    assert profile.user_id == "ann"
