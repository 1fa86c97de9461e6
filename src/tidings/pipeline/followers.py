"""All followers of a worker: one task each, so that a slow or dead one holds up nobody."""

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import structlog

from tidings.clock import Clock
from tidings.destinations import Destination
from tidings.effects import FollowerEffects
from tidings.errors import InvalidInput, Unavailable
from tidings.forwarding import outlet_of
from tidings.forwarding.tallying import HOUR_MS, Tallying
from tidings.pipeline.delivery import Delivery
from tidings.pipeline.follower import Follower
from tidings.pipeline.herald import Herald
from tidings.pipeline.rest import rest
from tidings.ports import Carrier, DeliveryStore, DestinationStore, FollowerStore, SourceStore, StatusNewsStore, Stream

log = structlog.get_logger()

_LOOK_ANYWAY_S = 1.0  # the inbound step of another process does not wake us
_LOOK_SOON_S = 0.1
_GATHER_S = 0.2
"""So long what comes is gathered for the installation's own followers: nobody waits for what they write, and a message
would have to wait for each of their batches."""
_CONFIG_S = 1.0
_LEASE_MS = 30_000
_KEEP_HOURS = 14 * 24
_SKIP_AT_ONCE = 2_000


class Shelf(msgspec.Struct, frozen=True):
    """The stores that followers work on."""

    stream: Stream
    offsets: FollowerStore
    deliveries: DeliveryStore
    destinations: DestinationStore
    sources: SourceStore
    news: StatusNewsStore


