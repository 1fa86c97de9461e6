"""From a record to what an outside destination is told, and what its answer leads to. Pure."""

from tidings.forwarding.circuit import Circuit
from tidings.forwarding.normalise import normalised
from tidings.forwarding.outlet import Kept, Outlet, Sent, offer, offer_news, outlet_of
from tidings.forwarding.patience import next_try_at
from tidings.forwarding.telling import EVENTS, call_of, place_of

__all__ = [
    "EVENTS",
    "Circuit",
    "Kept",
    "Outlet",
    "Sent",
    "call_of",
    "next_try_at",
    "normalised",
    "offer",
    "offer_news",
    "outlet_of",
    "place_of",
]
