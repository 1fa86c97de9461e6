"""From bytes to records: decode, check, stamp. Pure."""

from tidings.ingest.door import BATCH, IMPORT, INBOUND, Door
from tidings.ingest.packing import pack, unpack
from tidings.ingest.request import Request, ingest, open_body

__all__ = ["BATCH", "IMPORT", "INBOUND", "Door", "Request", "ingest", "open_body", "pack", "unpack"]
