"""The doors that Segment calls come through."""

import msgspec

from tidings.records.record import RecordType
from tidings.spec import EVENT_BYTES_MAX, FORWARDED_BYTES_MAX, REQUEST_BYTES_MAX


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """What a path says about its calls."""

    type: RecordType | None = None
    """The type of every call here, whatever its body says (segment.md §7 row 23); None asks the body."""
    is_batch: bool = False
    is_historical: bool = False
    is_exact: bool = False
    """Timestamps are right as they stand: they come from an archive, or Segment has corrected them already."""
    is_client_side: bool = False
    """Calls come straight from users' devices here, whatever they say of themselves: a pixel says nothing."""
    bytes_max: int = REQUEST_BYTES_MAX
    """How large the body may be, decoded."""
    event_bytes_max: int = EVENT_BYTES_MAX
    """How large one event may be."""


BATCH = Door(is_batch=True)
IMPORT = Door(is_batch=True, is_historical=True, is_exact=True)
INBOUND = Door(is_exact=True, bytes_max=FORWARDED_BYTES_MAX, event_bytes_max=FORWARDED_BYTES_MAX)
"""`/inbound/segment`: one whole event that Segment forwards."""
