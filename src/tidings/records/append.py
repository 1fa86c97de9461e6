"""What a request adds to the stream, and where it then stands."""

import msgspec


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """What one request adds to one partition: its records, in order, packed together."""

    partition: int
    environment_id: int
    source_id: int
    """0 for doors that are no source (`/send`)."""
    received_at: int
    count: int
    """How many records are packed in `records`; at most `ids.INDEX_MAX + 1`."""
    records: bytes
    """A MessagePack array of `Record`s."""


class Entry(Append, frozen=True, kw_only=True):
    """An append, at its place in the stream."""

    offset: int
    """Grows within a partition; unique in the whole stream; at most 2^51."""
