"""Records: the items of the stream."""

from tidings.records.append import Append, Entry
from tidings.records.archive_file import DAY_MS, ArchiveFile, CallFilter, date_of
from tidings.records.record import Record, user_key
from tidings.records.redaction import without
from tidings.records.seen import Seen
from tidings.records.stamps import stamps_of

__all__ = [
    "DAY_MS",
    "Append",
    "ArchiveFile",
    "CallFilter",
    "Entry",
    "Record",
    "Seen",
    "date_of",
    "stamps_of",
    "user_key",
    "without",
]
