"""Which template an event sends."""

import msgspec

SEGMENT_TRACK_PREFIX = "Segment-TrackEvent:"
"""Tells Segment's track events from other events (segment.md §6 R23)."""


class EventMap(msgspec.Struct, frozen=True):
    """One event and the template it sends. Event ids match exactly: case and blanks count (R34)."""

    event_id: str
    template_id: str


def segment_event_id(event: str) -> str:
    """Name a track event as the event map and the data log do."""
    return SEGMENT_TRACK_PREFIX + event
