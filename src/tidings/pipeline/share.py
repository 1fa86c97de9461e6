"""Which partitions a worker takes up, so that many do not all read the same."""

import asyncio
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b

import structlog

from tidings.errors import Unavailable
from tidings.ports import Roster

log = structlog.get_logger()

LOOK_S = 2.0
"""How soon a worker notices that others came or went."""

ALL_S = 30.0
"""So often a worker looks into every partition, so that none waits longer for a worker that only seems to live."""


def share(partitions: int, *, me: str, workers: Sequence[str]) -> list[int]:
    """Choose a worker's partitions, so that all workers who know the same names divide them without a word.

    Each partition goes to the worker that ranks highest for it and is not full yet; nobody gets more than its part,
    rounded up. When a worker comes or goes, few partitions change hands.
    """
    everybody = sorted({*workers, me})
    room = dict.fromkeys(everybody, -(-partitions // len(everybody)))
    mine = []
    for partition in range(partitions):
        taker = max((worker for worker in everybody if room[worker]), key=partial(_rank, partition))
        room[taker] -= 1
        if taker == me:
            mine.append(partition)
    return mine


def _rank(partition: int, worker: str) -> bytes:
    return blake2b(f"{partition}\n{worker}".encode(), digest_size=8).digest()


class Share:
    """This worker's partitions, as of a moment ago.

    Without a roster it has them all. While the roster cannot be read, the share stays what it was.
    """

    def __init__(self, *, partitions: int, roster: Roster | None) -> None:
        self._all = list(range(partitions))
        self._roster = roster
        self._mine: Sequence[int] = self._all
        self._look_at = self._all_at = 0.0

    @property
    def current(self) -> Sequence[int]:
        """This worker's partitions as they were found last."""
        return self._mine

    async def mine(self) -> Sequence[int]:
        """Tell this worker's partitions; now and then, all of them."""
        now = asyncio.get_running_loop().time()
        if now >= self._all_at:
            self._all_at = now + ALL_S
            return self._all
        if self._roster is not None and now >= self._look_at:
            self._look_at = now + LOOK_S
            await self._look(self._roster)
        return self._mine

    async def _look(self, roster: Roster) -> None:
        try:
            workers = await roster.living()
        except Unavailable as error:
            log.warning("share.not_refreshed", reason=str(error))
            return
        mine = share(len(self._all), me=roster.me, workers=workers)
        if mine != self._mine:
            log.info("share.changed", partitions=len(mine), workers=len(workers))
        self._mine = mine
