"""Audiences: groups of users that are said by a filter over profiles (courier-api.md §7)."""

from tidings.audiences.audience import AUDIENCES_MAX, Audience, Change, Member, changed, check_audience_id
from tidings.audiences.compiled import Finding, compiled
from tidings.audiences.filter import ACCOUNT, Filter, read_filter, shown_filter
from tidings.audiences.judging import Changes, Person, judge

__all__ = [
    "ACCOUNT",
    "AUDIENCES_MAX",
    "Audience",
    "Change",
    "Changes",
    "Filter",
    "Finding",
    "Member",
    "Person",
    "changed",
    "check_audience_id",
    "compiled",
    "judge",
    "read_filter",
    "shown_filter",
]
