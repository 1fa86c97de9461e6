"""Records: the items of the stream."""

from tidings.records.append import Append, Entry
from tidings.records.record import Record, user_key
from tidings.records.redaction import without
from tidings.records.stamps import stamps_of

__all__ = ["Append", "Entry", "Record", "stamps_of", "user_key", "without"]
