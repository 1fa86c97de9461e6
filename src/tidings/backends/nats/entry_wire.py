"""How an entry looks inside a JetStream message: a fixed head, then the records as they came."""

import struct
from collections.abc import Mapping

from tidings.records import Append, Entry

_HEAD = struct.Struct(">BQQQI")
_VERSION = 1
HEAD_BYTES = _HEAD.size


def write(append: Append) -> bytes:
    """Write what is kept beside the place."""
    head = _HEAD.pack(_VERSION, append.environment_id, append.source_id, append.received_at, append.count)
    return head + append.records


def read(payload: bytes, *, offset: int, partition: int) -> Entry:
    """Read an entry. Raises `ValueError` when tidings did not write it, or a later version did."""
    if len(payload) < HEAD_BYTES or payload[0] != _VERSION:
        raise ValueError(f"entry {offset} of the stream is not of this version")
    _, environment_id, source_id, received_at, count = _HEAD.unpack_from(payload)
    return Entry(
        offset=offset,
        partition=partition,
        environment_id=environment_id,
        source_id=source_id,
        received_at=received_at,
        count=count,
        records=payload[HEAD_BYTES:],
    )


def sequence(headers: Mapping[str, str]) -> int:
    """Read the place that the server wrote beside a message."""
    return int(headers["Nats-Sequence"])
