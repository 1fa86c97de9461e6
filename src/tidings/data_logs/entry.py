"""One line of a message's history (courier-api.md §3, HistoryEvent)."""

from typing import Any

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a message's history.

    `ordinal` is derived from the step that wrote it, so that a step which runs again writes the same lines.
    """

    environment_id: int
    message_id: str
    ordinal: int
    """Lines of one message sort by it: 0 to 99 enqueueing, then 100 times the attempt's number and up."""
    type: str
    """ENQUEUED, MAPPED, PROFILE_LOADED, RENDERED, DELIVERING, SENT, UNMAPPED, UNROUTABLE, UNDELIVERABLE, …"""
    ts: int
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    """What the type carries besides `ts` and `type`."""
