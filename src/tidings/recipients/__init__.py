"""Recipients: whom a message's `to` names (courier-api.md §1.2)."""

from tidings.recipients.expansion import Cursor, Expansion, list_lane
from tidings.recipients.recipient import LIST_PREFERENCES, NOT_A_WAY, Recipient, recipient_of
from tidings.recipients.target import (
    BULK_JOB,
    Direct,
    OfAudience,
    OfJob,
    OfList,
    OfPattern,
    OfTenant,
    Target,
    has_way,
    is_many,
    targets,
)

__all__ = [
    "BULK_JOB",
    "LIST_PREFERENCES",
    "NOT_A_WAY",
    "Cursor",
    "Direct",
    "Expansion",
    "OfAudience",
    "OfJob",
    "OfList",
    "OfPattern",
    "OfTenant",
    "Recipient",
    "Target",
    "has_way",
    "is_many",
    "list_lane",
    "recipient_of",
    "targets",
]
