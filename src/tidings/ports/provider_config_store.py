"""Provider configurations; settings are encrypted at rest."""

from collections.abc import Sequence
from typing import Protocol

from tidings.provider_configs import ProviderConfig


class ProviderConfigStore(Protocol):
    """Provider configurations of an environment. What is stored cannot be read without the secret key."""

    async def put(self, config: ProviderConfig) -> None:
        """Create as the last, or replace where it stands.

        Raises `Conflict` when its alias is taken by another, `TooLarge` past 1 000.
        """
        ...

    async def get(self, environment_id: int, config_id: str) -> ProviderConfig:
        """Read one. Raises `NotFound`."""
        ...

    async def find(self, config_id: str) -> ProviderConfig:
        """Read one of whatever environment: for webhooks, which know no environment. Raises `NotFound`."""
        ...

    async def all(self, environment_id: int) -> list[ProviderConfig]:
        """List all in the order to try, at most 1 000: as they were arranged, else oldest first."""
        ...

    async def arrange(self, environment_id: int, config_ids: Sequence[str]) -> None:
        """Let these be tried first, in this order, and the others after them as they stand. Raises `NotFound`."""
        ...

    async def delete(self, environment_id: int, config_id: str) -> None:
        """Delete one. Raises `NotFound`."""
        ...

    async def version(self) -> int:
        """Tell a number that grows with every change in any environment, to know when to read again."""
        ...
