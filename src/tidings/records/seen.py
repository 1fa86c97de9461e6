"""A record of the stream at its place."""

import msgspec

from tidings.records.record import Record


class Seen(msgspec.Struct, frozen=True, gc=False):
    """A record, whose it is, and where it stands."""

    environment_id: int
    source_id: int
    position: int
    record: Record
