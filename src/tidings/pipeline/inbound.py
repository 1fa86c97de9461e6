"""The inbound step: from the stream to effects, exactly once.

A bounded batch of one partition, in order; one transaction for all its effects and the partition's offset. Whoever
dies in the middle has done nothing; whoever comes second finds the offset moved and does nothing.
"""

import asyncio
from collections import Counter

import msgspec
import structlog

from tidings.effects import Effects
from tidings.errors import Unavailable
from tidings.ids import position
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ingest import unpack
from tidings.ledger import ACCEPTED, MINUTE_MS, Tally, of_calls, summed
from tidings.mapping import Arrival, Rules, apply, maybe_suppressed, sighting, who
from tidings.ports import InboundStore, InboundTransaction, Stream
from tidings.telemetry import events_applied, inbound_batch_seconds

log = structlog.get_logger()


class InboundStep:
    """Applies what the stream holds."""

    def __init__(self, *, stream: Stream, store: InboundStore, rules: Rules, count_max: int = 4000) -> None:
        self._stream = stream
        self._store = store
        self._rules = rules
        self._count_max = count_max
        self._after: dict[int, int] = {}
        self._ahead: dict[int, _Batch] = {}

    @property
    def is_behind(self) -> bool:
        """Tell whether more was waiting behind the last batch of some partition."""
        return bool(self._ahead)

    async def run_once(self, partition: int) -> Effects | None:
        """Apply the next batch of a partition. None when there is nothing to do.

        Raises `Unavailable` when storage is; then nothing was done. A batch that fails for any other reason is
        applied entry by entry, and an entry that fails alone is put in the log as discarded, so that one bad request
        cannot hold up the others.
        """
        try:
            return await self._run(partition, self._count_max)
        except Unavailable:
            raise
        except Exception:
            log.exception("inbound.batch_failed", partition=partition)
            self._after.pop(partition, None)
        try:
            return await self._run(partition, 1)
        except Unavailable:
            raise
        except Exception:
            log.exception("inbound.entry_quarantined", partition=partition)
            self._after.pop(partition, None)
        return await self._run(partition, 1, quarantine=True)

    async def _run(self, partition: int, count_max: int, *, quarantine: bool = False) -> Effects | None:
        after = await self._offset(partition)
        batch = self._ahead.pop(partition, None)
        if batch is None or batch.after != after or len(batch.arrivals) > count_max:
            batch = await self._read(partition, after, count_max)
        if not batch.arrivals:
            return None
        ahead = None
        if 2 * len(batch.arrivals) > count_max:  # more is waiting: it is read and unpacked while this is written
            ahead = asyncio.create_task(self._read(partition, batch.through, count_max))
        try:
            effects = await self._apply(partition, batch, quarantine=quarantine)
        finally:
            if ahead is not None:
                await asyncio.wait((ahead,))
        if effects is None:  # somebody else was faster: look where the partition stands now
            del self._after[partition]
            return Effects()
        self._after[partition] = batch.through
        if ahead is not None and ahead.exception() is None and ahead.result().arrivals:
            self._ahead[partition] = ahead.result()
        for status, count in Counter(event.status for event in effects.events).items():
            events_applied.labels(status).inc(count)
        return effects

    async def _offset(self, partition: int) -> int:
        if partition not in self._after:
            async with self._store.transaction(partition) as transaction:
                self._after[partition] = await transaction.offset()
        return self._after[partition]

    async def _apply(self, partition: int, batch: "_Batch", *, quarantine: bool) -> Effects | None:
        """Write a batch's effects; None when the partition no longer stood where the batch begins."""

        async def work(transaction: InboundTransaction) -> Effects | None:
            effects = _quarantined(batch) if quarantine else await self._decide(transaction, batch)
            effects = msgspec.structs.replace(effects, tallies=[*batch.accepted, *effects.tallies])
            applied = await transaction.apply(
                effects, after=batch.after, through=batch.through, received_at=batch.received_at
            )
            return effects if applied else None

        with inbound_batch_seconds.time():
            return await self._store.transact(partition, work)

    async def _read(self, partition: int, after: int, count_max: int) -> "_Batch":
        entries = await self._stream.read(partition, after, count_max=count_max)
        return _Batch(
            after=after,
            through=entries[-1].offset if entries else after,
            received_at=max((entry.received_at for entry in entries), default=0),
            accepted=summed((entry.environment_id, entry.received_at, ACCEPTED, "", entry.count) for entry in entries),
            arrivals=[
                Arrival(entry.environment_id, entry.source_id, position(entry.offset, index), record)
                for entry in entries
                for index, record in enumerate(unpack(entry))
            ],
        )

    async def _decide(self, transaction: InboundTransaction, batch: "_Batch") -> Effects:
        arrivals = batch.arrivals
        seen = await transaction.already_seen(
            [sighting(arrival) for arrival in arrivals if not arrival.record.discarded],
            received_at=batch.received_at,
            window_ms=self._rules.dedup_window_ms,
        )
        asked = who(arrivals)
        society = await transaction.society(sorted(asked.anonymous), sorted(asked.tenants))
        environments = {arrival.environment_id for arrival in arrivals if arrival.record.type == "track"}
        sends = {(a.environment_id, a.record.message_id) for a in arrivals if a.record.type == "send"}
        sent = sends - await transaction.take_requests(sorted(sends), at=batch.received_at) if sends else set()
        arrangements = await transaction.arrangements(sorted({arrival.environment_id for arrival in arrivals}))
        suppressible = maybe_suppressed(arrivals, arrangements)
        suppressed = await transaction.suppressed(sorted(suppressible)) if suppressible else set()
        profiles = await transaction.profiles(sorted(asked.profiles(society)))
        event_maps = await transaction.event_maps(sorted(environments))
        applied = apply(
            arrivals,
            seen=seen,
            profiles=profiles,
            event_maps=event_maps,
            rules=self._rules,
            sent=sent,
            arrangements=arrangements,
            society=society,
            suppressed=suppressed,
        )
        for fault in applied.faults:
            log.error("inbound.record_failed", exc_info=fault)
        return applied.effects


class _Batch(msgspec.Struct, frozen=True):
    """Some entries of one partition, unpacked."""

    after: int
    through: int
    received_at: int
    accepted: list[Tally]
    """Counted by the entries, as the front door wrote them; what becomes of the records is counted by the decision."""
    arrivals: list[Arrival]


def _quarantined(batch: _Batch) -> Effects:
    """Keep nothing of these records but that they came and could not be applied."""
    status, reason = EventStatus.DISCARDED, "internal"
    counted = [(a.environment_id, a.record.received_at, status, reason, 1) for a in batch.arrivals]
    return Effects(
        tallies=summed(counted),
        activity=of_calls(summed(counted, each_ms=MINUTE_MS)),
        events=[
            InboundEvent(
                environment_id=arrival.environment_id,
                user_key="",
                received_at=arrival.record.received_at,
                position=arrival.position,
                source_id=arrival.source_id,
                type=arrival.record.type,
                name=None,
                message_id="",
                timestamp=arrival.record.received_at,
                status=status,
                reason=reason,
                detail="tidings failed on it; its log says why",
            )
            for arrival in batch.arrivals
        ],
    )
