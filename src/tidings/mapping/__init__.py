"""From a batch of records to its effects: profiles merged, events recorded, messages made. Pure."""

from tidings.mapping.arrival import Arrival, Rules
from tidings.mapping.asked import who
from tidings.mapping.batch import Applied, apply
from tidings.mapping.integrations import allows_courier
from tidings.mapping.sightings import sighting

__all__ = ["Applied", "Arrival", "Rules", "allows_courier", "apply", "sighting", "who"]