class Followers:
    """Keeps one follower for each outside destination, and the installation's own."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        carrier: Carrier,
        clock: Clock,
        holder: str,
        own: Sequence[Follower] = (),
        hold_hours: int = 24,
    ) -> None:
        """`hold_hours`: how long the stream keeps what a follower cannot take; then it is skipped, and counted."""
        self._shelf = shelf
        self._carrier = carrier
        self._clock = clock
        self._holder = holder
        self._own = {follower.step.reader: follower for follower in own}
        self._hold_ms = hold_hours * HOUR_MS
        self._version = -1
        self._running: dict[str, tuple[object, asyncio.Event, asyncio.Task[None]]] = {}
        self._news = asyncio.Event()
        self._stale = asyncio.Event()

    def nudge(self) -> None:
        """Tell that the inbound step has come further."""
        self._news.set()
        self._news = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until told to stop; then finish what is under way and let go."""
        for reader, follower in self._own.items():
            self._start(reader, follower, follower)
        while not stop.is_set():
            try:
                await self.refresh()
            except Unavailable as error:
                log.warning("worker.storage_away", loop="followers", error=str(error))
            except Exception:
                log.exception("worker.round_failed", loop="followers")
            await _first(stop, self._stale, _CONFIG_S)
            self._stale.clear()
        await self._stop(list(self._running))
        try:
            await self._shelf.offsets.release(self._holder)
        except Unavailable as error:
            log.warning("worker.storage_away", loop="followers", error=str(error))  # the leases expire by themselves

    async def refresh(self) -> None:
        """Start, replace and stop deliveries as destinations and sources have changed."""
        version = await self._shelf.destinations.version()
        if version == self._version:
            return
        found = {f"destination:{each.id}": each for each in await self._shelf.destinations.everywhere()}
        redacted = await self._redacted(found.values())
        wanted = {reader: (each, redacted[each.environment_id]) for reader, each in found.items()}
        await self._stop(
            [
                reader
                for reader, (at, _, _) in self._running.items()
                if reader not in self._own and wanted.get(reader) != at
            ]
        )
        for reader, at in wanted.items():
            if reader not in self._running:
                try:
                    follower = self._follower(*at)
                except InvalidInput as error:  # a kind that this version does not have: the others go on
                    log.warning("destination.not_followed", reader=reader, error=str(error))
                    continue
                self._start(reader, at, follower)
        self._version = version

    async def _is_current(self) -> bool:
        """Tell whether destinations and sources are as they were last read; if not, they are read again at once."""
        if await self._shelf.destinations.version() == self._version:
            return True
        self._stale.set()
        return False

    def _follower(self, destination: Destination, redacted: Mapping[int, tuple[str, ...]]) -> Follower | Herald:
        delivery = Delivery(
            outlet=outlet_of(destination),
            store=self._shelf.deliveries,
            carrier=self._carrier,
            clock=self._clock,
            chance=random.random,
            redacted=redacted,
            is_current=self._is_current,
        )
        if delivery.outlet.kind.reads == "messages":
            return Herald(store=self._shelf.news, step=delivery, clock=self._clock, hold_ms=self._hold_ms)
        return Follower(stream=self._shelf.stream, store=self._shelf.offsets, step=delivery)

    async def _redacted(self, destinations: Iterable[Destination]) -> Mapping[int, Mapping[int, tuple[str, ...]]]:
        environments = {each.environment_id for each in destinations}
        return {
            environment_id: {
                source.id: source.settings.redacted
                for source in await self._shelf.sources.all(environment_id)
                if source.settings.redacted
            }
            for environment_id in environments
        }

    def _start(self, reader: str, at: object, follower: Follower | Herald) -> None:
        stop = asyncio.Event()
        self._running[reader] = (at, stop, asyncio.create_task(self._follow(follower, stop)))

    async def _stop(self, readers: Sequence[str]) -> None:
        stopped = [self._running.pop(reader) for reader in readers]
        for _, stop, _ in stopped:
            stop.set()
        self.nudge()
        await asyncio.gather(*(task for _, _, task in stopped))

    async def _follow(self, follower: Follower | Herald, stop: asyncio.Event) -> None:
        held_until = 0
        while not stop.is_set():
            news = self._news
            try:
                now = self._clock.now_ms()
                if now > held_until - _LEASE_MS // 2:
                    until = now + _LEASE_MS
                    if not await self._shelf.offsets.hold(
                        follower.step.reader, self._holder, now=now, until=until
                    ):  # another worker follows
                        await rest(stop, _LEASE_MS / 4000)
                        continue
                    held_until = until
                busy = await self._round(follower)
                if not busy:
                    await _news_or(news, await self._pause_s(follower))
                own = self._own.get(follower.step.reader)
                if own is not None and not own.is_behind:
                    await rest(stop, _GATHER_S)
            except Unavailable as error:
                log.warning("worker.storage_away", loop=follower.step.reader, error=str(error))
                await rest(stop, _LOOK_ANYWAY_S)
            except Exception:
                log.exception("follower.round_failed", reader=follower.step.reader)
                await rest(stop, _LOOK_ANYWAY_S)

    async def _round(self, follower: Follower | Herald) -> bool:
        moved = await follower.round(self._shelf.stream.partitions)
        if not isinstance(follower.step, Delivery):
            return moved
        tried = await follower.step.retry_once()
        await follower.step.note_circuit()
        return moved or tried > 0

    async def _pause_s(self, follower: Follower | Herald) -> float:
        if not isinstance(follower.step, Delivery):
            return _LOOK_ANYWAY_S
        destination = follower.step.outlet.destination
        due_at = await self._shelf.deliveries.next_due_at(destination.environment_id, destination.id)
        if due_at is None:
            return _LOOK_ANYWAY_S
        due_at = max(due_at, follower.step.circuit.parked_until)
        return min(max((due_at - self._clock.now_ms()) / 1000, _LOOK_SOON_S), _LOOK_ANYWAY_S)

    async def keep_from(self, applied: Mapping[int, int]) -> dict[int, int]:
        """Tell how far the stream may be trimmed, given how far the inbound step has come.

        What a follower has not read stays, but not for ever: past the bound it is skipped, and counted.
        """
        positions = await self._shelf.offsets.positions()
        readers = {f"destination:{each.id}": each for each in await self._shelf.destinations.everywhere()}
        limits = dict(applied)
        for reader in [*readers, *self._own]:
            for partition, position in positions.get(reader, {}).items():
                if position < limits.get(partition, 0):
                    reached = await self._skip_old(reader, readers.get(reader), partition, position)
                    limits[partition] = min(limits[partition], reached)
        before_hour = self._clock.now_ms() // HOUR_MS - _KEEP_HOURS
        for partition, limit in limits.items():
            await self._shelf.offsets.forget(partition=partition, through=limit, before_hour=before_hour)
        return limits

    async def _skip_old(self, reader: str, destination: Destination | None, partition: int, after: int) -> int:
        """Move a reader past what is older than the bound; give where it then stands."""
        oldest = self._clock.now_ms() - self._hold_ms
        while True:
            entries = await self._shelf.stream.read(partition, after, count_max=_SKIP_AT_ONCE)
            old = [entry for entry in entries if entry.received_at < oldest]
            if not old:
                return after
            tallies = []
            if destination is not None:
                tallying = Tallying(destination.environment_id, destination.id)
                mine = sum(entry.count for entry in old if entry.environment_id == destination.environment_id)
                if mine:
                    tallying.count("skipped", "(any)", now=self._clock.now_ms(), reason="TOO_OLD", count=mine)
                tallies = tallying.take()
            through = old[-1].offset
            effects = FollowerEffects(tallies=tallies)
            if not await self._shelf.offsets.apply(reader, partition, after=after, through=through, effects=effects):
                return after  # it has moved by itself
            log.warning("follower.skipped", reader=reader, partition=partition, entries=len(old))
            after = through


async def _first(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    waiting = [asyncio.create_task(each.wait()) for each in (one, other)]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()


async def _news_or(news: asyncio.Event, seconds: float) -> None:
    await rest(news, seconds)
