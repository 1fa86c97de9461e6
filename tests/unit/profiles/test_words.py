"""By which words somebody is found."""

from hypothesis import given
from hypothesis import strategies as st

from tidings.profiles import sought, words_of

_ANYTHING = st.none() | st.integers() | st.text(max_size=130)


def test_addresses_and_names():
    """Names are found from each of their parts on; case, blanks and dashes make no difference."""
    profile = {"email": " Ann@Example.com", "phone": "(030) 1-2", "given_name": "Ann", "family_name": "van Smith"}

    assert words_of(profile) == {
        ("email", "ann@example.com"),
        ("phone", "03012"),
        ("name", "ann van smith"),
        ("name", "van smith"),
        ("name", "smith"),
    }


@given(st.dictionaries(st.sampled_from(["email", "phone", "name", "first_name", "last_name"]), _ANYTHING))
def test_whatever_a_profile_holds(profile):
    """Every word is found by itself, is bounded, and there are few."""
    found = words_of(profile)

    assert len(found) <= 11
    for kind, word in found:
        assert word
        assert len(word) <= 100
        assert sought(kind, word) == word
