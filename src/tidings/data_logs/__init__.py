"""Data logs: the history of a message, in Courier's words."""

from tidings.data_logs.entry import Entry
from tidings.data_logs.explanation import Explanation, Step, Verdict
from tidings.data_logs.message_record import MessageDetails, MessageRecord, details, record

__all__ = ["Entry", "Explanation", "MessageDetails", "MessageRecord", "Step", "Verdict", "details", "record"]
