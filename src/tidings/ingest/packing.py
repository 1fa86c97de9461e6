"""Records as they travel through the stream: packed by partition."""

from collections.abc import Sequence
from zlib import crc32

import msgspec

from tidings.ids import INDEX_MAX
from tidings.records import Append, Entry, Record

ENTRY_BYTES_MAX = 512 * 1024
"""Half of what a NATS server takes in one message; one record that is larger stands alone."""

_write = msgspec.msgpack.Encoder().encode
_read = msgspec.msgpack.Decoder(list[Record]).decode


def pack(
    records: Sequence[Record], *, environment_id: int, source_id: int, received_at: int, partitions: int
) -> list[Append]:
    """Pack a request's records, in order, one append for each partition that has any.

    All records of a user go to one partition; which one never changes for a number of partitions.
    """
    groups: dict[int, list[Record]] = {0: list(records)} if records and partitions == 1 else {}
    if partitions > 1:
        for record in records:
            groups.setdefault(partition_of(environment_id, record.user_key, partitions), []).append(record)
    return [
        Append(
            partition=partition,
            environment_id=environment_id,
            source_id=source_id,
            received_at=received_at,
            count=count,
            records=packed,
        )
        for partition, group in groups.items()
        for count, packed in _parts(group)
    ]


def unpack(entry: Append | Entry) -> list[Record]:
    """Read an entry's records, in order."""
    return _read(entry.records)


def partition_of(environment_id: int, user_key: str, partitions: int) -> int:
    """Tell in which partition all records of a user are."""
    return crc32(f"{environment_id}\n{user_key}".encode()) % partitions


def _parts(group: list[Record]) -> list[tuple[int, bytes]]:
    """Cut a group to what one entry can hold; tell of each part how many records it packs."""
    packed = _write(group)
    if len(group) == 1 or (len(group) <= INDEX_MAX + 1 and len(packed) <= ENTRY_BYTES_MAX):
        return [(len(group), packed)]
    middle = len(group) // 2
    return _parts(group[:middle]) + _parts(group[middle:])
