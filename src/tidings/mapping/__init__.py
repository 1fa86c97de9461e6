"""From a batch of records to its effects: profiles merged, events recorded, messages made. Pure."""

from tidings.mapping.arrival import Arrival, Rules
from tidings.mapping.asked import maybe_suppressed, who
from tidings.mapping.batch import Applied, apply
from tidings.mapping.expanding import completed, expansion_of_round, messages_of, round_of
from tidings.mapping.message import enqueued
from tidings.mapping.sightings import sighting

__all__ = [
    "Applied",
    "Arrival",
    "Rules",
    "apply",
    "completed",
    "enqueued",
    "expansion_of_round",
    "maybe_suppressed",
    "messages_of",
    "round_of",
    "sighting",
    "who",
]
