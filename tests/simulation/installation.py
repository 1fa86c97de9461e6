"""A whole installation in virtual time: the real steps over some storage, and a seed that decides the rest."""

import asyncio
import random
from collections import Counter
from typing import Any, NamedTuple, Protocol

import msgspec
import structlog
from perils import MoodyProviders, Mortal, Odds, Perilous, PerilousTransactions, Perils
from remains import Remains
from virtual_time import VirtualClock, VirtualLoop

from clients import START_MS, Calls, Door
from tidings.clock import Clock
from tidings.links import Links
from tidings.mapping import Rules
from tidings.pipeline.inbound import InboundStep
from tidings.pipeline.outbound import Library, OutboundRules, OutboundStep
from tidings.pipeline.prepare import Preparer
from tidings.pipeline.share import Share
from tidings.pipeline.worker import Worker
from tidings.ports import InboundStore, MessageQueue, Stream
from tidings.rendering import Renderer
from tidings.workspaces import Environment

CLAIM_MS = 3000
TROUBLE_S = 6.0
REST_S = 900.0
ENVIRONMENTS = (
    Environment(id=1, workspace_id=1, name="production", delivery="live"),
    Environment(id=2, workspace_id=1, name="test", delivery="simulated"),
)
_PREPARER = Preparer(renderer=Renderer(), links=Links(b"simulated"))  # pure, and slow to warm up: one for all runs


class Stores(NamedTuple):
    """What a worker process works on; whatever it asks may meet a peril."""

    inbound: InboundStore
    queue: MessageQueue
    library: Library
    expansion: Any
    """An `ExpansionStep`, or what stands for it where nobody sends to many."""
    followers: Any
    """`Followers`, or what stands for them where there are none."""


class Ground(Protocol):
    """Where runs take place, one after another."""

    runner: asyncio.Runner

    def clear(self) -> None:
        """Put everything back to the beginning, the time too."""
        ...

    def stream(self, partitions: int) -> Stream:
        """Make an empty stream."""
        ...

    def stores(self, mortal: Mortal, stream: Stream, clock: Clock) -> Stores:
        """Make what one worker process works on."""
        ...

    def waiting(self) -> tuple[int, dict[int, int]]:
        """Tell how many messages are in the queue, and how far each partition is applied."""
        ...

    async def remains(self, stream: Stream, now: int) -> Remains:
        """Read what is left."""
        ...


class Ending(msgspec.Struct, frozen=True):
    """What a run left behind."""

    left: Remains
    door: Door
    taken: Counter[tuple[int, str]]
    trace: list[tuple[str, str, str]]
    complaints: list[str]
    """What was logged as an error: nothing here may surprise the steps."""


