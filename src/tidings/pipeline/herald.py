"""A herald: tells a destination what becomes of messages.

What a follower is to the stream, a herald is to the news of messages: it takes the oldest, hands them to the delivery
that every destination has, and takes them off together with what came of it. Whoever dies in between tells them
again, with the same `messageId`.
"""

import structlog

from tidings.clock import Clock
from tidings.effects import FollowerEffects, StatusNews
from tidings.forwarding import title_of
from tidings.forwarding.tallying import Tallying
from tidings.pipeline.delivery import Delivery
from tidings.ports import StatusNewsStore

log = structlog.get_logger()


class Herald:
    """Takes a delivery through the news that wait for its destination."""

    def __init__(
        self, *, store: StatusNewsStore, step: Delivery, clock: Clock, hold_ms: int, count_max: int = 200
    ) -> None:
        """`hold_ms`: how long news are kept that the destination cannot take; then they are skipped, and counted."""
        self.step = step
        self._store = store
        self._clock = clock
        self._hold_ms = hold_ms
        self._count_max = count_max

    async def round(self, partitions: int = 1) -> bool:  # noqa: ARG002 news have none
        """Tell the oldest news; False when there are none, or they cannot be told now.

        Raises `Unavailable` when storage is.
        """
        destination = self.step.outlet.destination
        key = (destination.environment_id, destination.id)
        news = await self._store.waiting(*key, limit=self._count_max)
        if not news:
            return False
        effects = await self.step.tell(news)
        if effects is None:  # too much waits already
            news, effects = self._too_old(news)
            if not news:
                return False
            log.warning("herald.skipped", destination_id=destination.id, count=len(news))
        if not await self._store.told(*key, news=news, effects=effects):
            log.info("herald.overtaken", destination_id=destination.id)
        return True

    def _too_old(self, news: list[StatusNews]) -> tuple[list[StatusNews], FollowerEffects]:
        now, destination = self._clock.now_ms(), self.step.outlet.destination
        old = [each for each in news if each.at < now - self._hold_ms]
        tallying = Tallying(destination.environment_id, destination.id)
        for each in old:
            tallying.count("skipped", title_of(destination, each.status), now=now, reason="TOO_OLD")
        return old, FollowerEffects(tallies=tallying.take())
