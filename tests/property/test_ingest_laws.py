"""Laws of the front door: whatever comes in is kept well or refused politely."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.errors import InvalidInput
from tidings.ingest import BATCH, IMPORT, INBOUND, Door, ingest, open_body, pack, unpack
from tidings.records import Record

NOW = 1_700_000_000_000
DOORS = [
    BATCH,
    IMPORT,
    INBOUND,
    *(Door(type=kind) for kind in ("track", "identify", "page", "screen", "group", "alias")),
]

texts = st.text(max_size=20) | st.sampled_from(["", "null", "0", "track", "IDENTIFY", "2020-01-01", "\x00", "x" * 1100])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
keys = ("type", "userId", "anonymousId", "messageId", "event", "name", "category", "groupId", "previousId")
keys += ("timestamp", "originalTimestamp", "sentAt", "properties", "traits", "context", "integrations", "writeKey", "x")
likely = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["track", "identify", "page", "group", "alias"]),
        "userId": st.sampled_from(["ann", "bob"]),
    },
    optional={"event": texts, "messageId": st.sampled_from(["m1", "m2"]), "properties": values, "timestamp": values},
)
items = likely | st.dictionaries(st.sampled_from(keys), values, max_size=8) | values


@pytest.mark.parametrize("door", DOORS)
@given(body=st.binary(max_size=300) | st.text(alphabet='{}[]",:\\u0019dD8e+-. aNI', max_size=80).map(str.encode))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_records_or_a_refusal(door, body) -> None:
    """No bytes whatever make anything but records or `InvalidInput`: nothing there ends in a 500."""
    try:
        outcome = ingest(open_body(body, door), received_at=NOW)
    except InvalidInput as refusal:
        outcome = [refusal.code, refusal.message]
    assert all(outcome)


@given(batch=st.lists(items, max_size=6), beside=st.dictionaries(st.sampled_from(keys), values, max_size=3))
@settings(max_examples=300, deadline=None)
def test_every_item_becomes_one_record_in_its_place(batch, beside) -> None:
    """Each item of a batch is a good record or a discarded one with its reason, and their order is kept."""
    try:
        records = ingest(open_body(json.dumps({**beside, "batch": batch}).encode(), BATCH), received_at=NOW)
    except InvalidInput:
        assert "context" in beside or "integrations" in beside  # too deep, or too large to share
        return
    assert len(records) == len(batch)
    for record, item in zip(records, batch, strict=True):
        body = msgspec.json.decode(record.body)
        assert body == json.loads(record.body)
        assert b"\\u0000" not in record.body
        assert bool(record.discarded) == bool(record.detail)
        assert isinstance(item, dict) or record.discarded
        assert not isinstance(body, dict) or "writeKey" not in body
        if not record.discarded:
            assert record.type != "unknown"
            assert record.user_key or "blocked_id" in record.warnings
            assert len(record.message_id) <= 100
    good = [record.message_id for record in records if not record.discarded]
    assert len(set(good)) == len(good)


@given(call=likely)
@settings(max_examples=200, deadline=None)
def test_both_ways_read_the_same(call) -> None:
    """A call that is read the fast way says the same when an unknown field makes it be read patiently."""
    records = [
        ingest(open_body(json.dumps({"batch": [item]}).encode(), BATCH), received_at=NOW)[0]
        for item in ({"messageId": "m", **call}, {"messageId": "m", **call, "_": 1})
    ]
    fast, patient = (msgspec.structs.asdict(record) | {"body": b""} for record in records)
    assert fast == patient


records = st.builds(
    Record,
    type=st.just("track"),
    message_id=st.text(max_size=5),
    user_id=st.none() | st.sampled_from(["ann", "bob", "cy", "d"]),
    anonymous_id=st.none() | st.sampled_from(["ann", "x"]),
    name=st.none() | texts,
    timestamp=st.integers(-(2**60), 2**60),
    received_at=st.just(NOW),
    body=st.binary(max_size=20),
    warnings=st.lists(texts, max_size=2).map(tuple),
)


@given(given=st.lists(records, max_size=40), partitions=st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_packing_keeps_each_users_order_and_loses_nothing(given, partitions) -> None:
    """All of a user's records lie in one partition, in order, as they were."""
    appends = pack(given, environment_id=1, source_id=2, received_at=NOW, partitions=partitions)
    back = [(append.partition, record) for append in appends for record in unpack(append)]
    assert len(back) == len(given)
    for key in {record.user_key for record in given}:
        mine = [(partition, record) for partition, record in back if record.user_key == key]
        assert [record for _, record in mine] == [record for record in given if record.user_key == key]
        assert len({partition for partition, _ in mine}) == 1
