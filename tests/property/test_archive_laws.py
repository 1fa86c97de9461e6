import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.backends.parquet.columns import calls_of, table_of
from tidings.records import Record, Seen

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TIMES = st.integers(-62_135_596_800_000, 253_402_300_799_999)


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            Record,
            type=st.sampled_from(["identify", "track", "page", "screen", "group", "alias"]),
            received_at=TIMES,
            message_id=TEXT,
            user_id=st.none() | TEXT,
            anonymous_id=st.none() | TEXT,
            name=st.none() | TEXT,
            group_id=st.none() | TEXT,
            previous_id=st.none() | TEXT,
            timestamp=TIMES,
            original_timestamp=st.none() | TIMES,
            sent_at=st.none() | TIMES,
            warnings=st.lists(TEXT).map(tuple),
            historical=st.booleans(),
            body=TEXT.map(msgspec.json.encode),
        ),
        max_size=3,
    )
)
def test_a_row_is_the_call(records):
    """Whatever a call holds, what is read back is what was written."""
    calls = [Seen(1, 7, number << 12, record) for number, record in enumerate(records)]
    assert calls_of(1, table_of(calls)) == calls
