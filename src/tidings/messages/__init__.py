"""Messages: one thing to tell one recipient."""

from tidings.messages.chain import CHAIN_MAX, MARK, chain_of, circle, marked
from tidings.messages.message import Attempt, Message, Output, tags_of, tenant_in, tenant_of
from tidings.messages.outcome import Outcome, RetryLater, Sent, Undeliverable, Unknown
from tidings.messages.receipt import Receipt
from tidings.messages.status import FINAL, Reason, Status

__all__ = [
    "CHAIN_MAX",
    "FINAL",
    "MARK",
    "Attempt",
    "Message",
    "Outcome",
    "Output",
    "Reason",
    "Receipt",
    "RetryLater",
    "Sent",
    "Status",
    "Undeliverable",
    "Unknown",
    "chain_of",
    "circle",
    "marked",
    "tags_of",
    "tenant_in",
    "tenant_of",
]
