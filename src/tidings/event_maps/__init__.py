"""Event maps: which template an event sends."""

from tidings.event_maps.event_map import SEGMENT_TRACK_PREFIX, EventMap, segment_event_id

__all__ = ["SEGMENT_TRACK_PREFIX", "EventMap", "segment_event_id"]
