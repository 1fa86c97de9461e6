"""A list and who is on it."""

from typing import Any

import msgspec

Json = dict[str, Any]


class SubscriberList(msgspec.Struct, frozen=True, kw_only=True):
    """A named group of users. Times are milliseconds since 1970."""

    environment_id: int
    id: str
    name: str
    preferences: Json | None = None
    """What its subscribers want of its messages, unless they say otherwise themselves."""
    created: int
    updated: int


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """One user on one list."""

    list_id: str
    user_id: str
    preferences: Json | None = None
    created: int = 0
