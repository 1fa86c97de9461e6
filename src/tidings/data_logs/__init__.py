"""Data logs: the history of a message, in Courier's words."""

from tidings.data_logs.entry import Entry
from tidings.data_logs.explanation import Explanation, Step, Verdict

__all__ = ["Entry", "Explanation", "Step", "Verdict"]
