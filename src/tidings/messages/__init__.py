"""Messages: one thing to tell one recipient."""

from tidings.messages.message import Attempt, Message, Output, tenant_of
from tidings.messages.outcome import Outcome, RetryLater, Sent, Undeliverable, Unknown
from tidings.messages.receipt import Receipt
from tidings.messages.status import FINAL, Reason, Status

__all__ = [
    "FINAL",
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
    "tenant_of",
]
