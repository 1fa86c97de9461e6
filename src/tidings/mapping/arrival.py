"""A record at its place, and the rules that the inbound step follows."""

import msgspec

from tidings.records import Record

HOUR_MS = 3_600_000


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """A record, whose it is, and where it stands in the stream."""

    environment_id: int
    source_id: int
    position: int
    record: Record


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation has decided."""

    dedup_window_ms: int = 24 * HOUR_MS
    historical_after_ms: int = 72 * HOUR_MS
    """Tracks older than this, at arrival, start no notification."""
    profile_bytes_max: int = 512 * 1024
    """An identify that would make a profile larger than this is kept back: nothing may grow without bound."""
