"""How a repeated call is recognised."""

from hashlib import blake2b

from tidings.effects import Sighting
from tidings.mapping.arrival import Arrival


def sighting(arrival: Arrival) -> Sighting:
    """Take a call's fingerprint: its user, and its source and `messageId`; what it says does not count (§7 row 40)."""
    record = arrival.record
    digest = blake2b(f"{arrival.source_id}\n{record.message_id}".encode(), digest_size=16).digest()
    return Sighting(arrival.environment_id, record.user_key, digest)
