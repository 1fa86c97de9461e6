"""What calls show of events: their names, and the shape of their properties. Pure."""

from tidings.catalogue.merging import merged
from tidings.catalogue.sighting import sighted

__all__ = ["merged", "sighted"]