class VirtualWakeup:
    """Wake-ups within a process; some are lost, as they may be."""

    def __init__(self, perils: Perils) -> None:
        self._perils = perils
        self._waiting: dict[str, list[asyncio.Future[bool]]] = {}

    def wake(self, topic: str) -> None:
        """Wake who waits now."""
        if self._perils.strikes(0.1):
            return
        for future in self._waiting.pop(topic, []):
            if not future.done():
                future.set_result(True)

    async def wait(self, topic: str, timeout_s: float) -> bool:
        """Wait."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(topic, []).append(future)
        try:
            async with asyncio.timeout(timeout_s):
                return await future
        except TimeoutError:
            return False

    async def close(self) -> None:
        """Hold nothing."""


class Alone:
    """A worker that knows of no other: so both work on everything, which must do no harm."""

    def __init__(self, me: str) -> None:
        self.me = me

    async def living(self) -> list[str]:
        """See nobody else."""
        return [self.me]

    async def close(self) -> None:
        """Hold nothing."""


def simulate(seed: int, ground: Ground) -> Ending:
    """Run one seed to its end."""
    ground.clear()
    random.seed(seed)  # the waits between tries are drawn from here
    with structlog.testing.capture_logs() as logged:
        ending = ground.runner.run(_Run(seed, ground).run())
    errors = [f"{entry['event']}: {entry}" for entry in logged if entry["log_level"] == "error"]
    return msgspec.structs.replace(ending, complaints=[e for e in errors if not e.startswith("worker.outcomes_lost")])


class _Run:
    def __init__(self, seed: int, ground: Ground) -> None:
        chance = random.Random(seed)
        odds = Odds(
            death=chance.choice([0, 0.003, 0.01, 0.03]),
            outage_before=chance.choice([0, 0.01, 0.05]),
            outage_after=chance.choice([0, 0.01, 0.05]),
            pause=chance.choice([0, 0.1, 0.4]),
        )
        self.chance = chance
        self.ground = ground
        self.perils = Perils(chance, odds)
        loop = ground.runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        self.clock = VirtualClock(loop, START_MS + chance.randrange(3_600_000))
        self.wakeup = VirtualWakeup(self.perils)
        self.stream = ground.stream(partitions=chance.choice([1, 1, 3]))
        self.door = Door(stream=self.stream, wakeup=self.wakeup, clock=self.clock, perils=self.perils)
        self.taken: Counter[tuple[int, str]] = Counter()
        self.stop = asyncio.Event()
        self.inbound_count_max = chance.choice([2, 5, 4000])

    async def run(self) -> Ending:
        slots = [asyncio.ensure_future(self._slot(number)) for number in range(2)]
        calls = Calls(self.chance)
        async with asyncio.TaskGroup() as clients:
            for _ in range(self.chance.randrange(4, 12)):
                request = calls.request()
                clients.create_task(self._client(request, self.chance.choice([1, 1, 1, 2])))
            clients.create_task(self._clock_setter())
        self.perils.is_over = True
        await self._rest()
        self.stop.set()
        await asyncio.gather(*slots)
        left = await self.ground.remains(self.stream, self.clock.now_ms())
        await self.stream.close()
        return Ending(left, self.door, self.taken, self.perils.trace, [])

    async def _client(self, request: list[dict[str, str]], environment_id: int) -> None:
        await asyncio.sleep(self.chance.random() * TROUBLE_S)
        await self.door.deliver(request, environment_id)

    async def _clock_setter(self) -> None:
        await asyncio.sleep(self.chance.random() * TROUBLE_S)
        self.clock.offset_ms += self.chance.choice([0, 0, 20_000, 4_000_000, -20_000])
        await asyncio.sleep(TROUBLE_S)

    async def _slot(self, number: int) -> None:
        """Run a worker; when it dies, the supervisor starts another one."""
        incarnation = 0
        while not self.stop.is_set():
            incarnation += 1
            mortal = Mortal(f"w{number}.{incarnation}", self.perils)
            worker = self._worker(mortal)
            task = mortal.start(lambda worker=worker: worker.run(self.stop))
            await asyncio.wait([task])
            await asyncio.gather(*mortal.tasks, return_exceptions=True)
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error
            await asyncio.sleep(self.chance.random() * 2)

    def _worker(self, mortal: Mortal) -> Worker:
        stream = Perilous(self.stream, mortal)
        stores = self.ground.stores(mortal, stream, self.clock)
        store = PerilousTransactions(stores.inbound, mortal)
        outbound = OutboundStep(
            queue=Perilous(stores.queue, mortal),
            library=stores.library,
            providers=MoodyProviders(mortal, self.taken),
            preparer=_PREPARER,
            wakeup=self.wakeup,
            clock=self.clock,
            rules=OutboundRules(worker=mortal.name, claim_ms=CLAIM_MS, batch_max=5, in_flight_max=10),
        )
        return Worker(
            inbound=InboundStep(stream=stream, store=store, rules=Rules(), count_max=self.inbound_count_max),
            outbound=outbound,
            expansion=stores.expansion,
            followers=stores.followers,
            stream=stream,
            store=store,
            wakeup=self.wakeup,
            clock=self.clock,
            share=Share(partitions=self.stream.partitions, roster=Alone(mortal.name)),
            dedup_window_ms=24 * 3_600_000,
        )

    async def _rest(self) -> None:
        """Wait until nothing waits."""
        async with asyncio.timeout(REST_S):
            while not await self._is_at_rest():
                await asyncio.sleep(1.0)

    async def _is_at_rest(self) -> bool:
        waiting, applied = self.ground.waiting()
        lasts = [await self.stream.last_offset(partition) for partition in range(self.stream.partitions)]
        now, perils = asyncio.get_running_loop().time(), self.perils
        # An outcome may have met an outage, and is then written some seconds later.
        settling_s = 20.0 if any("settle" in what and how == "outage" for _, what, how in perils.trace) else 1.0
        if perils.flying or now - perils.landed_at < settling_s:
            return False
        return not waiting and all(last <= applied.get(partition, 0) for partition, last in enumerate(lasts))
