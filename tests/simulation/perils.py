"""What may happen between any two steps: a pause, an outage, a death."""

import asyncio
import inspect
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from tidings.channels import Available, Dispatch, Way
from tidings.errors import Unavailable
from tidings.messages import Outcome, Reason, RetryLater, Sent, Undeliverable, Unknown
from tidings.workspaces import Environment


class Odds(msgspec.Struct, frozen=True):
    """How likely each peril is at each step."""

    death: float
    outage_before: float
    outage_after: float
    """Storage did it, and the answer was lost."""
    pause: float


class Perils:
    """Decides by the seed, and writes down what it decided."""

    def __init__(self, chance: random.Random, odds: Odds) -> None:
        self.chance = chance
        self.odds = odds
        self.trace: list[tuple[str, str, str]] = []
        self.is_over = False
        self.flying = 0
        """Messages that providers have, and whose outcome is not recorded yet for all that is known here."""
        self.landed_at = 0.0

    def strikes(self, odds: float) -> bool:
        """Tell whether it happens."""
        return not self.is_over and self.chance.random() < odds


class Mortal:
    """A worker process: everything that it does asks whether it may live on."""

    def __init__(self, name: str, perils: Perils) -> None:
        self.name = name
        self.perils = perils
        self.died = asyncio.Event()
        self.tasks: dict[asyncio.Task[Any], None] = {}

    def start(self, work: Callable[[], Awaitable[None]]) -> "asyncio.Task[None]":
        """Run until it is over, by itself or by death."""
        task = asyncio.ensure_future(work())
        self.tasks[task] = None
        return task

    async def step(self, what: str, odds_of_outage: float) -> None:
        """Pass a place where anything may happen."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks[task] = None
        if self.died.is_set():
            raise asyncio.CancelledError
        perils = self.perils
        if perils.strikes(perils.odds.death):
            self.die(what)
            raise asyncio.CancelledError
        if perils.strikes(odds_of_outage):
            perils.trace.append((self.name, what, "outage"))
            raise Unavailable("the storage is away")
        if perils.strikes(perils.odds.pause):
            await asyncio.sleep(perils.chance.choice([0, 0, 0.001, 0.02, 0.3, 2.0]))
            if self.died.is_set():
                raise asyncio.CancelledError

    def die(self, where: str) -> None:
        """Stop everything that this process does, wherever it is."""
        self.perils.trace.append((self.name, where, "death"))
        self.died.set()
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()


class Perilous:
    """A store as one worker sees it: before and after each call anything may happen."""

    def __init__(self, real: Any, mortal: Mortal) -> None:
        self._real = real
        self._mortal = mortal

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._real, name)
        if not inspect.iscoroutinefunction(attribute):
            return attribute
        odds = self._mortal.perils.odds

        async def call(*arguments: Any, **named: Any) -> Any:
            await self._mortal.step(f"before {name}", odds.outage_before)
            result = await attribute(*arguments, **named)
            await self._mortal.step(f"after {name}", odds.outage_after)
            return result

        return call


class PerilousTransactions(Perilous):
    """The same, for a store whose transactions are entered and left."""

    @asynccontextmanager
    async def transaction(self, *arguments: Any, **named: Any) -> AsyncIterator[Perilous]:
        """Begin; within it, a death or an outage undoes everything."""
        odds = self._mortal.perils.odds
        await self._mortal.step("before begin", odds.outage_before)
        async with self._real.transaction(*arguments, **named) as transaction:
            yield Perilous(transaction, self._mortal)
        await self._mortal.step("after commit", odds.outage_after)

    async def transact(self, partition: int, work: Any) -> Any:
        """The same, whole."""
        odds = self._mortal.perils.odds
        await self._mortal.step("before begin", odds.outage_before)
        result = await self._real.transact(partition, lambda real: work(Perilous(real, self._mortal)))
        await self._mortal.step("after commit", odds.outage_after)
        return result


class Mood(msgspec.Struct, frozen=True):
    """What a provider may do with a message: the answer, whether it took the message, and how long it thinks."""

    answer: Outcome
    takes: bool
    seconds: float = 0.01


MOODS = (
    (60, Mood(Sent("r"), takes=True)),
    (6, Mood(Sent("r"), takes=True, seconds=5.0)),  # longer than a claim
    (8, Mood(Undeliverable(Reason.BOUNCED, "no such user"), takes=False)),
    (8, Mood(RetryLater("busy"), takes=False)),
    (3, Mood(RetryLater("busy", after_s=9.0), takes=False, seconds=4.0)),
    (5, Mood(Unknown("reset after the body"), takes=True)),
    (4, Mood(Unknown("reset before the body"), takes=False)),
    (4, Mood(Unknown("garbage"), takes=True, seconds=3.5)),
)


class MoodyProviders:
    """`tidings.ports.Providers`: the seed decides what each attempt meets; what was taken is counted."""

    def __init__(self, mortal: Mortal, taken: Counter[tuple[int, str]]) -> None:
        self._mortal = mortal
        self._perils = mortal.perils
        self._taken = taken

    async def available(self, environment: Environment) -> tuple[Available, ...]:
        """There are two, so that one can step in for the other."""
        return (Available("smtp", "", "email"), Available("other", "", "email"))

    def admit(self, way: Way) -> float:
        """Have a place, or have none for a moment."""
        return self._perils.chance.choice([0.2, 1.0, 4.0]) if self._perils.strikes(0.1) else 0.0

    def forgo(self, way: Way) -> None:
        """There are places enough."""

    async def send(self, way: Way, dispatch: Dispatch) -> Outcome:
        """Think, take it or not, think, answer."""
        await self._mortal.step("before send", 0.0)
        self._perils.flying += 1
        try:
            return await self._flight(dispatch)
        finally:
            self._perils.flying -= 1
            self._perils.landed_at = asyncio.get_running_loop().time()

    async def _flight(self, dispatch: Dispatch) -> Outcome:
        weights = [weight for weight, _ in MOODS]
        (_, mood) = self._perils.chance.choices(MOODS, weights)[0] if not self._perils.is_over else MOODS[0]
        await asyncio.sleep(mood.seconds / 2)
        if mood.takes:  # whoever dies now has sent it, and does not know
            self._taken[dispatch.environment_id, dispatch.message_id] += 1
        await asyncio.sleep(mood.seconds / 2)
        await self._mortal.step("after send", 0.0)
        return mood.answer
