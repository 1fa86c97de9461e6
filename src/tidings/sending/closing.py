"""Closing an address of which a service says, as it is handed a message, that nothing should go there any more."""

import msgspec

from tidings.channels import Way
from tidings.effects import Settlement
from tidings.errors import InvalidInput
from tidings.messages import Outcome, Reason, Undeliverable
from tidings.suppressions import Kind, Suppression, address_of

_ADDRESSES = {"email": "email", "sms": "phone"}
"""Channels with addresses that may be closed. A device that is gone is noted with its tokens."""
_KINDS: dict[tuple[str, Reason], Kind] = {
    ("email", Reason.BOUNCED): "bounce",
    ("email", Reason.UNSUBSCRIBED): "complaint",
    ("sms", Reason.BOUNCED): "bounce",
    ("sms", Reason.UNSUBSCRIBED): "unsubscribe",
}


def closing(settlement: Settlement, way: Way, outcome: Outcome) -> Settlement:
    """Let a settlement close the address that was tried, when its service says so for good (ADR 0083)."""
    if not isinstance(outcome, Undeliverable) or not outcome.for_good:
        return settlement
    kind = _KINDS.get((way.channel, outcome.reason))
    if kind is None:
        return settlement
    try:
        address = address_of(_ADDRESSES[way.channel], way.address)
    except InvalidInput:  # too long for the list, as no address is that anybody has
        return settlement
    closes = Suppression(
        environment_id=settlement.environment_id,
        address=address,
        kind=kind,
        detail=f"told of message {settlement.message_id}",
        created=settlement.at,
    )
    return msgspec.structs.replace(settlement, closes=closes)
