"""A follower: reads the stream behind the inbound step, at its own pace, and does one thing with it.

It has its own offset in each partition. Whoever dies after telling the outside and before moving the offset tells it
again: at least once, with ids by which the other side can see that. Effects and offset are one transaction.
"""

from collections.abc import Sequence
from typing import Protocol

import structlog

from tidings.clock import Clock
from tidings.effects import FollowerEffects
from tidings.pipeline.arrivals import seen_of
from tidings.ports import FollowerStore, Stream
from tidings.records import Seen

log = structlog.get_logger()


class Step(Protocol):
    """What a follower does with a batch. A new capability is a name and such a step."""

    @property
    def reader(self) -> str:
        """Its name among the stream's readers."""
        ...

    async def take(self, batch: Sequence[Seen]) -> FollowerEffects | None:
        """Do it, and say what to write; None when it cannot be done now, and nothing was."""
        ...


class Follower:
    """Takes a step through the stream."""

    def __init__(self, *, stream: Stream, store: FollowerStore, step: Step, count_max: int = 500) -> None:
        self.step = step
        self._stream = stream
        self._store = store
        self._count_max = count_max
        self._after: dict[int, int] = {}
        self._behind: set[int] = set()

    @property
    def is_behind(self) -> bool:
        """Tell whether some partition held more than its last batch took."""
        return bool(self._behind)

    async def run_once(self, partition: int) -> bool:
        """Take the next batch of a partition; False when there is none, or it cannot be taken now.

        Raises `Unavailable` when storage is.
        """
        after = self._after.get(partition)
        if after is None:
            after = self._after[partition] = await self._store.offset(self.step.reader, partition)
        ceiling = await self._store.ceiling(partition)
        if after >= ceiling:
            self._behind.discard(partition)
            return False
        entries = await self._stream.read(partition, after, count_max=self._count_max)
        entries = [entry for entry in entries if entry.offset <= ceiling]
        through = entries[-1].offset if entries else ceiling  # nothing there: it was trimmed, or is another's
        (self._behind.add if through < ceiling else self._behind.discard)(partition)
        effects = await self.step.take(await seen_of(entries, self._store))
        if effects is None:
            return False
        applied = await self._store.apply(self.step.reader, partition, after=after, through=through, effects=effects)
        if applied:
            self._after[partition] = through
        else:  # somebody moved it: another worker, or the trimming
            log.info("follower.overtaken", reader=self.step.reader, partition=partition)
            del self._after[partition]
        return True

    async def round(self, partitions: int) -> bool:
        """Take a batch of each partition; tell whether there was any."""
        return any([await self.run_once(partition) for partition in range(partitions)])


class UnhurriedFollower(Follower):
    """A follower that takes all there is, in large batches, and then rests: for what costs much each time."""

    def __init__(
        self, *, stream: Stream, store: FollowerStore, step: Step, count_max: int, every_ms: int, clock: Clock
    ) -> None:
        super().__init__(stream=stream, store=store, step=step, count_max=count_max)
        self._every_ms = every_ms
        self._clock = clock
        self._rests_until: dict[int, int] = {}

    async def run_once(self, partition: int) -> bool:
        """Take the next batch of a partition, unless it is resting; False when there is none."""
        now = self._clock.now_ms()
        if now < self._rests_until.get(partition, 0):
            return False
        moved = await super().run_once(partition)
        if not moved:
            self._rests_until[partition] = now + self._every_ms
        return moved
