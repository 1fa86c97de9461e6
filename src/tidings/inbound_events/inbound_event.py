"""One call in the log, and what became of it."""

from enum import StrEnum

import msgspec

from tidings.ids import derived_id


class EventStatus(StrEnum):
    """What became of a call."""

    MAPPED = "MAPPED"
    """A track that became a message; the message has the event's id."""
    UNMAPPED = "UNMAPPED"
    """A track without a published and mapped template (segment.md §6 R31)."""
    APPLIED = "APPLIED"
    """An identify merged into its profile, a group recorded."""
    FILTERED = "FILTERED"
    """Kept back: by the integrations object, its type, its age; `reason` says which."""
    DISCARDED = "DISCARDED"
    """Accepted but not usable; `reason` is the slug of segment.md §1.6, `detail` says what and where."""


class InboundEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call in the log. Times are milliseconds since 1970, UTC."""

    environment_id: int
    user_key: str
    received_at: int
    position: int
    source_id: int
    type: str
    name: str | None
    message_id: str
    timestamp: int
    status: EventStatus
    reason: str = ""
    detail: str = ""
    warnings: tuple[str, ...] = ()
    body: bytes = b"{}"
    """The call as JSON, as it came (see `Record.body`)."""

    @property
    def id(self) -> str:
        """The event's id, and of the message it became: derived from its place in the stream."""
        return derived_id(self.received_at, self.position)
