"""How many requests no source was found for: counted here, written now and then."""

import asyncio
from collections import Counter
from contextlib import suppress

import structlog

from tidings.clock import Clock
from tidings.errors import Unavailable
from tidings.ports import SourceStore

WRITE_EVERY_S = 5.0

log = structlog.get_logger()


class RefusalCounts:
    """Counts by reason. A write for every refused request would let strangers keep the database busy."""

    def __init__(self, *, sources: SourceStore, clock: Clock) -> None:
        self._sources = sources
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None

    def add(self, reason: str) -> None:
        """Count one more."""
        self._counts[reason] += 1

    async def start(self) -> None:
        """Begin to write now and then. Safe to call twice."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="refusal counts")

    async def stop(self) -> None:
        """Write what is left and stop. Safe to call twice, and without a start."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.write()

    async def write(self) -> None:
        """Write what was counted; when storage is away, keep it for the next time."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            await self._sources.refused(dict(counts), now=self._clock.now_ms())
        except Unavailable as error:
            self._counts.update(counts)
            log.warning("refusals.not_written", reason=str(error))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            try:
                await self.write()
            except Exception:  # counting goes on
                log.exception("refusals.not_written")
