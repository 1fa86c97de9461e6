"""Records: the items of the stream."""

from tidings.records.address import without_ip
from tidings.records.append import Append, Entry
from tidings.records.record import Record, user_key
from tidings.records.stamps import stamps_of

__all__ = ["Append", "Entry", "Record", "stamps_of", "user_key", "without_ip"]
