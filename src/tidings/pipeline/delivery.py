"""Delivering to one outside destination: what comes by the stream, and what was deferred.

A destination that fails holds up nobody: what must be tried again goes to a table of its own and the offset moves on.
After too many failures in a row the destination is left alone for a while.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from tidings.clock import Clock
from tidings.destinations import Delivered, Outcome, Parked, Refused, RetryLater
from tidings.effects import Deferred, Failure, FollowerEffects, StatusNews
from tidings.forwarding import (
    Circuit,
    Kept,
    Outlet,
    Sent,
    call_id_of,
    forgotten_of,
    is_erasure,
    next_try_at,
    offer,
    offer_event,
    offer_news,
    place_of,
    title_of,
)
from tidings.forwarding.tallying import Tallying, name_of
from tidings.ports import Carrier, DeliveryStore
from tidings.records import Seen, without
from tidings.telemetry import deliveries_made

log = structlog.get_logger()

IN_FLIGHT_MAX = 16
"""Requests under way to one destination."""
DEFERRED_MAX = 50_000
"""Calls that may wait for one destination; beyond it, it reads no further and the stream keeps the rest."""
RETRY_BATCH = 200


class _What(msgspec.Struct, frozen=True):
    """What is offered: where it stands, what it is called in the counts, whose it is, and since when."""

    position: int
    name: str
    user_key: str
    at: int


class Delivery:
    """`Step` of one destination."""

    def __init__(
        self,
        *,
        outlet: Outlet,
        store: DeliveryStore,
        carrier: Carrier,
        clock: Clock,
        chance: Callable[[], float],
        redacted: Mapping[int, tuple[str, ...]] | None = None,
        is_current: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        """`redacted`: what is taken out of the calls of a source before anything is done with them.

        `is_current` tells whether the destination still is as it was read. It is asked once calls are in hand: what
        arrives after a change is delivered as changed, and never as before.
        """
        self._is_current = is_current
        self.outlet = outlet
        self.circuit = Circuit()
        self._store = store
        self._carrier = carrier
        self._clock = clock
        self._chance = chance
        self._redacted = redacted or {}
        self._key = (outlet.destination.environment_id, outlet.destination.id)
        self._tallying = Tallying(*self._key)
        self._fault = ""
        self._noted: Parked | str | None = "not yet"
        self._room = asyncio.Semaphore(IN_FLIGHT_MAX)

    @property
    def reader(self) -> str:
        """Its name among the stream's readers."""
        return f"destination:{self.outlet.destination.id}"

    async def take(self, batch: Sequence[Seen]) -> FollowerEffects | None:
        """Deliver a batch; None when too much waits already."""
        return await self._hand_over([self._deferred(seen) for seen in batch if seen.environment_id == self._key[0]])

    async def tell(self, batch: Sequence[StatusNews]) -> FollowerEffects | None:
        """Deliver news of messages; None when too much waits already."""
        return await self._hand_over([self._told(news) for news in batch])

    async def _hand_over(self, mine: Sequence[Deferred | None]) -> FollowerEffects | None:
        if mine and await self._is_stale():
            self._tallying.take()  # they are offered to whoever comes after this one
            return None
        wanted = [call for call in mine if call is not None]
        if not wanted:
            return FollowerEffects(tallies=self._tallying.take())
        if await self._store.depth(*self._key) + len(wanted) > DEFERRED_MAX:
            self._tallying.take()  # they are offered again
            return None
        now = self._clock.now_ms()
        for call in wanted:
            self._tallying.count("received", call.name, now=now)
        behind: set[str] = set()
        if self.outlet.is_ordered:
            behind = await self._store.waiting(*self._key, [call.user_key for call in wanted])
        lanes = [lane for lane in self._lanes(wanted) if lane[0].user_key not in behind]
        held_up = [call for call in wanted if call.user_key in behind]
        again, failures, _ = await self._deliver(lanes)
        return FollowerEffects(deferred=[*again, *held_up], failures=failures, tallies=self._tallying.take())

    async def retry_once(self) -> int:
        """Try what is due again; returns how many calls were tried."""
        now = self._clock.now_ms()
        if self.circuit.is_parked(now) or self.outlet.fault or not self.outlet.destination.enabled:
            return 0
        ordered = self.outlet.is_ordered
        due = await self._store.due(*self._key, now=now, limit=RETRY_BATCH, in_order=ordered)
        if not due or await self._is_stale():
            return 0
        kept = [call.position for call in due if self._is_kept(call)]
        again, failures, done = await self._deliver([[call] for call in due if call.position not in kept])
        done += kept
        tallies = self._tallying.take()
        forgotten = forgotten_of(due, done, failures, at=self._clock.now_ms())
        await self._store.settle(
            *self._key, done=done, again=again, tallies=tallies, failures=failures, forgotten=forgotten
        )
        return len(due)

    async def _is_stale(self) -> bool:
        return self._is_current is not None and not await self._is_current()

    async def note_circuit(self) -> None:
        """Write down, for people to see, when the destination is left alone, and when it answers again."""
        circuit = self.circuit
        parked = None
        if circuit.parked_until:
            parked = Parked(parked_until=circuit.parked_until, failures=circuit.failures, reason=self._fault)
        if parked != self._noted:
            await self._store.note(*self._key, parked)
            self._noted = parked

    def _is_kept(self, call: Deferred) -> bool:
        """Tell whether filters keep back what was put into the queue without being offered: events of templates."""
        if self.outlet.kind.reads == "calls" or call.tries or not self.outlet.destination.filters:
            return False
        offered = offer_event(self.outlet, msgspec.json.decode(call.body))
        if isinstance(offered, Kept):
            reason = f"{offered.reason}:{offered.filter_id}"
            self._tallying.count("filtered", call.name, now=self._clock.now_ms(), reason=reason)
        return isinstance(offered, Kept)

    def _deferred(self, seen: Seen) -> Deferred | None:
        """Offer a call; what passes is laid out as it would wait. None, and counted, for what is kept."""
        record = without(seen.record, self._redacted.get(seen.source_id, ()))
        what = _What(seen.position, name_of(seen.record), record.user_key, record.received_at)
        return self._laid_out(what, lambda: offer(self.outlet, record, seen.source_id))

    def _told(self, news: StatusNews) -> Deferred | None:
        """Offer the call that tells of a message, likewise."""
        what = _What(place_of(news), title_of(self.outlet.destination, news.status), news.message.user_key, news.at)
        return self._laid_out(what, lambda: offer_news(self.outlet, news))

    def _laid_out(self, what: "_What", offering: Callable[[], Sent | Kept]) -> Deferred | None:
        now, name = self._clock.now_ms(), what.name
        try:
            offered = offering()
            body = b"" if isinstance(offered, Kept) else msgspec.json.encode(offered.call)
        except Exception:
            log.exception("delivery.offer_failed", destination_id=self._key[1], position=what.position)
            offered, body = Kept("INTERNAL"), b""
        if isinstance(offered, Kept):
            if offered.reason != "SOURCE_NOT_CONNECTED":
                self._tallying.count("received", name, now=now)
                reason = f"{offered.reason}:{offered.filter_id}" if offered.filter_id else offered.reason
                self._tallying.count("filtered", name, now=now, reason=reason)
            return None
        return Deferred(
            environment_id=self._key[0],
            destination_id=self._key[1],
            position=what.position,
            due_at=now,
            user_key=what.user_key,
            name=name,
            received_at=what.at,
            first_at=now,
            tries=0,
            error="",
            body=body,
        )

    def _lanes(self, calls: Iterable[Deferred]) -> list[list[Deferred]]:
        """Calls that must follow each other share a lane; all else has one of its own."""
        if not self.outlet.is_ordered:
            return [[call] for call in calls]
        lanes: dict[str, list[Deferred]] = {}
        for call in calls:
            lanes.setdefault(call.user_key, []).append(call)
        return list(lanes.values())

    async def _deliver(self, lanes: Sequence[Sequence[Deferred]]) -> tuple[list[Deferred], list[Failure], list[int]]:
        """Try every lane; give what must wait, what failed for good, and the positions that are done with."""
        again: list[Deferred] = []
        failures: list[Failure] = []
        done: list[int] = []

        async def one_lane(lane: Sequence[Deferred]) -> None:
            for index, call in enumerate(lane):
                async with self._room:
                    outcome = await self._try(call)
                match outcome:
                    case None:  # parked: nothing was tried
                        again.extend(self._parked(waiting) for waiting in lane[index:])
                        return
                    case Delivered():
                        done.append(call.position)
                    case Refused():
                        done.append(call.position)
                        failures.append(self._failure(call, outcome.reason, outcome.detail))
                    case RetryLater():
                        later = self._later(call, outcome)
                        if later is None:
                            done.append(call.position)
                            failures.append(self._failure(call, outcome.reason, outcome.detail))
                            continue
                        again.append(later)
                        again.extend(self._parked(waiting, later.due_at) for waiting in lane[index + 1 :])
                        return

        await asyncio.gather(*map(one_lane, lanes))
        return again, failures, done

    async def _try(self, call: Deferred) -> Outcome | None:
        """Make one request; None when the destination is to be left alone."""
        now = self._clock.now_ms()
        if self.circuit.is_parked(now):
            return None
        outcome = await self._ask(msgspec.json.decode(call.body), now)
        now = self._clock.now_ms()
        deliveries_made.labels(self.outlet.kind.key, outcome.__struct_config__.tag).inc()
        match outcome:
            case Delivered():
                self.circuit = self.circuit.answered()
                self._tallying.delivered(call.name, now=now, latency_ms=max(now - call.received_at, 0))
            case Refused(reason=reason):
                self.circuit = self.circuit.answered()
                self._tallying.count("failed", call.name, now=now, reason=reason)
            case RetryLater(after_s=after_s, reason=reason):
                self._fault = reason
                was_parked = self.circuit.is_parked(now)
                self.circuit = self.circuit.failed(now, after_s=after_s)
                if self.circuit.is_parked(now) and not was_parked:
                    wait = self.circuit.parked_until - now
                    log.warning("destination.parked", destination_id=self._key[1], reason=reason, wait_ms=wait)
        return outcome

    async def _ask(self, call: dict[str, Any], now: int) -> Outcome:
        kind, settings = self.outlet.kind, self.outlet.settings
        if not is_erasure(call):
            request = kind.sealed(kind.request(call, settings), settings, now=now)
            return kind.outcome(await self._carrier.carry(request))
        asked = kind.erasure(call, settings)
        if asked is None:  # the setting that it needs was taken away meanwhile
            return Refused("NOT_SUPPORTED", kind.no_erasure)
        return kind.erased(await self._carrier.carry(kind.sealed(asked, settings, now=now)))

    def _later(self, call: Deferred, outcome: RetryLater) -> Deferred | None:
        """Say when to try again; None, and counted, when it is enough."""
        now, tries = self._clock.now_ms(), call.tries + 1
        first_at = call.first_at if call.tries else now
        at = next_try_at(
            tries=tries,
            first_at=first_at,
            now=now,
            chance=self._chance(),
            after_s=outcome.after_s,
            patience=self.outlet.kind.patience,
        )
        if at is None:
            self._tallying.count("failed", call.name, now=now, reason=outcome.reason)
            return None
        self._tallying.count("retried", call.name, now=now, reason=outcome.reason)
        return msgspec.structs.replace(
            call, due_at=at, tries=tries, first_at=first_at, error=f"{outcome.reason} {outcome.detail}"[:300]
        )

    def _parked(self, call: Deferred, due_at: int = 0) -> Deferred:
        """Let a call wait without spending a try."""
        return msgspec.structs.replace(call, due_at=max(due_at, self.circuit.parked_until))

    def _failure(self, call: Deferred, reason: str, detail: str) -> Failure:
        return Failure(
            environment_id=self._key[0],
            destination_id=self._key[1],
            at=self._clock.now_ms(),
            position=call.position,
            name=call.name,
            call_id=call_id_of(call.body),
            reason=reason,
            detail=detail[:300],
            tries=call.tries + 1,
            body=call.body,
        )
