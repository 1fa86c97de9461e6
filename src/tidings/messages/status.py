"""Courier's words for where a message stands and why (courier-semantics.md §9)."""

from enum import StrEnum


class Status(StrEnum):
    """Where a message stands."""

    ENQUEUED = "ENQUEUED"
    DELAYED = "DELAYED"
    ROUTED = "ROUTED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    OPENED = "OPENED"
    CLICKED = "CLICKED"
    DIGESTED = "DIGESTED"
    FILTERED = "FILTERED"
    THROTTLED = "THROTTLED"
    SIMULATED = "SIMULATED"
    UNMAPPED = "UNMAPPED"
    UNROUTABLE = "UNROUTABLE"
    UNDELIVERABLE = "UNDELIVERABLE"
    CANCELED = "CANCELED"


class Reason(StrEnum):
    """Why a message ended where it did."""

    BOUNCED = "BOUNCED"
    FAILED = "FAILED"
    FILTERED = "FILTERED"
    NO_CHANNELS = "NO_CHANNELS"
    NO_PROVIDERS = "NO_PROVIDERS"
    OPT_IN_REQUIRED = "OPT_IN_REQUIRED"
    PROVIDER_ERROR = "PROVIDER_ERROR"
    UNPUBLISHED = "UNPUBLISHED"
    UNSUBSCRIBED = "UNSUBSCRIBED"


FINAL = frozenset(Status) - {Status.ENQUEUED, Status.DELAYED, Status.ROUTED}
"""Statuses in which the outbound step has nothing left to do."""
