"""From a record to what an outside destination is told, and what its answer leads to. Pure."""

from tidings.forwarding.announcing import announcement_of
from tidings.forwarding.belonging import deferred_of_members
from tidings.forwarding.circuit import Circuit
from tidings.forwarding.erasing import erasures_of, forgotten_of, is_erasure
from tidings.forwarding.gates import Said, gates
from tidings.forwarding.normalise import normalised
from tidings.forwarding.outlet import (
    Kept,
    Outlet,
    Sent,
    call_id_of,
    deferred_again,
    offer,
    offer_event,
    offer_news,
    outlet_of,
    title_of,
)
from tidings.forwarding.patience import next_try_at
from tidings.forwarding.telling import EVENTS, call_of, place_of

__all__ = [
    "EVENTS",
    "Circuit",
    "Kept",
    "Outlet",
    "Said",
    "Sent",
    "announcement_of",
    "call_id_of",
    "call_of",
    "deferred_again",
    "deferred_of_members",
    "erasures_of",
    "forgotten_of",
    "gates",
    "is_erasure",
    "next_try_at",
    "normalised",
    "offer",
    "offer_event",
    "offer_news",
    "outlet_of",
    "place_of",
    "title_of",
]
