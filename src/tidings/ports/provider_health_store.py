"""How accounts at providers are doing."""

from collections.abc import Sequence
from typing import Protocol

from tidings.provider_configs import Health, Sighting


class ProviderHealthStore(Protocol):
    """What each worker saw of late, put together for whoever asks."""

    async def note(self, worker: str, sightings: Sequence[Sighting], *, now: int) -> None:
        """Put what a worker sees now in the place of what it saw before, account by account."""
        ...

    async def read(self, environment_id: int, *, now: int) -> dict[str, Health]:
        """Tell how the accounts of an environment are doing, by id; those that nobody used of late are left out."""
        ...

    async def forget(self, *, before: int) -> None:
        """Drop what was seen before: workers come and go."""
        ...
