"""Effects: what a step asks of storage, as values. Verbs make them, ports write them."""

from tidings.effects.follower import Deferred, Failure, FollowerEffects, Forgotten, Sighted, StatusNews, Tally
from tidings.effects.inbound import Arrangement, Effects, Engine, MappedTemplate, ProfileWrite, Sighting
from tidings.effects.outbound import AttemptStart, Claim, Gathered, Settlement
from tidings.effects.society import Joining, Link, NamedTenant, Society, TenantWrite

__all__ = [
    "Arrangement",
    "AttemptStart",
    "Claim",
    "Deferred",
    "Effects",
    "Engine",
    "Failure",
    "FollowerEffects",
    "Forgotten",
    "Gathered",
    "Joining",
    "Link",
    "MappedTemplate",
    "NamedTenant",
    "ProfileWrite",
    "Settlement",
    "Sighted",
    "Sighting",
    "Society",
    "StatusNews",
    "Tally",
    "TenantWrite",
]
