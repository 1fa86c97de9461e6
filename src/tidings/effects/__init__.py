"""Effects: what a step asks of storage, as values. Verbs make them, ports write them."""

from tidings.effects.inbound import Effects, MappedTemplate, ProfileWrite, Sighting
from tidings.effects.outbound import AttemptStart, Claim, Settlement

__all__ = ["AttemptStart", "Claim", "Effects", "MappedTemplate", "ProfileWrite", "Settlement", "Sighting"]
