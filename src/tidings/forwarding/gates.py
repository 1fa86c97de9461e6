"""What each gate on the way to a destination says of one call, in the order in which they are asked: for people."""

import msgspec

from tidings.forwarding.normalise import normalised
from tidings.forwarding.outlet import Kept, Outlet, Sent
from tidings.records import Record, stamps_of


class Said(msgspec.Struct, frozen=True):
    """One gate's word."""

    gate: str
    """`switch`, `source`, `settings`, `type`, `integrations`, `filter` (each), `filters`; the one that stops: why."""
    passed: bool
    why: str


def gates(outlet: Outlet, record: Record, source_id: int, offered: Sent | Kept) -> list[Said]:
    """Tell how `offer` came to its answer: every gate that let the call through, and the one that did not."""
    said: list[Said] = []
    for gate, reason, why in _asked(outlet, record):
        if gate == "filters" and not outlet.gate.is_open:
            said += _conditions(outlet, record, source_id)
        if isinstance(offered, Kept) and offered.reason == reason:
            return [*said, Said(reason, passed=False, why=offered.detail)]
        said.append(Said(gate, passed=True, why=why))
    return said


def _asked(outlet: Outlet, record: Record) -> list[tuple[str, str, str]]:
    """List each gate, the reason with which it keeps a call, and what it says of one that it lets through."""
    fed = "every source feeds it" if outlet.destination.sources is None else "this source feeds it"
    filtered = "no filter was asked" if outlet.gate.is_open else "none keeps it back"
    return [
        ("switch", "DESTINATION_DISABLED", "it is switched on"),
        ("source", "SOURCE_NOT_CONNECTED", fed),
        ("settings", "INVALID_SETTINGS", "they are whole"),
        ("type", "UNSUPPORTED_EVENT_TYPE", f"it takes {record.type} calls"),
        ("integrations", "FILTERED_BY_INTEGRATIONS_OBJECT", f"the call may go to {outlet.kind.integration}"),
        ("filters", "FILTERED_BY_RULES", filtered),
    ]


def _conditions(outlet: Outlet, record: Record, source_id: int) -> list[Said]:
    told = outlet.gate.explained(msgspec.json.encode(normalised(record)), stamps_of(record), source_id)
    return [Said("filter", passed=True, why=f"{title}: {why}") for title, why in told]
