"""A batch as the libraries send it, its items still closed."""

import msgspec
from msgspec import Raw


class Batch(msgspec.Struct, rename="camel", kw_only=True):
    """A batch (segment.md §1.13). What stands beside `batch` holds for every item that does not say otherwise.

    Raw fields are empty when absent. A wrong type there costs nobody their events, so none is refused here.
    """

    batch: list[Raw]
    write_key: Raw = Raw(b"")
    sent_at: Raw = Raw(b"")
    timestamp: Raw = Raw(b"")
    context: Raw = Raw(b"")
    integrations: Raw = Raw(b"")


class Keyed(msgspec.Struct, rename="camel"):
    """The write key of an event, and the sign that it is none but a batch."""

    write_key: Raw = Raw(b"")
    batch: Raw = Raw(b"")
