"""Sources and their write keys."""

from typing import Protocol

from tidings.workspaces import Source, SourceGrant


class SourceStore(Protocol):
    """Sources. Write keys are found by their hash.

    A copy encrypted with the secret key lets an owner see them again.
    """

    async def add(self, environment_id: int, name: str, write_key: str, *, now: int) -> Source:
        """Make a source with this write key. The same key again gives the source that stands.

        Raises `Conflict` when the key belongs to a source of another environment.
        """
        ...

    async def all(self, environment_id: int) -> list[Source]:
        """List the environment's sources, oldest first."""
        ...

    async def write_key(self, environment_id: int, source_id: int) -> str:
        """Show a source's write key to an owner. Raises `NotFound`."""
        ...

    async def grants(self) -> list[SourceGrant]:
        """List what every write key opens (disabled sources too, marked), for the front door to hold."""
        ...

    async def refused(self, counts: dict[str, int], *, now: int) -> None:
        """Add to the counts of requests that no source could be found for, by reason."""
        ...

    async def refusals(self) -> dict[str, int]:
        """Read those counts."""
        ...
