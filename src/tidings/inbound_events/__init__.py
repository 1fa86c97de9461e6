"""Inbound events: the log of every call that came in, and what became of it."""

from tidings.inbound_events.inbound_event import EventStatus, InboundEvent

__all__ = ["EventStatus", "InboundEvent"]
