"""Others' words: the Segment Spec's calls as they come over the wire."""

from tidings.spec.batch import Batch, Keyed
from tidings.spec.call import Call
from tidings.spec.limits import (
    BATCH_ITEMS_MAX,
    DEPTH_MAX,
    EVENT_BYTES_MAX,
    FORWARDED_BYTES_MAX,
    ID_BYTES_MAX,
    INTEGER_DIGITS_MAX,
    MERGED_BYTES_MAX,
    MESSAGE_ID_LENGTH_MAX,
    NAME_BYTES_MAX,
    REQUEST_BYTES_MAX,
)

__all__ = [
    "BATCH_ITEMS_MAX",
    "DEPTH_MAX",
    "EVENT_BYTES_MAX",
    "FORWARDED_BYTES_MAX",
    "ID_BYTES_MAX",
    "INTEGER_DIGITS_MAX",
    "MERGED_BYTES_MAX",
    "MESSAGE_ID_LENGTH_MAX",
    "NAME_BYTES_MAX",
    "REQUEST_BYTES_MAX",
    "Batch",
    "Call",
    "Keyed",
]
