"""Sources and their write keys."""

from typing import Protocol

from tidings.workspaces import Refused, Source, SourceChange, SourceGrant, WriteKey


class SourceStore(Protocol):
    """Sources. Write keys are found by their hash; a source may have several, so that one can replace another.

    A copy encrypted with the secret key lets an owner see them again.
    """

    async def add(self, environment_id: int, name: str, write_key: str, *, now: int) -> Source:
        """Make a source with this write key. The same key again gives the source that stands.

        Raises `Conflict` when the key belongs to a source of another environment, `TooLarge` past 1 000 sources.
        """
        ...

    async def all(self, environment_id: int) -> list[Source]:
        """List the environment's sources, oldest first."""
        ...

    async def get(self, environment_id: int, source_id: int) -> Source:
        """Read one. Raises `NotFound`."""
        ...

    async def change(self, environment_id: int, source_id: int, change: SourceChange) -> Source:
        """Change one, and give it as it then stands.

        Raises `NotFound`, `Conflict` when OAuth is to be enforced and the source has no key for it.
        """
        ...

    async def write_keys(self, environment_id: int, source_id: int) -> list[WriteKey]:
        """List a source's write keys, oldest first, revoked ones too. Raises `NotFound`."""
        ...

    async def add_write_key(self, environment_id: int, source_id: int, write_key: str, *, now: int) -> WriteKey:
        """Give a source one more write key; the others open it as before.

        Raises `NotFound`, `Conflict` when the key is taken, `TooLarge` past 20 keys that open the source.
        """
        ...

    async def revoke_write_key(self, environment_id: int, source_id: int, key_id: str, *, now: int) -> None:
        """Let a write key open nothing any more. Raises `NotFound`; revoking twice is harmless."""
        ...

    async def write_key(self, environment_id: int, source_id: int) -> str:
        """Show a source's newest write key to an owner. Raises `NotFound`."""
        ...

    async def grants(self) -> list[SourceGrant]:
        """List what every unrevoked write key opens, for the front door to hold: disabled sources too, marked.

        With each comes whether OAuth is enforced, and the source's OAuth keys.
        """
        ...

    async def refused(self, counts: dict[str, int], *, now: int) -> None:
        """Add to the counts of requests that no source could be found for, by reason."""
        ...

    async def refusals(self) -> list[Refused]:
        """Read those counts, by reason."""
        ...
