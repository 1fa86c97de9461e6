"""Tells now and then how the accounts at providers are doing, as this worker sees it."""

import asyncio
from collections.abc import Callable, Sequence

from tidings.clock import Clock
from tidings.pipeline.rest import rest
from tidings.ports import ProviderHealthStore
from tidings.provider_configs import Sighting

EVERY_S = 5.0
"""So old is what is told, at most; one small transaction, and none while nothing was sent."""
KEPT_MS = 3_600_000
"""What workers saw that are no more is kept so long."""


class HealthRound:
    """One telling, and the rest after it."""

    def __init__(
        self, *, sightings: Callable[[], Sequence[Sighting]], store: ProviderHealthStore, worker: str, clock: Clock
    ) -> None:
        self._sightings = sightings
        self._store = store
        self._worker = worker
        self._clock = clock
        self._forgot_at = 0

    async def round(self, stop: asyncio.Event) -> None:
        """Tell what is new, and rest."""
        now = self._clock.now_ms()
        if news := self._sightings():
            await self._store.note(self._worker, news, now=now)
        if now - self._forgot_at > KEPT_MS:
            await self._store.forget(before=now - KEPT_MS)
            self._forgot_at = now
        await rest(stop, EVERY_S)
