"""Every event that sources have sent, and what its properties look like."""

from collections.abc import Sequence
from typing import Protocol

from tidings.effects import Sighted


class EventCatalogue(Protocol):
    """What is known of events, by environment, source, type and name. `FollowerStore.apply` writes it."""

    async def known(self, keys: Sequence[tuple[int, int, str, str]]) -> dict[tuple[int, int, str, str], Sighted]:
        """Read some, by (environment, source, type, name); the unknown are left out."""
        ...

    async def count(self, environment_id: int, source_id: int) -> int:
        """Count a source's events."""
        ...

    async def of_source(self, environment_id: int, source_id: int) -> list[Sighted]:
        """List a source's events, by type and name."""
        ...

    async def of_name(self, environment_id: int, type: str, name: str) -> list[Sighted]:  # noqa: A002 (Segment's word)
        """Read one event as every source of the environment has sent it; 100 sources at most."""
        ...
