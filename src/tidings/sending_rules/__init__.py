"""Sending rules: when an environment sends at all, and how much to whom."""

from tidings.sending_rules.rules import Limit, SendingRules, window_of

__all__ = ["Limit", "SendingRules", "window_of"]
