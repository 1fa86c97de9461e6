"""What a request gives to each of its items."""

from datetime import datetime
from typing import Any

import msgspec

from tidings.ingest.door import Door
from tidings.ingest.moment import corrected, milliseconds


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """The door, the time, and what a batch says for items that do not say otherwise. Times are milliseconds."""

    door: Door
    received_at: int
    sent_at: int | None = None
    timestamp: int | None = None
    context: dict[str, Any] | None = None
    integrations: dict[str, Any] | None = None
    ip: str = ""
    """Where the request came from; empty when it is not to be kept."""
    has_nul: bool = False
    """A text somewhere in the request may hold NUL."""

    @property
    def is_plain(self) -> bool:
        """Nothing of the batch has to be merged into its items, and no text has to be cleaned."""
        return not (self.context or self.integrations or self.has_nul)

    def times(self, timestamp: int | None, sent_at: int | None) -> tuple[int, int, int | None]:
        """Settle an item's timestamp, original timestamp and time of sending (segment.md §1.11)."""
        sent_at = self.sent_at if sent_at is None else sent_at
        original = self.timestamp if timestamp is None else timestamp
        if original is None:
            original = self.received_at if sent_at is None else sent_at
        if sent_at is None or self.door.is_exact:
            return original, original, sent_at
        return corrected(original, sent_at=sent_at, received_at=self.received_at), original, sent_at


def moment_of(at: datetime | None) -> int | None:
    """Turn a decoded time into milliseconds."""
    return None if at is None else milliseconds(at)
