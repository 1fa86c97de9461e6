"""What tenants want for their users until those choose (courier-api.md §15, `default_preferences`)."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tidings.errors import InvalidInput
from tidings.preferences.wishes import Choice

ITEMS_MAX = 1_000
"""As many as topics."""

_Word = Annotated[str, Meta(min_length=1, max_length=256)]


class Inherited(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one tenant wants of one topic."""

    id: _Word
    """The topic's."""
    status: Choice
    has_custom_routing: bool | None = None
    custom_routing: Annotated[tuple[_Word, ...], Meta(max_length=20)] | None = None

    @property
    def channels(self) -> frozenset[str] | None:
        """The only channels wanted; None for any."""
        return frozenset(self.custom_routing or ()) if self.has_custom_routing else None


class _Items(msgspec.Struct, frozen=True):
    items: Annotated[tuple[Inherited, ...], Meta(max_length=ITEMS_MAX)] = ()


def read_inherited(settings: Any, *, path: str = "default_preferences") -> tuple[Inherited, ...]:
    """Read `default_preferences`. Raises `InvalidInput` for another shape, or a topic that is named twice."""
    try:
        items = msgspec.convert(settings or {}, _Items).items
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error), path=path) from None
    if len({item.id for item in items}) < len(items):
        raise InvalidInput("names a topic twice", path=path)
    return items


def inherited_for(topic_id: str | None, layers: Iterable[Any]) -> Inherited | None:
    """Find what holds for a topic, in the `default_preferences` of a tenant and those above it, nearest first.

    What was kept before it was checked, and cannot be read, says nothing.
    """
    for settings in layers:
        items = settings.get("items") if isinstance(settings, dict) else None
        for item in items if topic_id and isinstance(items, list) else ():
            if isinstance(item, dict) and item.get("id") == topic_id:
                try:
                    return msgspec.convert(item, Inherited)
                except msgspec.ValidationError:
                    break
    return None
