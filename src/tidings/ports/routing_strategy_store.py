"""Routing strategies."""

from collections.abc import Sequence
from typing import Protocol

from tidings.ports.page import Page
from tidings.routing_strategies import RoutingStrategy


class RoutingStrategyStore(Protocol):
    """Routing strategies of an environment; a thousand at most."""

    async def create(self, strategy: RoutingStrategy) -> RoutingStrategy:
        """Keep a new one. Raises `Conflict` when the id is taken, `TooLarge` past 1 000."""
        ...

    async def replace(self, strategy: RoutingStrategy) -> RoutingStrategy:
        """Replace all but when and by whom it was made. Raises `NotFound`."""
        ...

    async def get(self, environment_id: int, strategy_id: str) -> RoutingStrategy:
        """Read one. Raises `NotFound`."""
        ...

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[RoutingStrategy]:
        """List them, newest first; 100 a page at most."""
        ...

    async def delete(self, environment_id: int, strategy_id: str) -> None:
        """Delete one. Raises `NotFound`, and `Conflict` while a template in use names it, as draft or as published."""
        ...

    async def find(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], RoutingStrategy]:
        """Find strategies by environment and id. The unknown are left out."""
        ...

    async def naming(self, environment_id: int, provider: str) -> list[RoutingStrategy]:
        """List those that ask for a provider, by its key in the catalog; oldest first."""
        ...
