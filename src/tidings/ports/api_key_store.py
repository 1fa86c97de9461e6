"""API keys and the environments they open."""

from collections.abc import Collection
from typing import Protocol

from tidings.workspaces import ApiKey, ApiKeyGrant, Delivery, Environment


class ApiKeyStore(Protocol):
    """API keys, kept as hashes: a key is shown once, when it is made, and can only be recognised afterwards."""

    async def bootstrap(self, *, now: int) -> list[Environment]:
        """Make the first workspace with its environments `production` and `test`, once; return the environments."""
        ...

    async def environments(self) -> list[Environment]:
        """List all environments, in order of id."""
        ...

    async def add_environment(self, workspace_id: int, name: str, delivery: Delivery) -> Environment:
        """Make one. Raises `Conflict` when the workspace has one of this name, `TooLarge` past 20."""
        ...

    async def rename_environment(self, workspace_id: int, environment_id: int, name: str) -> Environment:
        """Give one another name; its keys and all it holds stay. Raises `NotFound`, `Conflict`."""
        ...

    async def add(self, environment_id: int, key: str, *, name: str, now: int) -> ApiKey:
        """Keep a key (its hash). Adding the same key again is harmless and gives what stands.

        Raises `NotFound` for an unknown environment, `Conflict` when the key opens another one, and `TooLarge` past
        100 keys that open it.
        """
        ...

    async def all(self, workspace_id: int, environment_id: int | None = None) -> list[ApiKey]:
        """List the workspace's keys, or those of one environment, oldest first, revoked ones too."""
        ...

    async def revoke(self, workspace_id: int, key_id: str, *, now: int, environment_id: int | None = None) -> None:
        """Let a key open nothing any more: of the workspace, or of one environment.

        Raises `NotFound`; revoking twice is harmless.
        """
        ...

    async def used(self, key_ids: Collection[str], *, at: int) -> None:
        """Note that keys were used."""
        ...

    async def grants(self) -> list[ApiKeyGrant]:
        """List what every unrevoked key opens, for the front door to hold."""
        ...
