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

    async def names(
        self,
        environment_id: int,
        type: str,  # noqa: A002 (Segment's word)
        *,
        begins: str,
        after: str | None,
        limit: int,
    ) -> list[str]:
        """Name the events of a type that any source has sent, in order, from behind one on."""
        ...

    async def of_names(self, environment_id: int, type: str, names: Sequence[str]) -> list[Sighted]:  # noqa: A002 (as above)
        """Read some events as every source of the environment has sent them."""
        ...

    async def outline(self, environment_id: int) -> list[Sighted]:
        """List the events of all sources without what is known of their properties; 100 000 at most."""
        ...

    async def of_name(self, environment_id: int, type: str, name: str) -> list[Sighted]:  # noqa: A002 (Segment's word)
        """Read one event as every source of the environment has sent it; 100 sources at most."""
        ...
