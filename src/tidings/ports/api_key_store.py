"""API keys and the environments they open."""

from typing import Protocol

from tidings.workspaces import ApiKey, ApiKeyGrant, Environment


class ApiKeyStore(Protocol):
    """API keys, kept as hashes: a key is shown once, when it is made, and can only be recognised afterwards."""

    async def bootstrap(self, *, now: int) -> list[Environment]:
        """Make the first workspace with its environments `production` and `test`, once; return the environments."""
        ...

    async def environments(self) -> list[Environment]:
        """List all environments, in order of id."""
        ...

    async def add(self, environment_id: int, key: str, *, name: str, now: int) -> ApiKey:
        """Keep a key (its hash). Adding the same key again is harmless and gives what stands."""
        ...

    async def all(self, workspace_id: int) -> list[ApiKey]:
        """List the workspace's keys, oldest first, revoked ones too."""
        ...

    async def revoke(self, workspace_id: int, key_id: str, *, now: int) -> None:
        """Let a key open nothing any more. Raises `NotFound`; revoking twice is harmless."""
        ...

    async def grants(self) -> list[ApiKeyGrant]:
        """List what every unrevoked key opens, for the front door to hold."""
        ...
