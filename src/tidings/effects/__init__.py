"""Effects: what a step asks of storage, as values. Verbs make them, ports write them."""

from tidings.effects.inbound import Effects, MappedTemplate, ProfileWrite, Sighting
from tidings.effects.outbound import AttemptStart, Claim, Settlement
from tidings.effects.society import Joining, Link, NamedTenant, Society, TenantWrite

__all__ = [
    "AttemptStart",
    "Claim",
    "Effects",
    "Joining",
    "Link",
    "MappedTemplate",
    "NamedTenant",
    "ProfileWrite",
    "Settlement",
    "Sighting",
    "Society",
    "TenantWrite",
]
