"""The outbound step: from the due queue to a provider, at most once per message and provider.

Claim what is due, decide, put the attempt on record, call the provider, put the outcome on record. Whoever dies
between the two records leaves an attempt without an outcome: unless there is a note of how far it came (`Landings`),
nobody knows whether it was sent, and it is not repeated.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import msgspec
import structlog

from tidings.channels import Dispatch, Way
from tidings.clock import Clock
from tidings.effects import Claim, Settlement
from tidings.errors import Conflict, Unavailable
from tidings.gates import Go, Terms, Verdict, closed, kept_back
from tidings.messages import Attempt, Message, Outcome, Reason, Status, Undeliverable
from tidings.pipeline.claiming import Claiming
from tidings.pipeline.devices import Devices
from tidings.pipeline.environments import Environments
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.memory import Memory
from tidings.pipeline.prepare import Facts, Prepared, Preparer
from tidings.pipeline.recording import of_version, recorded
from tidings.pipeline.rest import rest
from tidings.pipeline.subjects import profile_keys, profile_of, subject_of
from tidings.pipeline.tenancy import Standing, Tenancy, lost_strategy, with_options
from tidings.pipeline.voices import Voices
from tidings.ports import (
    BrandStore,
    DeviceTokenStore,
    Landings,
    MessageQueue,
    ProfileStore,
    Providers,
    TranslationStore,
    Wakeup,
)
from tidings.profiles import Profile
from tidings.sending import closing
from tidings.telemetry import messages_settled

log = structlog.get_logger()

_LOOK_ANYWAY_S = 5.0
_REST_S = 1.0
_CROWDED_S = 0.05
_NEAR_MS = 100
"""Who is turned away for longer is turned away by an account from which little comes: nobody rests for its sake."""
_DECIDED_AT_ONCE = 8
_GATHER_S = 0.005


class OutboundRules(msgspec.Struct, frozen=True, kw_only=True):
    """How much one worker takes on."""

    worker: str
    """This worker's name in the queue; unlike every other's."""
    claim_ms: int = 60_000
    batch_max: int = 100
    """Claimed and put on record together."""
    in_flight_max: int = 500
    """Handed to providers and not yet answered, at all accounts together; one account has 150 at most. If the machine
    dies, nobody knows the outcome of so many."""


class Library(msgspec.Struct, frozen=True):
    """What the step reads."""

    tenancy: Tenancy
    profiles: ProfileStore
    environments: Environments
    gatekeeper: Gatekeeper
    brands: BrandStore
    translations: TranslationStore
    devices: DeviceTokenStore


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
        landings: Landings | None = None,
    ) -> None:
        """Without `landings`, how far attempts have come is lost with the process until it is on record."""
        self.queue = queue
        self._library = library
        self._voices = Voices(library.brands, library.translations)
        self._devices = Devices(library.devices)
        self._memory = Memory()
        self._providers = providers
        self._preparer = preparer
        self.wakeup = wakeup
        self._clock = clock
        self._rules = rules
        self._notes = landings
        self._has_lost = False
        self._claiming = Claiming(queue, clock, worker=rules.worker, claim_ms=rules.claim_ms)
        self._flights: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._begun: set[asyncio.Task[None]] = set()
        """Of the last batch, those that have not landed."""
        self._landings = 0
        self._enough = 0
        """So many landings make room for another batch."""
        self._settlements: asyncio.Queue[Settlement | None] = asyncio.Queue()
        """None comes last."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; then finish what is in flight and give back what was not begun."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._settle_all())
            while not stop.is_set():
                try:
                    began = await self._begin_batch(ahead=True)
                    if self._landings < self._enough:  # some found no place: whoever lands leaves one
                        self._room.clear()
                        await rest(self._room, _CROWDED_S)
                    elif began < self._rules.batch_max:  # else there is more
                        await self._wait_for_work()
                except Unavailable as error:
                    log.warning("worker.storage_away", loop="outbound", error=str(error))
                    await rest(stop, _REST_S)
                except Exception:
                    log.exception("worker.round_failed", loop="outbound")
                    await rest(stop, _REST_S)
            if self._flights:
                await asyncio.wait(self._flights)
            self._settlements.put_nowait(None)
        if self._notes is not None and not self._has_lost:
            self._notes.forget()
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
            await self._claiming.give_back()
        except Unavailable as error:
            log.warning("worker.storage_away", loop="outbound", error=str(error))  # the claims expire by themselves

    async def _settle_now(self, settled: Sequence[Settlement]) -> None:
        if settled:
            await self.queue.settle(settled)
            _count(settled)

    async def _wait_for_work(self) -> None:
        """Wait for a wake-up, the next due time, or room among the flights; whichever is first.

        What is looked for here is only read: most looks find nothing, and need not keep others from writing.
        """
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

    async def _begin_batch(self, *, ahead: bool = False) -> int:
        room = min(self._rules.batch_max, self._rules.in_flight_max - len(self._flights))
        if room <= 0:
            return 0
        claims = await self._claiming.take(room)
        if not claims:
            return 0
        if ahead and len(claims) >= room and len(self._flights) + len(claims) + room <= self._rules.in_flight_max:
            self._claiming.look_ahead(room)
        decisions = await self._decide(claims, now := self._clock.now_ms())
        ready = [each for each in decisions if isinstance(each, Prepared)]
        settled = [each for each in decisions if isinstance(each, Settlement)]
        turned_away = any(each.lane and (each.due_at or 0) < now + _NEAR_MS for each in settled)
        self._enough = self._landings + len(claims) if turned_away and self._flights else 0
        if not ready:
            await self._settle_now(settled)
        elif await self._start(ready):
            self._begin(ready)
            for each in settled:  # with those that land: a transaction for them alone would hold up those that begin
                self._settlements.put_nowait(each)
        else:
            await self._settle_now(settled)
            await self.queue.release(self._rules.worker)  # the others of this batch need not wait for its end
        return len(claims)

    async def _start(self, ready: Sequence[Prepared]) -> bool:
        """Put attempts on record; False when this worker has lost the claim of one, and nothing of it is sent here."""
        try:
            await self.queue.start([prepared.start for prepared in ready])
        except Conflict as error:  # one was cancelled, or another worker was faster
            log.warning("outbound.claims_lost", count=len(ready), error=str(error))
            self._forgo(ready)
            return False
        except BaseException:
            self._forgo(ready)
            raise
        return True

    def _begin(self, ready: Sequence[Prepared]) -> None:
        if self._notes is not None:
            self._notes.begun([prepared.start.attempt for prepared in ready])
        self._begun = {asyncio.create_task(self._fly(prepared)) for prepared in ready}
        self._flights |= self._begun
        for flight in self._begun:
            flight.add_done_callback(self._landed)

    def _forgo(self, ready: Sequence[Prepared]) -> None:
        for prepared in ready:
            self._providers.forgo(prepared.way)

    def _is_full(self) -> bool:
        """Tell whether another whole batch would be too much: small ones would cost as many transactions."""
        return len(self._flights) > self._rules.in_flight_max - self._rules.batch_max

    def _landed(self, flight: asyncio.Task[None]) -> None:
        self._flights.discard(flight)
        self._landings += 1
        was_last = self._begun == {flight}
        self._begun.discard(flight)
        if not self._is_full() and (was_last or self._landings >= self._enough):
            self._room.set()

    async def _decide(self, claims: Sequence[Claim], now: int) -> list[Prepared | Settlement]:
        self._memory.renew(claims[0].as_of)
        claims = await self._library.gatekeeper.complete(claims)
        standing = await self._library.tenancy.read([claim.message for claim in claims], self._memory)
        claims = [_with_options(claim, standing) for claim in claims]
        environments = await self._library.environments.of(it.message.environment_id for it in claims)
        available = {each: await self._providers.available(of) for each, of in environments.items()}
        asked = [claim.message for claim in claims]
        stored, voices = await asyncio.gather(self._profiles(claims), self._voices.of(asked, standing, self._memory))
        profiles = await self._devices.join(claims, stored, available, now=now)
        subjects = [subject_of(it, standing[it.id], profile_of(it, profiles)) for it in asked]
        verdicts = await self._library.gatekeeper.judge(subjects, now=now, memory=self._memory)
        decisions: list[Prepared | Settlement] = []
        try:
            for number, (claim, verdict) in enumerate(zip(claims, verdicts, strict=True)):
                if number % _DECIDED_AT_ONCE == _DECIDED_AT_ONCE - 1:
                    await asyncio.sleep(0)  # those under way need not wait for the whole batch
                message = claim.message
                environment = environments[message.environment_id]
                version = standing[message.id].version
                is_cut_off = any(attempt.outcome is None for attempt in claim.attempts)  # then that is told first
                has_words = version is not None or message.content is not None
                if not isinstance(verdict, Go) and has_words and not is_cut_off:
                    decisions.append(recorded(claim, kept_back(claim, verdict, now=now), version, environment, now=now))
                    continue
                facts = Facts(
                    environment=environment,
                    version=version,
                    template_exists=version is not None or await self._has_template(message),
                    profile=profile_of(message, profiles),
                    available=available[environment.id],
                    admit=self._providers.admit,
                    forgo=self._providers.forgo,
                    voice=voices[message.id],
                    strategy=standing[message.id].strategy,
                    lost_strategy=lost_strategy(message, standing[message.id]),
                    landed=self._landed_before,
                    terms=verdict.terms if isinstance(verdict, Go) else Terms(),
                )
                decided = self._prepare(claim, facts, verdict, now)
                decisions += [recorded(claim, decision, version, environment, now=now) for decision in decided]
        except BaseException:
            self._forgo([decision for decision in decisions if isinstance(decision, Prepared)])
            raise
        return decisions

    async def _has_template(self, message: Message) -> bool:
        key = message.template_id or message.event
        return bool(key) and await self._library.tenancy.templates.exists(message.environment_id, key)

    def _prepare(
        self, claim: Claim, facts: Facts, verdict: Verdict, now: int
    ) -> Sequence[Prepared] | Sequence[Settlement]:
        """Prepare with the accounts whose channels are open; when none is left for that alone, say so."""
        permitted = verdict.permitted(facts.available) if isinstance(verdict, Go) else ()
        within = facts if permitted == facts.available else msgspec.structs.replace(facts, available=permitted)
        decided = self._preparer.prepare(claim, within, now=now)
        if not isinstance(verdict, Go) or len(permitted) == len(facts.available) or not _is_unroutable(decided):
            return decided
        channel = self._otherwise_by(claim, facts, now)
        return decided if channel is None else [kept_back(claim, closed(verdict, channel), now=now)]

    def _otherwise_by(self, claim: Claim, facts: Facts, now: int) -> str | None:
        """Say by which channel a message would go if all were open, whether or not there is a place just now."""
        anyhow = msgspec.structs.replace(facts, admit=lambda _: 0, forgo=lambda _: None)
        ways = (each.way for each in self._preparer.prepare(claim, anyhow, now=now) if isinstance(each, Prepared))
        return next((way.channel for way in ways), None)

    async def _profiles(self, claims: Sequence[Claim]) -> dict[tuple[int, str], Profile]:
        keys = profile_keys(claim.message for claim in claims)
        return await self._library.profiles.get(keys) if keys else {}

    async def _fly(self, prepared: Prepared) -> None:
        attempt = prepared.start.attempt
        if prepared.dispatch is None:
            self._providers.forgo(prepared.way)
            outcome: Outcome = prepared.fault or _NOTHING
        else:
            outcome = await self._send(attempt, prepared.way, prepared.dispatch)
            await self._devices.note(prepared.flight.claim.message, prepared.way, outcome, now=self._clock.now_ms())
        settlement = prepared.flight.land(
            attempt,
            outcome,
            now=self._clock.now_ms(),
            jitter=random.random(),  # noqa: S311 spreads waits, guards nothing
        )
        self._settlements.put_nowait(of_version(closing(settlement, prepared.way, outcome), prepared.version))

    async def _send(self, attempt: Attempt, way: Way, dispatch: Dispatch) -> Outcome:
        if self._notes is None:
            return await self._providers.send(way, dispatch)
        handing = partial(self._notes.handed, attempt)
        outcome = await self._providers.send(way, msgspec.structs.replace(dispatch, handing=handing))
        self._notes.note(attempt, outcome)
        return outcome

    def _landed_before(self, attempt: Attempt) -> Outcome | None:
        return self._notes.of(attempt) if self._notes is not None else None

    async def _settle_all(self) -> None:
        """Record outcomes until none comes any more, many in one transaction; keep trying while storage is away."""
        while (first := await self._settlements.get()) is not None:
            if self._flights:  # others land in a moment, and each write holds up those that begin
                await asyncio.sleep(_GATHER_S)
            batch = [first, *self._gathered()]
            for rest_s in (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 10.0):
                try:
                    await self.queue.settle(batch)
                    _count(batch)
                    self._tell_of_soon(batch)
                    break
                except Unavailable as error:
                    log.warning("worker.outcomes_waiting", count=len(batch), error=str(error))
                    await asyncio.sleep(rest_s)
            else:  # each of them has an attempt on record without an outcome: whoever takes it over asks what landed
                self._has_lost = True
                log.error("worker.outcomes_lost", messages=[settlement.message_id for settlement in batch])

    def _tell_of_soon(self, batch: Sequence[Settlement]) -> None:
        """Let whoever waits look again when something was put back that is due before they would look by themselves."""
        soon = self._clock.now_ms() + int(_LOOK_ANYWAY_S * 1000)
        if any(each.due_at is not None and each.due_at < soon for each in batch):
            self.wakeup.wake("due")

    def _gathered(self) -> list[Settlement]:
        gathered = [self._settlements.get_nowait() for _ in range(self._settlements.qsize())]
        if gathered and gathered[-1] is None:  # the end is for the next look
            self._settlements.put_nowait(None)
        return [each for each in gathered if each is not None]


_NOTHING = Undeliverable(Reason.FAILED, "there was nothing to hand over")


def _is_unroutable(decided: Sequence[Prepared] | Sequence[Settlement]) -> bool:
    return any(isinstance(each, Settlement) and each.status is Status.UNROUTABLE for each in decided)


def _with_options(claim: Claim, standing: Mapping[str, Standing]) -> Claim:
    message = with_options(claim.message, standing[claim.message.id])
    return claim if message is claim.message else msgspec.structs.replace(claim, message=message)


def _count(settlements: Sequence[Settlement]) -> None:
    for status, count in Counter(settlement.status for settlement in settlements).items():
        messages_settled.labels(Status(status)).inc(count)
