"""Data logs: the history of a message, in Courier's words."""

from tidings.data_logs.entry import Entry

__all__ = ["Entry"]
