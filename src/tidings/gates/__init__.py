"""Whether and when: message, profile, preferences and clock to go, hold or no. Pure."""

from tidings.gates.answer import closed, kept_back
from tidings.gates.gathering import gathered
from tidings.gates.limits import counts_of, throttled
from tidings.gates.moment import delayed, in_window
from tidings.gates.verdict import Closed, Go, Hold, No, Terms, Verdict
from tidings.gates.wanted import wanted

__all__ = [
    "Closed",
    "Go",
    "Hold",
    "No",
    "Terms",
    "Verdict",
    "closed",
    "counts_of",
    "delayed",
    "gathered",
    "in_window",
    "kept_back",
    "throttled",
    "wanted",
]
