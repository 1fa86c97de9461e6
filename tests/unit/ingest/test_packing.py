import msgspec
import pytest

from tidings.ingest import pack, unpack
from tidings.ingest.packing import ENTRY_BYTES_MAX
from tidings.records import Record


def record(user: str, at: int) -> Record:
    """Make a track."""
    return Record(
        type="track",
        message_id=f"m{at}",
        user_id=user,
        anonymous_id=None,
        name="Signed Up",
        timestamp=at,
        received_at=at,
        body=b"{}",
    )


@pytest.mark.parametrize("partitions", [1, 4])
def test_unpacking_gives_what_was_packed(partitions) -> None:
    """Every record comes back whole, from the partition of its user."""
    records = [record(f"user {at % 7}", at) for at in range(50)]
    appends = pack(records, environment_id=1, source_id=2, received_at=3, partitions=partitions)
    back = [item for append in appends for item in unpack(append)]
    assert sorted(back, key=lambda item: item.timestamp) == records
    assert {append.partition for append in appends} <= set(range(partitions))
    assert sum(append.count for append in appends) == len(records)


def test_a_users_partition_never_changes() -> None:
    """The partition of a user is part of what is stored: it must be the same in every version."""
    [append] = pack([record("ann", 1)], environment_id=1, source_id=2, received_at=3, partitions=16)
    assert append.partition == 5


def test_nothing_packs_to_nothing() -> None:
    """A request without records appends nothing."""
    assert pack([], environment_id=1, source_id=2, received_at=3, partitions=1) == []


def test_more_than_an_entry_holds_becomes_several() -> None:
    """An entry numbers its records with twelve bits; more records make more entries, in order."""
    records = [record("ann", at) for at in range(5000)]
    appends = pack(records, environment_id=1, source_id=2, received_at=3, partitions=1)
    assert len(appends) == 2
    assert max(append.count for append in appends) <= 4096
    assert [item for append in appends for item in unpack(append)] == records


def test_more_bytes_than_an_entry_holds_become_several() -> None:
    """Large records make several entries, in order, each within the bound; one that is beyond it stands alone."""
    large = [msgspec.structs.replace(record("ann", at), body=bytes(size)) for at, size in enumerate([200_000] * 7)]
    records = [*large, msgspec.structs.replace(record("ann", 7), body=bytes(2 * ENTRY_BYTES_MAX)), record("ann", 8)]
    appends = pack(records, environment_id=1, source_id=2, received_at=3, partitions=1)
    assert [item for append in appends for item in unpack(append)] == records
    assert all(len(append.records) <= ENTRY_BYTES_MAX or append.count == 1 for append in appends)
    assert all(len(unpack(append)) == append.count for append in appends)
