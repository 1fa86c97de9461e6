"""Data logs: the history of a message, in Courier's words."""

from tidings.data_logs.entry import Entry
from tidings.data_logs.explanation import Explanation, Step, Verdict
from tidings.data_logs.forecast import Asked, ChannelReach, Forecast, ProviderChoice, Refused, Sample, Ways
from tidings.data_logs.message_record import MessageDetails, MessageRecord, details, record

__all__ = [
    "Asked",
    "ChannelReach",
    "Entry",
    "Explanation",
    "Forecast",
    "MessageDetails",
    "MessageRecord",
    "ProviderChoice",
    "Refused",
    "Sample",
    "Step",
    "Verdict",
    "Ways",
    "details",
    "record",
]
