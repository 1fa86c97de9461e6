"""The laws of merging traits into a profile."""

from copy import deepcopy
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tidings.profiles import merge

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
names = st.sampled_from("abc") | st.text(max_size=3)  # few names, so that both sides speak of the same ones
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=12
)
objects = st.dictionaries(names, values, max_size=4)


def exactly(value: Any) -> bytes:
    """Write a value so that `1`, `1.0` and `True` differ, and the order of keys does not count."""
    return msgspec.json.encode(value, order="deterministic")


def mentions(traits: Any, merged: Any) -> bool:
    """Tell whether all that traits say stands in the merged profile."""
    if isinstance(traits, dict) and isinstance(merged, dict):
        return all(name in merged and mentions(value, merged[name]) for name, value in traits.items())
    return exactly(traits) == exactly(merged)


def keeps(profile: dict[str, Any], traits: dict[str, Any], merged: dict[str, Any]) -> bool:
    """Tell whether all of the profile that traits do not speak of stands in the merged one."""
    for name, value in profile.items():
        if name not in traits:
            if exactly(merged[name]) != exactly(value):
                return False
        elif (
            isinstance(value, dict) and isinstance(traits[name], dict) and not keeps(value, traits[name], merged[name])
        ):
            return False
    return True


@given(objects, objects)
def test_merging_again_changes_nothing(profile, traits):
    """The same traits twice are the same as once: calls may be delivered again."""
    once = merge(profile, traits)
    assert exactly(merge(once, traits)) == exactly(once)


@given(objects, objects)
def test_the_newer_wins(profile, traits):
    """Whatever traits say, the merged profile says."""
    assert mentions(traits, merge(profile, traits))


@given(objects, objects)
def test_nothing_unmentioned_is_lost(profile, traits):
    """Whatever traits do not speak of, at any depth, stays as it was."""
    assert keeps(profile, traits, merge(profile, traits))


@given(objects, objects)
def test_nothing_is_made_up(profile, traits):
    """Every name in the merged profile was in the profile or in the traits."""
    assert set(merge(profile, traits)) == set(profile) | set(traits)


@given(objects, objects)
def test_the_arguments_stay_as_they_were(profile, traits):
    """Merging changes neither the profile nor the traits it was given."""
    before = deepcopy((profile, traits))
    merge(profile, traits)
    assert exactly((profile, traits)) == exactly(before)


@given(objects, objects, objects)
def test_traits_that_share_no_name_may_come_in_any_order(profile, some, others):
    """Two calls that speak of different traits give the same profile whichever comes first."""
    others = {name: value for name, value in others.items() if name not in some}
    assert exactly(merge(merge(profile, some), others)) == exactly(merge(merge(profile, others), some))


@given(objects)
def test_empty_traits_and_an_empty_profile_change_nothing(profile):
    """Merging nothing, or into nothing, gives what was there."""
    assert exactly(merge(profile, {})) == exactly(profile)
    assert exactly(merge({}, profile)) == exactly(profile)
