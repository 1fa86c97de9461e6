"""Claims of one worker: while it begins a batch, the next is claimed beside it."""

import asyncio

from tidings.clock import Clock
from tidings.effects import Claim
from tidings.ports import MessageQueue


class Claiming:
    """Takes batches out of the due queue. What was claimed ahead and is not begun goes back with the rest."""

    def __init__(self, queue: MessageQueue, clock: Clock, *, worker: str, claim_ms: int) -> None:
        self._queue = queue
        self._clock = clock
        self._worker = worker
        self._claim_ms = claim_ms
        self._ahead: asyncio.Task[list[Claim]] | None = None

    async def take(self, limit: int) -> list[Claim]:
        """Give what was claimed ahead, else claim so many."""
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            if claims := await ahead:
                return claims
        return await self._claim(limit)

    def look_ahead(self, limit: int) -> None:
        """Claim the next batch meanwhile."""
        if self._ahead is None:
            self._ahead = asyncio.create_task(self._claim(limit))

    async def give_back(self) -> None:
        """Give back what was not begun."""
        if self._ahead is not None:
            ahead, self._ahead = self._ahead, None
            await asyncio.wait((ahead,))
        await self._queue.release(self._worker)

    async def _claim(self, limit: int) -> list[Claim]:
        now = self._clock.now_ms()
        return await self._queue.claim(worker=self._worker, now=now, until=now + self._claim_ms, limit=limit)
