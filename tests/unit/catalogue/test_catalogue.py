"""What the catalogue learns of calls, and what it never keeps."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.catalogue import merged, sighted
from tidings.catalogue.shape import format_of, shape_of
from tidings.records import Record

NOON = 1_767_268_800_000
DAY_MS = 86_400_000


def a_record(properties, name="Order", kind="track", at=NOON):
    """Make a record."""
    container = "traits" if kind in ("identify", "group") else "properties"
    return Record(
        type=kind,
        message_id="m",
        user_id="ann",
        anonymous_id=None,
        name=name if kind == "track" else None,
        timestamp=at,
        received_at=at,
        body=msgspec.json.encode({container: properties}),
    )


def see(*records):
    """Look at records of one source."""
    return sighted([(1, 7, record) for record in records])


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("Ann Smith", "Aaa Aaaaa"),
        ("ann@example.com", "email"),
        ("2026-01-02T03:04:05Z", "date-time"),
        ("2026-01-02", "date"),
        ("123e4567-e89b-12d3-a456-426614174000", "uuid"),
        ("https://example.com/ann?x=1", "url"),
        ("EUR", "AAA"),
        ("+49 170 1234567", "+99 999 9999999"),
        ("Grüße 🎉", "Aaaaa ?"),
        ("x" * 100, "a" * 24 + "…"),
        (19.99, "99.99"),
        (True, "true"),
        (None, ""),
        ({}, ""),
    ],
)
def test_shapes(value, shape):
    """A value is shown by what it looks like."""
    assert shape_of(value) == shape


@given(st.text(max_size=60))
def test_a_shape_tells_no_letter_and_no_digit(text):
    """No letter or digit of a text is in its shape: `a`, `A` and `9` stand for all of them."""
    shape = shape_of(text)
    if not format_of(text):
        assert all(not character.isalnum() or character in "aA9" for character in shape)


def test_types_share_and_days_are_counted():
    """Each property has its types, formats and how many calls had it; calls are counted by day."""
    records = [
        a_record({"total": 5, "email": "a@example.com"}),
        a_record({"total": "5", "products": [{"id": 1}, {"id": "x", "sku": "s"}]}, at=NOON + DAY_MS),
    ]

    (event,) = see(*records)

    assert (event.type, event.name, event.count) == ("track", "Order", 2)
    assert (event.first_seen, event.last_seen) == (NOON, NOON + DAY_MS)
    assert list(event.days.values()) == [1, 1]
    paths = event.properties["paths"]
    assert set(paths) == {"total", "email", "products", "products[].id", "products[].sku"}
    assert paths["total"] == {"count": 2, "types": {"number": 1, "string": 1}, "formats": {}, "shapes": ["9"]}
    assert paths["email"]["formats"] == {"email": 1}
    assert paths["products[].id"]["count"] == 1


def test_keys_that_are_data_are_not_kept():
    """A key that is an address, an id or a number is any key."""
    (event,) = see(a_record({"ann@example.com": 1, "user 1234567": 2, "a": {"deadbeefdeadbeef": 3}}))

    assert set(event.properties["paths"]) == {"*", "a", "a.*"}


def test_traits_and_other_types_have_entries_of_their_own():
    """Identify and group are known by their traits, each type for itself."""
    events = see(a_record({"plan": "pro"}, kind="identify"), a_record({"name": "ACME"}, kind="group"), a_record({}))

    assert {(event.type, event.name) for event in events} == {("identify", ""), ("group", ""), ("track", "Order")}


def test_an_event_has_so_many_properties():
    """Properties of one event are bounded, in one batch and over many."""
    first = see(a_record({f"p{number}": 1 for number in range(300)}))[0]
    second = see(a_record({f"q{number}": 1 for number in range(300)}))[0]

    assert len(first.properties["paths"]) == 200
    assert len(merged(first, second).properties["paths"]) == 200


def test_joining_is_the_same_in_any_order():
    """Counts come out alike whatever the order of the batches; and as if it had been one batch."""
    parts = [see(a_record({"a": number, "b": "x"}, at=NOON + number * DAY_MS))[0] for number in range(3)]
    whole = see(*[a_record({"a": number, "b": "x"}, at=NOON + number * DAY_MS) for number in range(3)])[0]

    for order in itertools.permutations(parts):
        joined = None
        for part in order:
            joined = merged(joined, part)
        assert joined == whole
