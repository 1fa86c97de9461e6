"""Preferences as they come with a list, a subscription or a request (courier-api.md §1.2, `Preference`)."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Choice = Literal["OPTED_IN", "OPTED_OUT", "REQUIRED"]
_COUNT_MAX = 100
_Word = Annotated[str, Meta(max_length=256)]


class ChannelChoice(msgspec.Struct, frozen=True):
    """One channel that is wanted."""

    channel: _Word


class Snooze(msgspec.Struct, frozen=True, omit_defaults=True):
    """A time in which nothing is wanted; ISO-8601."""

    until: _Word
    start: _Word | None = None


class Wish(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wanted of one topic."""

    status: Choice
    channel_preferences: Annotated[tuple[ChannelChoice, ...], Meta(max_length=_COUNT_MAX)] | None = None
    rules: Annotated[tuple[Snooze, ...], Meta(max_length=_COUNT_MAX)] | None = None


class Wishes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wanted, by topic; `notifications` may name templates too."""

    notifications: Annotated[dict[_Word, Wish], Meta(max_length=_COUNT_MAX)] | None = None
    categories: Annotated[dict[_Word, Wish], Meta(max_length=_COUNT_MAX)] | None = None


def wishes_of(wishes: Wishes | None) -> dict[str, Any] | None:
    """Lay wishes out as JSON; None when there are none."""
    return None if wishes is None else msgspec.to_builtins(wishes)


def wish_for(wishes: Any, *names: str | None) -> Wish | None:
    """Find what is wished of a topic or template, by any of its names, in wishes as JSON; None when nothing is."""
    if not isinstance(wishes, dict):
        return None
    for kind in ("notifications", "categories"):
        named = wishes.get(kind)
        for name in names:
            if name and isinstance(named, dict) and name in named:
                return msgspec.convert(named[name], Wish)
    return None
