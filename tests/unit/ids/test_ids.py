import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings import ids

moments = st.integers(0, (1 << 32) * 1000 - 1)
positions = st.integers(0, (1 << 63) - 1)
places = st.tuples(moments, positions)


@given(places)
def test_a_derived_id_is_read_back(place):
    """An id derived from a call's arrival and position gives both back."""
    assert ids.parse_derived_id(ids.derived_id(*place)) == place


@given(places, places)
def test_derived_ids_sort_like_their_calls(one, other):
    """Sorting ids sorts calls by arrival, then by position."""
    assert (ids.derived_id(*one) < ids.derived_id(*other)) == (one < other)


@given(places)
def test_derived_ids_look_like_couriers(place):
    """A derived id has the shape of Courier's: `1-`, eight hex digits, twenty-four hex digits."""
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", ids.derived_id(*place))


@given(st.text())
def test_other_text_is_no_derived_id(text):
    """Whatever is read as a derived id is exactly one; everything else is refused."""
    place = ids.parse_derived_id(text)
    assert place is None or ids.derived_id(*place) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1-",
        "1--",
        "2-65a1b2c3-000000000000000000000001",
        "1-65A1B2C3-000000000000000000000001",
        "1-65a1b2c3-00000000000000000000001",
        "1-65a1b2c3-0000000000000000000000001",
        "1-+5a1b2c3-000000000000000000000001",
        "1- 5a1b2c3-000000000000000000000001",
        "1-6_a1b2c3-000000000000000000000001",
        "1-65a1b2c3-00000000000000000000000g",
        "1-65a1b2c3-0000000000000000000000-1",
        "1-65a1b2c3-ffffffffffffffffffffffff",
        "1-\uff16\uff15a1b2c3-000000000000000000000001",
        "1-65a1b2c3-000000000000000000000001\n",
    ],
)
def test_what_only_looks_like_a_derived_id_is_refused(text):
    """Near misses are no ids: another head, upper case, signs, wrong lengths, a thousand milliseconds and more."""
    assert ids.parse_derived_id(text) is None


@given(st.integers(0, (1 << 51) - 1), st.integers(0, ids.INDEX_MAX))
def test_a_position_is_an_offset_and_an_index(offset, index):
    """A position fits into 63 bits and holds both its parts."""
    at = ids.position(offset, index)
    assert at < 1 << 63
    assert (at >> 12, at & ids.INDEX_MAX) == (offset, index)


def test_request_ids_differ():
    """Two requests of one instant have two ids, of Courier's shape."""
    one, other = ids.request_id(1_700_000_000_000), ids.request_id(1_700_000_000_000)
    assert one != other
    assert re.fullmatch(r"1-6553f100-[0-9a-f]{24}", one)


def test_an_idempotency_key_gives_one_request_id():
    """Repeating a key gives the same id; another environment, endpoint or key gives another."""
    first = ids.idempotent_request_id(1, "POST /send", "key")
    assert ids.idempotent_request_id(1, "POST /send", "key") == first
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", first)
    others = {
        ids.idempotent_request_id(2, "POST /send", "key"),
        ids.idempotent_request_id(1, "POST /profiles", "key"),
        ids.idempotent_request_id(1, "POST /send", "Key"),
    }
    assert len(others | {first}) == 4


@given(st.integers(0, (1 << 48) - 1), st.integers(0, (1 << 48) - 1))
def test_prefixed_ids_sort_by_time(one, other):
    """Ids like `nt_01jd…` sort by the time they were made."""
    if one != other:
        assert (ids.prefixed_id("nt", one) < ids.prefixed_id("nt", other)) == (one < other)


def test_prefixed_ids_are_safe_in_paths():
    """A prefixed id is its prefix and 26 letters and digits, none that is mistaken for another."""
    assert re.fullmatch(r"nt_[0-9a-hjkmnp-tv-z]{26}", ids.prefixed_id("nt", 1_700_000_000_000))


def test_prefixed_ids_differ():
    """Ids drawn in one instant differ."""
    assert len({ids.prefixed_id("nt", 1) for _ in range(1_000)}) == 1_000
