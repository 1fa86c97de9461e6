"""From bytes to records: decode, check, stamp. Pure."""

from tidings.ingest.door import BATCH, IMPORT, INBOUND, Door
from tidings.ingest.packing import pack, partition_of, unpack
from tidings.ingest.request import CallRefused, Request, ingest, open_body

__all__ = [
    "BATCH",
    "IMPORT",
    "INBOUND",
    "CallRefused",
    "Door",
    "Request",
    "ingest",
    "open_body",
    "pack",
    "partition_of",
    "unpack",
]
