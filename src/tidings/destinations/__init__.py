"""Destinations: what a source's calls are handed to. Pure: what is asked of a service, and what its answer means."""

from tidings.destinations.catalog import catalog_entry, decode_settings, entries, kind_of, masked, unmasked
from tidings.destinations.destination import BUILT_IN, COURIER_SOURCE, OUTBOUND_WEBHOOK, READERS, Destination
from tidings.destinations.http import HttpAnswer, HttpFault, HttpRequest
from tidings.destinations.kind import Kind
from tidings.destinations.outcome import Delivered, Outcome, Refused, RetryLater
from tidings.destinations.patience import FOUR_HOURS, Patience
from tidings.destinations.standing import Parked, Standing, standing

__all__ = [
    "BUILT_IN",
    "COURIER_SOURCE",
    "FOUR_HOURS",
    "OUTBOUND_WEBHOOK",
    "READERS",
    "Delivered",
    "Destination",
    "HttpAnswer",
    "HttpFault",
    "HttpRequest",
    "Kind",
    "Outcome",
    "Parked",
    "Patience",
    "Refused",
    "RetryLater",
    "Standing",
    "catalog_entry",
    "decode_settings",
    "entries",
    "kind_of",
    "masked",
    "standing",
    "unmasked",
]
