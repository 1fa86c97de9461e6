"""The worker: keeps the two steps going, wakes on commit, and tidies up now and then."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

import structlog

from tidings.clock import Clock
from tidings.errors import Unavailable
from tidings.pipeline.expansion import ExpansionStep
from tidings.pipeline.followers import Followers
from tidings.pipeline.inbound import InboundStep
from tidings.pipeline.outbound import OutboundStep
from tidings.pipeline.rest import rest
from tidings.pipeline.share import Share
from tidings.ports import InboundStore, Stream, Wakeup

log = structlog.get_logger()

_LOOK_ANYWAY_S = 5.0  # a wake-up may be lost: so often we look by ourselves
_TIDY_EVERY_S = 10.0
_REST_S = (0.1, 0.5, 1.0, 2.0, 5.0)  # between tries while storage is away
_AT_ONCE = 2
"""Partitions applied at once: while the database works on one, the other is decided."""
_PACE_S = 0.01
"""So far apart begin batches of new calls: what comes meanwhile is one transaction, and others get their turn."""
_DAY_MS = 86_400_000


Round = Callable[[asyncio.Event], Awaitable[None]]
"""A bit of work and the rest after it, again and again; it is told when to stop."""
Chore = Callable[[int], Awaitable[object]]
"""Something to tidy now and then; it is told the time."""


class Worker:
    """Runs the inbound step of its share of the partitions, the outbound step, the followers, and the tidying."""

    def __init__(
        self,
        *,
        inbound: InboundStep,
        outbound: OutboundStep,
        expansion: ExpansionStep,
        followers: Followers,
        stream: Stream,
        store: InboundStore,
        wakeup: Wakeup,
        clock: Clock,
        share: Share,
        dedup_window_ms: int,
        chores: Sequence[Chore] = (),
        loops: Mapping[str, Round] | None = None,
    ) -> None:
        self.inbound = inbound
        self.outbound = outbound
        self.expansion = expansion
        self.followers = followers
        self._stream = stream
        self._store = store
        self._wakeup = wakeup
        self._clock = clock
        self._share = share
        self._dedup_window_ms = dedup_window_ms
        self._untidy = True
        self._not_before_s = 0.0
        self._has_room = False
        self._chores = chores
        self._loops = loops or {}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; then finish what is in flight and give back the rest."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._forever("inbound", self._inbound_round, stop))
            group.create_task(self._forever("expansion", self._expansion_round, stop))
            group.create_task(self._forever("tidy", self._tidy_round, stop))
            for name, one_round in self._loops.items():
                group.create_task(self._forever(name, one_round, stop))
            group.create_task(self.outbound.run(stop))
            group.create_task(self.followers.run(stop))
            await stop.wait()
            self._wakeup.wake("stream")
            self._wakeup.wake("due")
            self._wakeup.wake("expand")

    async def _forever(
        self, name: str, one_round: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event
    ) -> None:
        tries = 0
        while not stop.is_set():
            try:
                await one_round(stop)
                tries = 0
            except Unavailable as error:
                log.warning("worker.storage_away", loop=name, error=str(error))
                await rest(stop, _REST_S[min(tries, len(_REST_S) - 1)])
                tries += 1
            except Exception:
                log.exception("worker.round_failed", loop=name)
                await rest(stop, _REST_S[min(tries, len(_REST_S) - 1)])
                tries += 1

    async def _inbound_round(self, stop: asyncio.Event) -> None:
        """Apply what there is, a batch of each partition in turn, then wait for more."""
        if not self._has_room:  # before the first call: what lands in a default partition keeps its own from being made
            await self._store.make_room(now=self._clock.now_ms())
            self._has_room = True
        busy, now_s = True, asyncio.get_running_loop().time
        while busy and not stop.is_set():
            if not self.inbound.is_behind and (early_s := self._not_before_s - now_s()) > 0:
                await rest(stop, early_s)
            self._not_before_s = now_s() + _PACE_S
            # All anew each time: none waits for another's backlog, and a share that changed is noticed under load too.
            turn = iter(await self._share.mine())
            outcomes = await asyncio.gather(*(self._some(turn) for _ in range(_AT_ONCE)), return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            busy = True in outcomes
        await self._wakeup.wait("stream", _LOOK_ANYWAY_S)

    async def _some(self, turn: Iterator[int]) -> bool:
        """Apply a batch of each partition that is left of this turn; tell whether there was any."""
        busy = False
        for partition in turn:
            effects = await self.inbound.run_once(partition)
            if effects is not None:
                busy = self._untidy = True
                self.followers.nudge()
                if effects.messages:
                    self._wakeup.wake("due")
                if effects.expansions:
                    self._wakeup.wake("expand")
        return busy

    async def _expansion_round(self, stop: asyncio.Event) -> None:
        while not stop.is_set() and (made := await self.expansion.run_once()) is not None:
            if made:
                self._wakeup.wake("due")
        if not stop.is_set():
            await self._wakeup.wait("expand", self.expansion.rest_s or _LOOK_ANYWAY_S)

    async def _tidy_round(self, stop: asyncio.Event) -> None:
        if self._untidy:
            self._untidy = False
            limits = await self.followers.keep_from(await self._store.offsets())
            for partition, offset in limits.items():
                if partition in self._share.current:
                    await self._stream.trim(partition, offset)
            now = self._clock.now_ms()
            await self._store.forget_seen(before=now - self._dedup_window_ms - _DAY_MS)
            await self._store.make_room(now=now)
            for chore in self._chores:
                await chore(now)
        await rest(stop, _TIDY_EVERY_S)
