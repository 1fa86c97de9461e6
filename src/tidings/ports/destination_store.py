"""Destinations; settings are encrypted at rest."""

from typing import Protocol

from tidings.destinations import Destination


class DestinationStore(Protocol):
    """Destinations of an environment. What is stored of their settings cannot be read without the secret key.

    The built-in one is always there, as it is by default until it is put.
    """

    async def put(self, destination: Destination) -> None:
        """Create or replace. Raises `Conflict` when its name is taken by another, `TooLarge` past 100."""
        ...

    async def replace(self, stored: Destination, changed: Destination) -> bool:
        """Put `changed` in the place of `stored`, as it was read; False when something else stands there by now.

        Of two who change the same one at once, the second is told, so that neither's change is lost. Raises as `put`,
        and `NotFound` when it is gone.
        """
        ...

    async def get(self, environment_id: int, destination_id: str) -> Destination:
        """Read one. Raises `NotFound`."""
        ...

    async def all(self, environment_id: int) -> list[Destination]:
        """List all, the built-in one first, then oldest first."""
        ...

    async def delete(self, environment_id: int, destination_id: str) -> None:
        """Delete one, with all that waited for it. Raises `NotFound`, `Conflict` for the built-in one."""
        ...

    async def everywhere(self) -> list[Destination]:
        """List the outside destinations of every environment, for those who deliver."""
        ...

    async def version(self) -> int:
        """Tell a number that grows with every change of a source or destination, to know when to read again."""
        ...
