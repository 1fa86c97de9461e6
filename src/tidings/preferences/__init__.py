"""Preferences: what a user wants to be told, and how (courier-semantics.md §5)."""

from tidings.preferences.wishes import Wish, Wishes, wishes_of

__all__ = ["Wish", "Wishes", "wishes_of"]
