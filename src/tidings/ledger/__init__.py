"""The ledger: what was accepted, and what became of every bit of it, counted twice and compared."""

from tidings.ledger.account import Account, CallSide, MessageSide
from tidings.ledger.balance import Books, balance, total
from tidings.ledger.tally import (
    ACCEPTED,
    DUPLICATE,
    ERASED,
    HOUR_MS,
    MADE,
    PENDING,
    REQUESTED,
    UNKNOWN,
    Period,
    Tally,
    hour_of,
    summed,
)

__all__ = [
    "ACCEPTED",
    "DUPLICATE",
    "ERASED",
    "HOUR_MS",
    "MADE",
    "PENDING",
    "REQUESTED",
    "UNKNOWN",
    "Account",
    "Books",
    "CallSide",
    "MessageSide",
    "Period",
    "Tally",
    "balance",
    "hour_of",
    "summed",
    "total",
]
