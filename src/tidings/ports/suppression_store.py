"""The suppression list."""

from collections.abc import Sequence
from typing import Protocol

from tidings.ports.page import Page
from tidings.suppressions import Suppression


class SuppressionStore(Protocol):
    """Addresses and users that get nothing more."""

    async def add(self, suppressions: Sequence[Suppression]) -> None:
        """Put on the list; who is on it already stays as they are."""
        ...

    async def remove(self, environment_id: int, address: str) -> None:
        """Take off the list. Raises `NotFound`; `Conflict` for a user whom a regulation put there."""
        ...

    async def get(self, environment_id: int, address: str) -> Suppression:
        """Read one. Raises `NotFound`."""
        ...

    async def page(self, environment_id: int, *, limit: int, cursor: str | None) -> Page[Suppression]:
        """List, by address."""
        ...

    async def among(self, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Suppression]:
        """Find which of these, by environment and address, are on the list."""
        ...
