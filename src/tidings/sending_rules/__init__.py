"""Sending rules: when an environment sends at all, and how much to whom, and what is told of it."""

from tidings.sending_rules.rules import Limit, SendingRules, window_of
from tidings.sending_rules.tracking import UNTRACKED, Tracking

__all__ = ["UNTRACKED", "Limit", "SendingRules", "Tracking", "window_of"]
