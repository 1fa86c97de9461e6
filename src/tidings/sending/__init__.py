"""What an outcome means: retry, next way, or the end. Pure."""

from tidings.sending.closing import closing
from tidings.sending.drop import dropped
from tidings.sending.fair import Queue, share_out, shares
from tidings.sending.retry import ATTEMPTS_MAX, retry_at
from tidings.sending.settle import UNKNOWN, Ahead, cut_off, out_of_time, settle

__all__ = [
    "ATTEMPTS_MAX",
    "UNKNOWN",
    "Ahead",
    "Queue",
    "closing",
    "cut_off",
    "dropped",
    "out_of_time",
    "retry_at",
    "settle",
    "share_out",
    "shares",
]
