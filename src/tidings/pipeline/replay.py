"""A replay: calls of the archive are decided once more, as if they came now.

What was applied stays as it is: nothing happens twice. A call that came to nothing then, and would come to something
now, comes to it: its filter was loosened, its template was published, its row was lost with a disk. Ids derive from
the call's old place, so a replay may be broken off and begun again.

History is not news: a replay builds profiles and tenants, and starts notifications only when it is asked to.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import msgspec
import structlog

from tidings.effects import Arrangement, Effects, Sighting
from tidings.errors import Unavailable
from tidings.ids import derived_id
from tidings.inbound_events import EventStatus, InboundEvent
from tidings.ledger import ACCEPTED, summed
from tidings.mapping import Arrival, Rules, apply, maybe_suppressed, sighting, who
from tidings.ports import ArchiveManifest, CallArchive, ReplayStore, ReplayTransaction
from tidings.ports.replay_store import EventKey, Stand
from tidings.records import CallFilter, Seen

log = structlog.get_logger()

BATCH = 500
"""Calls in one transaction: a worker waits for it some tens of milliseconds at most."""
_TRIES = 5  # another partition may touch the same people at the same moment
_DONE = frozenset({EventStatus.APPLIED, EventStatus.MAPPED})

Progress = Callable[[int, int], None]


class ReplayRules(msgspec.Struct, frozen=True, kw_only=True):
    """How a replay goes about it."""

    inbound: Rules
    notify: bool = False
    """Let calls start notifications, judged as on the day they came."""
    dry_run: bool = False
    logged_from: int = 0
    """The log of calls is complete from then on (ms); of older calls it is not known what they came to."""


class ReplaySummary(msgspec.Struct, kw_only=True):
    """What a replay came to, or would."""

    calls: int = 0
    by_name: Counter[str] = msgspec.field(default_factory=Counter)
    """By type and event: `track Order Completed`."""
    already: int = 0
    """Were applied before: nothing happens."""
    forgotten: int = 0
    """Are older than the log: nobody can tell whether they were applied, so nothing happens."""
    applied: int = 0
    """Reach profiles and tenants now."""
    mapped: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    """By event and template: each becomes a message."""
    dropped: Counter[str] = msgspec.field(default_factory=Counter)
    """By status and reason."""

    @property
    def messages(self) -> int:
        """How many messages are made."""
        return sum(self.mapped.values())


class Replay:
    """Feeds a period of the archive through the inbound step's decisions."""

    def __init__(
        self, *, archive: CallArchive, manifest: ArchiveManifest, store: ReplayStore, rules: ReplayRules
    ) -> None:
        self._archive = archive
        self._manifest = manifest
        self._store = store
        self._rules = rules

    async def run(self, environment_id: int, where: CallFilter, *, progress: Progress) -> ReplaySummary:
        """Replay what a filter wants, in the order of arrival. Raises `Unavailable`; then the same again goes on."""
        summary = ReplaySummary()
        files = await self._manifest.living(environment_id, where.days)
        total = sum(file.rows for file in files)
        async for calls in self._archive.read(environment_id, files, where, count_max=BATCH):
            for arrivals in _without_repeats([self._arrival(call) for call in calls]):
                await self._replay(arrivals, summary)
            progress(summary.calls, max(total, summary.calls))
        return summary

    def _arrival(self, call: Seen) -> Arrival:
        record = call.record
        if not self._rules.notify and not record.historical:
            record = msgspec.structs.replace(record, historical=True)
        return Arrival(call.environment_id, call.source_id, call.position, record)

    async def _replay(self, arrivals: Sequence[Arrival], summary: ReplaySummary) -> None:
        for tries in range(1, _TRIES + 1):
            try:
                async with self._store.transaction() as transaction:
                    decided = await self._decide(transaction, arrivals)
                    if decided.does_something and not self._rules.dry_run:
                        await _redo(transaction, decided)
                break
            except Unavailable:
                if tries == _TRIES:
                    raise
        _count(decided, summary)

    async def _decide(self, transaction: ReplayTransaction, arrivals: Sequence[Arrival]) -> "_Decided":
        stands = await transaction.stands([_key(arrival) for arrival in arrivals])
        made = await transaction.existing_messages(
            [(arrival.environment_id, arrival.record.user_key, _id(arrival)) for arrival in arrivals]
        )
        arrangements = await transaction.arrangements(sorted({arrival.environment_id for arrival in arrivals}))
        suppressed = await transaction.suppressed(sorted(maybe_suppressed(arrivals, arrangements)))
        decided = _Decided(arrivals=arrivals)
        undone = []
        for arrival in arrivals:
            if (arrival.environment_id, arrival.record.user_key) in suppressed:
                decided.suppressed += 1
                continue
            stand = stands.get(_key(arrival))
            if (stand and stand[0] in _DONE) or (arrival.environment_id, _id(arrival)) in made:
                decided.already += 1
            elif stand is None and arrival.record.received_at < self._rules.logged_from:
                decided.forgotten += 1
            else:
                undone.append(arrival)
        if undone:
            decided.take(await self._apply(transaction, undone, arrangements), stands)
        return decided

    async def _apply(
        self, transaction: ReplayTransaction, arrivals: Sequence[Arrival], arrangements: Mapping[int, Arrangement]
    ) -> Effects:
        asked = who(arrivals)
        society = await transaction.society(sorted(asked.anonymous), sorted(asked.tenants))
        environments = sorted({arrival.environment_id for arrival in arrivals})
        users = sorted(asked.profiles(society))
        applied = apply(
            arrivals,
            seen=frozenset(),
            profiles=await transaction.profiles(users),
            event_maps=await transaction.event_maps(environments),
            rules=self._rules.inbound,
            arrangements=arrangements,
            society=society,
            written=await transaction.written(users),
        )
        for fault in applied.faults:
            log.error("replay.record_failed", exc_info=fault)
        return applied.effects


