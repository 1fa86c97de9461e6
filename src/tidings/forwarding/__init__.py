"""From a record to what an outside destination is told, and what its answer leads to. Pure."""

from tidings.forwarding.circuit import Circuit
from tidings.forwarding.normalise import normalised
from tidings.forwarding.outlet import Kept, Outlet, Sent, offer, outlet_of
from tidings.forwarding.patience import next_try_at

__all__ = ["Circuit", "Kept", "Outlet", "Sent", "next_try_at", "normalised", "offer", "outlet_of"]
