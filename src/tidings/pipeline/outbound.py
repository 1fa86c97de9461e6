"""The outbound step: from the due queue to a provider, at most once per message and provider.

Claim what is due, decide, put the attempt on record, call the provider, put the outcome on record. Whoever dies
between the two records leaves an attempt without an outcome: nobody knows whether it was sent, and it is not repeated.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence

import msgspec
import structlog

from tidings.clock import Clock
from tidings.effects import Claim, Settlement
from tidings.errors import Conflict, Unavailable
from tidings.messages import Attempt, Outcome, Status, Unknown
from tidings.pipeline.prepare import Facts, Prepared, Preparer
from tidings.pipeline.rest import rest
from tidings.ports import MessageQueue, ProfileStore, Providers, TemplateStore, Wakeup
from tidings.profiles import Profile
from tidings.sending import cut_off, settle
from tidings.telemetry import messages_settled
from tidings.templates import TemplateVersion
from tidings.workspaces import Environment

log = structlog.get_logger()

_LOOK_ANYWAY_S = 5.0
_REST_S = 1.0


class OutboundRules(msgspec.Struct, frozen=True, kw_only=True):
    """How much one worker takes on."""

    worker: str
    """This worker's name in the queue; unlike every other's."""
    claim_ms: int = 60_000
    batch_max: int = 100
    """Claimed and put on record together."""
    in_flight_max: int = 200
    """Handed to providers and not yet answered. If this worker dies, nobody knows the outcome of so many."""


class Library(msgspec.Struct, frozen=True):
    """What the step reads."""

    templates: TemplateStore
    profiles: ProfileStore
    environments: Mapping[int, Environment]


class OutboundStep:
    """Hands due messages to providers."""

    def __init__(
        self,
        *,
        queue: MessageQueue,
        library: Library,
        providers: Providers,
        preparer: Preparer,
        wakeup: Wakeup,
        clock: Clock,
        rules: OutboundRules,
    ) -> None:
        self.queue = queue
        self._library = library
        self._providers = providers
        self._preparer = preparer
        self.wakeup = wakeup
        self._clock = clock
        self._rules = rules
        self._flights: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._settlements: asyncio.Queue[Settlement] = asyncio.Queue()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; then finish what is in flight and give back what was not begun."""
        done = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._settle_until(done))
            while not stop.is_set():
                try:
                    began = await self._begin_batch()
                    if not began:
                        await self._wait_for_work()
                except Unavailable as error:
                    log.warning("worker.storage_away", loop="outbound", error=str(error))
                    await rest(stop, _REST_S)
                except Exception:
                    log.exception("worker.round_failed", loop="outbound")
                    await rest(stop, _REST_S)
            if self._flights:
                await asyncio.wait(self._flights)
            done.set()
        await self._give_back()

    async def run_once(self) -> int:
        """Take one batch all the way and return how many messages it held."""
        began = await self._begin_batch()
        if self._flights:
            await asyncio.wait(self._flights)
        if settlements := self._gathered():
            await self.queue.settle(settlements)
        return began

    async def _give_back(self) -> None:
        try:
            await self.queue.release(self._rules.worker)
        except Unavailable as error:
            log.warning("worker.storage_away", loop="outbound", error=str(error))  # the claims expire by themselves

    async def _wait_for_work(self) -> None:
        """Wait for a wake-up, the next due time, or room among the flights; whichever is first."""
        if self._is_full():
            self._room.clear()
            await self._room.wait()
            return
        due_at = await self.queue.next_due_at()
        wait_s = _LOOK_ANYWAY_S
        if due_at is not None:
            wait_s = min(max((due_at - self._clock.now_ms()) / 1000, 0.0), _LOOK_ANYWAY_S)
        if wait_s > 0:
            await self.wakeup.wait("due", wait_s)

    async def _begin_batch(self) -> int:
        room = min(self._rules.batch_max, self._rules.in_flight_max - len(self._flights))
        if room <= 0:
            return 0
        now = self._clock.now_ms()
        claims = await self.queue.claim(
            worker=self._rules.worker, now=now, until=now + self._rules.claim_ms, limit=room
        )
        if not claims:
            return 0
        ready: list[Prepared] = []
        settled: list[Settlement] = []
        for decision in await self._decide(claims, now):
            if isinstance(decision, Settlement):
                settled.append(decision)
            else:
                ready.append(decision)
        if settled:
            await self.queue.settle(settled)
            _count(settled)
        if ready:
            try:
                await self.queue.start([prepared.start for prepared in ready])
            except Conflict as error:  # our claims expired and another worker was faster: nothing of it is sent here
                log.warning("outbound.claims_lost", count=len(ready), error=str(error))
                return len(claims)
            for prepared in ready:
                flight = asyncio.create_task(self._fly(prepared))
                self._flights.add(flight)
                flight.add_done_callback(self._landed)
        return len(claims)

    def _is_full(self) -> bool:
        """Tell whether another whole batch would be too much: small ones would cost as many transactions."""
        return len(self._flights) > self._rules.in_flight_max - self._rules.batch_max

    def _landed(self, flight: asyncio.Task[None]) -> None:
        self._flights.discard(flight)
        if not self._is_full():
            self._room.set()

    async def _decide(self, claims: Sequence[Claim], now: int) -> list[Prepared | Settlement]:
        versions = await self._versions(claims)
        profiles = await self._profiles(claims)
        decisions: list[Prepared | Settlement] = []
        for claim in claims:
            message = claim.message
            last = claim.attempts[-1] if claim.attempts else None
            if last is not None and last.outcome is None:
                unknown = Unknown("the worker was cut off in the middle of the attempt")
                decisions.append(cut_off(claim, last, unknown, now=now))
                continue
            environment = self._library.environments[message.environment_id]
            key = message.template_id or message.event
            version = versions.get((message.environment_id, key))
            exists = version is not None or (bool(key) and await self._library.templates.exists(environment.id, key))
            facts = Facts(
                environment=environment,
                version=version,
                template_exists=exists,
                profile=_profile_of(claim, profiles),
                available=await self._providers.available(environment),
            )
            decisions.append(self._preparer.prepare(claim, facts, now=now))
        return decisions

    async def _versions(self, claims: Sequence[Claim]) -> dict[tuple[int, str], TemplateVersion]:
        keys = {
            (claim.message.environment_id, claim.message.template_id or claim.message.event)
            for claim in claims
            if claim.message.content is None
        }
        return await self._library.templates.published(sorted(keys)) if keys else {}

    async def _profiles(self, claims: Sequence[Claim]) -> dict[tuple[int, str], Profile]:
        keys = {
            (claim.message.environment_id, kind + claim.message.user_key[1:])
            for claim in claims
            if claim.message.user_key
            for kind in ("u", "a")
        }
        return await self._library.profiles.get(sorted(keys)) if keys else {}

    async def _fly(self, prepared: Prepared) -> None:
        attempt = prepared.start.attempt
        outcome = await self._providers.send(prepared.way, prepared.dispatch)
        self._settlements.put_nowait(self._settlement(prepared, attempt, outcome))

    def _settlement(self, prepared: Prepared, attempt: Attempt, outcome: Outcome) -> Settlement:
        return settle(
            prepared.claim,
            attempt,
            outcome,
            now=self._clock.now_ms(),
            more_ways=prepared.more_ways,
            simulated=prepared.simulated,
            jitter=random.random(),  # noqa: S311 spreads waits, guards nothing
        )

    async def _settle_until(self, done: asyncio.Event) -> None:
        """Record outcomes as they come, many in one transaction; keep trying while storage is away."""
        while not (done.is_set() and self._settlements.empty()):
            getting = asyncio.ensure_future(self._settlements.get())
            ending = asyncio.ensure_future(done.wait())
            try:
                await asyncio.wait((getting, ending), return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                getting.cancel()
                raise
            finally:
                ending.cancel()
            if not getting.done():
                getting.cancel()
                continue
            batch = [getting.result(), *self._gathered()]
            for rest_s in (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 10.0):
                try:
                    await self.queue.settle(batch)
                    _count(batch)
                    break
                except Unavailable as error:
                    log.warning("worker.outcomes_waiting", count=len(batch), error=str(error))
                    await asyncio.sleep(rest_s)
            else:  # each of them has an attempt on record without an outcome: they will end as unknown
                log.error("worker.outcomes_lost", messages=[settlement.message_id for settlement in batch])

    def _gathered(self) -> list[Settlement]:
        return [self._settlements.get_nowait() for _ in range(self._settlements.qsize())]


def _profile_of(claim: Claim, profiles: Mapping[tuple[int, str], Profile]) -> Profile | None:
    """Find the stored profile: of the user id, else of an anonymous id of that name."""
    key = claim.message.user_key
    if not key:
        return None
    environment_id = claim.message.environment_id
    own = profiles.get((environment_id, key))
    return own or profiles.get((environment_id, "a" + key[1:]))


def _count(settlements: Sequence[Settlement]) -> None:
    for settlement in settlements:
        messages_settled.labels(Status(settlement.status)).inc()
