"""Whom, and by which way: message, profile and providers to a route, and how far it has come. Pure."""

from tidings.routing.patience import Patience
from tidings.routing.plan import ORDER, Branch, Route, Unroutable, plan
from tidings.routing.progress import Arrived, Awaiting, Flying, Open, Passed, Progress, Stuck, progress
from tidings.routing.reach import KNOWN_CHANNELS, addresses_on
from tidings.routing.wish import channel_settings, provider_override
from tidings.routing.written import STATIC, read, shown

__all__ = [
    "KNOWN_CHANNELS",
    "ORDER",
    "STATIC",
    "Arrived",
    "Awaiting",
    "Branch",
    "Flying",
    "Open",
    "Passed",
    "Patience",
    "Progress",
    "Route",
    "Stuck",
    "Unroutable",
    "addresses_on",
    "channel_settings",
    "plan",
    "progress",
    "provider_override",
    "read",
    "shown",
]
