"""Records: the items of the stream."""

from tidings.records.append import Append, Entry
from tidings.records.record import Record, user_key

__all__ = ["Append", "Entry", "Record", "user_key"]
