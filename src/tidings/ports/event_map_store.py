"""Event maps: which template an event sends."""

from collections.abc import Sequence
from typing import Protocol

from tidings.event_maps import EventMap


class EventMapStore(Protocol):
    """Event maps of an environment; an event has one template at most, a template may have many events."""

    async def put(self, environment_id: int, event_map: EventMap) -> None:
        """Map an event, anew or again.

        Raises `NotFound` when the template does not exist or is archived, `TooLarge` past 10 000.
        """
        ...

    async def get(self, environment_id: int, event_id: str) -> EventMap:
        """Read one. Raises `NotFound`."""
        ...

    async def of(self, environment_id: int, event_ids: Sequence[str]) -> dict[str, str]:
        """Tell which templates these events send; the unmapped are left out."""
        ...

    async def all(self, environment_id: int) -> list[EventMap]:
        """List all, by event id; at most 10 000."""
        ...

    async def delete(self, environment_id: int, event_id: str) -> None:
        """Unmap. Raises `NotFound`."""
        ...
