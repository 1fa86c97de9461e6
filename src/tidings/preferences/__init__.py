"""Preferences: what a user wants to be told, and how (courier-semantics.md §5)."""

from tidings.preferences.digest import (
    DAYS,
    DIGEST,
    GATHERED_FOR,
    Category,
    Day,
    Digest,
    Frequency,
    Retain,
    Round,
    Schedule,
    digest_message_id,
)
from tidings.preferences.inherited import Inherited, inherited_for, read_inherited
from tidings.preferences.log import Chosen, PreferenceLog, PreferencePage
from tidings.preferences.resolve import Standing, resolve
from tidings.preferences.topic import Allowed, Preference, Section, Topic
from tidings.preferences.wishes import Choice, Wish, Wishes, wish_for, wishes_of

__all__ = [
    "DAYS",
    "DIGEST",
    "GATHERED_FOR",
    "Allowed",
    "Category",
    "Choice",
    "Chosen",
    "Day",
    "Digest",
    "Frequency",
    "Inherited",
    "Preference",
    "PreferenceLog",
    "PreferencePage",
    "Retain",
    "Round",
    "Schedule",
    "Section",
    "Standing",
    "Topic",
    "Wish",
    "Wishes",
    "digest_message_id",
    "inherited_for",
    "read_inherited",
    "resolve",
    "wish_for",
    "wishes_of",
]
