"""Whether and when: message, profile, preferences and clock to go, hold or no. Pure."""

from tidings.gates.answer import explained, kept_back
from tidings.gates.verdict import Closed, Go, Hold, No, Verdict
from tidings.gates.wanted import wanted

__all__ = ["Closed", "Go", "Hold", "No", "Verdict", "explained", "kept_back", "wanted"]
