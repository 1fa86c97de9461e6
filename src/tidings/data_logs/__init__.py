"""Data logs: the history of a message, in Courier's words."""

from tidings.data_logs.entry import Entry
from tidings.data_logs.explanation import Explanation, Step, Verdict
from tidings.data_logs.forecast import Asked, ChannelReach, Forecast, ProviderChoice, Refused, Sample, Ways
from tidings.data_logs.message_record import MessageDetails, MessageRecord, details, record
from tidings.data_logs.written import AttemptRequest, MessageRequests, Written, WrittenMail, WrittenRequest

__all__ = [
    "Asked",
    "AttemptRequest",
    "ChannelReach",
    "Entry",
    "Explanation",
    "Forecast",
    "MessageDetails",
    "MessageRecord",
    "MessageRequests",
    "ProviderChoice",
    "Refused",
    "Sample",
    "Step",
    "Verdict",
    "Ways",
    "Written",
    "WrittenMail",
    "WrittenRequest",
    "details",
    "record",
]
