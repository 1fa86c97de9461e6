"""Timing: when a message may go, in whose zone (courier-semantics.md §11)."""

from tidings.timing.delay import Delay, Expiry, due_at, duration_ms, expires_at
from tidings.timing.opening_hours import OpeningHours
from tidings.timing.zone import zone_of, zone_of_recipient

__all__ = ["Delay", "Expiry", "OpeningHours", "due_at", "duration_ms", "expires_at", "zone_of", "zone_of_recipient"]
