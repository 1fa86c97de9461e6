"""Lists: named groups of users, to send to as one."""

from tidings.lists.pattern import Pattern, check_list_id
from tidings.lists.subscriber_list import SubscriberList, Subscription

__all__ = ["Pattern", "SubscriberList", "Subscription", "check_list_id"]