class _Decided(msgspec.Struct, kw_only=True):
    """What becomes of some calls."""

    arrivals: Sequence[Arrival]
    already: int = 0
    forgotten: int = 0
    suppressed: int = 0
    events: Sequence[InboundEvent] = ()
    """Of all calls that were decided again."""
    effects: Effects = Effects()
    """What is written: events that the log does not have, and whatever the calls do."""
    changed: Sequence[tuple[InboundEvent, Stand]] = ()
    """Events that the log has, and that do something now."""

    @property
    def does_something(self) -> bool:
        """Tell whether there is anything to write."""
        return bool(self.effects.events or self.changed)

    def take(self, effects: Effects, stands: Mapping[EventKey, Stand]) -> None:
        """Keep of a decision what is new: an event that comes to nothing again stays as the log has it."""
        self.events = effects.events
        lost = [event for event in effects.events if _event_key(event) not in stands]
        self.changed = [
            (event, stands[_event_key(event)])
            for event in effects.events
            if event.status in _DONE and _event_key(event) in stands
        ]
        counted = [
            (event.environment_id, event.received_at, word, reason, 1)
            for event in lost
            for word, reason in ((ACCEPTED, ""), (str(event.status), event.reason))
        ]
        kept = {"seen": (), "passed_over": (), "events": lost, "tallies": summed(counted), "activity": ()}
        self.effects = msgspec.structs.replace(effects, **kept)


async def _redo(transaction: ReplayTransaction, decided: _Decided) -> None:
    if not await transaction.redo(decided.effects, decided.changed):
        raise Unavailable("another replay came between: decide again")


def _count(decided: _Decided, summary: ReplaySummary) -> None:
    summary.calls += len(decided.arrivals)
    summary.already += decided.already
    summary.forgotten += decided.forgotten
    if decided.suppressed:
        summary.dropped["DISCARDED user_suppressed"] += decided.suppressed
    for arrival in decided.arrivals:
        summary.by_name[f"{arrival.record.type} {arrival.record.name or ''}".strip()] += 1
    for event in decided.events:
        if event.status is EventStatus.APPLIED:
            summary.applied += 1
        elif event.status is not EventStatus.MAPPED:
            summary.dropped[f"{event.status} {event.reason}".strip()] += 1
    names = {event.id: event.name or "" for event in decided.events}
    for message in decided.effects.messages:
        summary.mapped[names[message.id], message.template_id or ""] += 1


def _without_repeats(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    """Cut where a `messageId` comes again: it was accepted twice, long enough apart, and is no repeat now either."""
    parts: list[list[Arrival]] = [[]]
    marks: set[Sighting] = set()
    for arrival in arrivals:
        mark = sighting(arrival)
        if mark in marks:
            parts.append([])
            marks.clear()
        marks.add(mark)
        parts[-1].append(arrival)
    return parts


def _key(arrival: Arrival) -> EventKey:
    return arrival.environment_id, arrival.record.user_key, arrival.record.received_at, arrival.position


def _event_key(event: InboundEvent) -> EventKey:
    return event.environment_id, event.user_key, event.received_at, event.position


def _id(arrival: Arrival) -> str:
    return derived_id(arrival.record.received_at, arrival.position)
