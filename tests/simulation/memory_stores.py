"""Storage that is a handful of dictionaries: what the ports of the two steps promise, and nothing else."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec
from remains import Key

from tidings.backends.sql.counts import made_of, moved_of
from tidings.backends.sql.settled import Queued, attempt_is_open, what_stands
from tidings.data_logs import Entry as Line
from tidings.effects import Arrangement, AttemptStart, Claim, Effects, MappedTemplate, Settlement, Sighting, Society
from tidings.errors import Conflict
from tidings.inbound_events import InboundEvent
from tidings.ledger import Tally
from tidings.messages import Attempt, Message
from tidings.profiles import Profile
from tidings.records import Append, Entry


class Waiting(msgspec.Struct):
    """A message in the queue."""

    due_at: int
    worker: str | None = None


class Memory:
    """All that stands. Whatever changes it does so between two awaits, so it is there at once or not at all."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.offsets: dict[int, int] = {}
        self.seen: dict[Sighting, int] = {}
        self.profiles: dict[Key, bytes] = {}
        self.events: dict[tuple[int, int], InboundEvent] = {}
        self.messages: dict[Key, Message] = {}
        self.due: dict[Key, Waiting] = {}
        self.lines: dict[Key, dict[int, Line]] = defaultdict(dict)
        self.attempts: dict[Key, dict[int, Attempt]] = defaultdict(dict)
        self.call_counts: list[Tally] = []
        self.message_counts: list[Tally] = []

    def log(self, lines: Sequence[Line]) -> None:
        """Add to histories; a line that stands there stays."""
        for line in lines:
            self.lines[line.environment_id, line.message_id].setdefault(line.ordinal, line)


class MemoryStream:
    """`tidings.ports.Stream`."""

    def __init__(self, *, partitions: int) -> None:
        self.partitions = partitions
        self._entries: list[list[Entry]] = [[] for _ in range(partitions)]
        self._last = [0] * partitions
        self._offset = 0

    async def append(self, appends: Sequence[Append]) -> None:
        """Number what comes."""
        for append in appends:
            self._offset += 1
            self._entries[append.partition].append(Entry(offset=self._offset, **msgspec.structs.asdict(append)))
            self._last[append.partition] = self._offset

    async def read(self, partition: int, after: int, *, count_max: int) -> list[Entry]:
        """Read on."""
        entries: list[Entry] = []
        total = 0
        for entry in self._entries[partition]:
            if entry.offset <= after:
                continue
            total += entry.count
            if entries and total > count_max:
                break
            entries.append(entry)
        return entries

    @property
    def trouble(self) -> str:
        """Whoever appends is told; nobody looks here."""
        return ""

    async def last_offset(self, partition: int) -> int:
        """Look at the end."""
        return self._last[partition]

    async def waiting(self, partition: int, after: int) -> int:
        """Count what follows."""
        return sum(entry.offset > after for entry in self._entries[partition])

    async def trim(self, partition: int, through: int) -> int:
        """Forget what was read."""
        before = len(self._entries[partition])
        self._entries[partition] = [entry for entry in self._entries[partition] if entry.offset > through]
        return before - len(self._entries[partition])

    async def close(self) -> None:
        """Hold nothing."""


class MemoryInboundStore:
    """`tidings.ports.InboundStore`; one transaction at a time."""

    def __init__(self, memory: Memory, maps: dict[Key, MappedTemplate]) -> None:
        self._memory = memory
        self._maps = maps

    @asynccontextmanager
    async def transaction(self, partition: int) -> AsyncIterator["MemoryInboundTransaction"]:
        """Begin; what was applied is there when it ends well."""
        async with self._memory.turn:
            transaction = MemoryInboundTransaction(self._memory, self._maps, partition)
            yield transaction
            transaction.commit()

    async def transact(self, partition: int, work: Callable[..., Awaitable[Effects | None]]) -> Effects | None:
        """Begin, work and commit."""
        async with self.transaction(partition) as transaction:
            return await work(transaction)

    async def offsets(self) -> dict[int, int]:
        """Tell how far each partition has been applied."""
        return dict(self._memory.offsets)

    async def forget_seen(self, *, before: int) -> int:
        """Forget what is old."""
        old = [sighting for sighting, at in self._memory.seen.items() if at < before]
        for sighting in old:
            del self._memory.seen[sighting]
        return len(old)

    async def make_room(self, *, now: int) -> None:
        """There is room."""


class MemoryInboundTransaction:
    """`tidings.ports.InboundTransaction`."""

    def __init__(self, memory: Memory, maps: dict[Key, MappedTemplate], partition: int) -> None:
        self._memory = memory
        self._maps = maps
        self._partition = partition
        self._applied: tuple[Effects, int, int] | None = None

    async def offset(self) -> int:
        """Tell how far this partition has been applied."""
        return self._memory.offsets.get(self._partition, 0)

    async def already_seen(self, sightings: Sequence[Sighting], *, received_at: int, window_ms: int) -> set[Sighting]:
        """Look them up."""
        seen = self._memory.seen
        return {each for each in sightings if each in seen and seen[each] >= received_at - window_ms}

    async def take_requests(self, keys: Sequence[Key], *, at: int) -> set[Key]:
        """Look them up: a request is taken when its message is there."""
        return {key for key in keys if key not in self._memory.messages}

    async def profiles(self, keys: Sequence[Key]) -> dict[Key, bytes]:
        """Look them up."""
        return {key: self._memory.profiles[key] for key in keys if key in self._memory.profiles}

    async def suppressed(self, keys: Sequence[Key]) -> set[Key]:
        """There are none."""
        return set()

    async def society(self, anonymous: Sequence[Key], tenants: Sequence[Key]) -> Society:
        """Nobody is known by another name."""
        return Society()

    async def event_maps(self, environment_ids: Sequence[int]) -> dict[Key, MappedTemplate]:
        """Give them all."""
        return self._maps

    async def arrangements(self, environment_ids: Sequence[int]) -> dict[int, Arrangement]:
        """Everything is as it comes."""
        return {}

    async def apply(self, effects: Effects, *, after: int, through: int, received_at: int) -> bool:
        """Remember what to write, unless somebody else did."""
        if self._memory.offsets.get(self._partition, 0) != after:
            return False
        self._applied = (effects, through, received_at)
        return True

    def commit(self) -> None:
        """Write it."""
        if self._applied is None:
            return
        memory, (effects, through, received_at) = self._memory, self._applied
        memory.offsets[self._partition] = through
        memory.seen |= dict.fromkeys(effects.seen, received_at)
        for write in effects.profiles:
            memory.profiles[write.environment_id, write.user_key] = write.data
        for event in effects.events:
            memory.events.setdefault((event.environment_id, event.position), event)
        for message in effects.messages:
            key = (message.environment_id, message.id)
            if key not in memory.messages:
                memory.messages[key] = message
                memory.due[key] = Waiting(message.enqueued)
        memory.log(effects.entries)
        memory.call_counts += effects.tallies
        memory.message_counts += made_of(effects.messages)[0]


class MemoryQueue:
    """`tidings.ports.MessageQueue`, as much of it as the outbound step asks."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def claim(self, *, worker: str, now: int, until: int, limit: int) -> list[Claim]:
        """Take what is due, oldest first."""
        memory = self._memory
        due = sorted((waiting.due_at, key) for key, waiting in memory.due.items() if waiting.due_at <= now)[:limit]
        for _, key in due:
            memory.due[key] = Waiting(until, worker)
        return [
            Claim(message=memory.messages[key], attempts=tuple(memory.attempts[key].values()), until=until)
            for _, key in due
        ]

    async def next_due_at(self) -> int | None:
        """Tell when to look again."""
        return min((waiting.due_at for waiting in self._memory.due.values()), default=None)

    async def start(self, starts: Sequence[AttemptStart]) -> None:
        """Record attempts, all or none."""
        for start in starts:
            key = _key(start.attempt)
            if key not in self._memory.due or start.attempt.number in self._memory.attempts[key]:
                raise Conflict("somebody else made it, or it left the queue")
        for start in starts:
            self._memory.attempts[_key(start.attempt)][start.attempt.number] = start.attempt
            self._memory.log(start.entries)

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record what stands of these outcomes."""
        memory = self._memory
        settlements = [each for each in settlements if _key(each) in memory.messages]
        before = {key: _queued(memory.messages[key]) for key in map(_key, settlements)}
        queued = dict(before)
        outcomes = {(key, number): made.outcome for key in before for number, made in memory.attempts[key].items()}
        kept, lines = what_stands(queued, dict(outcomes), settlements)
        for settlement in settlements:
            self._close(settlement)
        for settlement in kept:
            self._put(settlement)
        memory.log(lines)
        memory.message_counts += moved_of(
            ((key[0], old.enqueued, old.status, old.reason, old.outcome_unknown), _stand(key, queued[key]))
            for key, old in before.items()
        )

    def _close(self, settlement: Settlement) -> None:
        tried = self._memory.attempts[_key(settlement)]
        made = tried.get(settlement.attempt or 0)
        if made is not None and attempt_is_open(made.outcome, settlement.outcome):
            closed = msgspec.structs.replace(made, finished=settlement.at, outcome=settlement.outcome)
            tried[made.number] = closed

    def _put(self, settlement: Settlement) -> None:
        key = _key(settlement)
        names = ("status", "reason", "error", "outcome_unknown")
        self._memory.messages[key] = msgspec.structs.replace(
            self._memory.messages[key], updated=settlement.at, **{name: getattr(settlement, name) for name in names}
        )
        if settlement.due_at is None:
            self._memory.due.pop(key, None)
        else:
            self._memory.due[key] = Waiting(settlement.due_at)

    async def release(self, worker: str) -> int:
        """Give back what was not begun."""
        held = [
            key
            for key, waiting in self._memory.due.items()
            if waiting.worker == worker and all(made.outcome for made in self._memory.attempts[key].values())
        ]
        for key in held:
            self._memory.due[key] = Waiting(0)
        return len(held)


class MemoryProfiles:
    """The part of `tidings.ports.ProfileStore` that the outbound step asks."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def get(self, keys: Sequence[Key]) -> dict[Key, Profile]:
        """Read them."""
        return {
            key: Profile(
                environment_id=key[0], user_key=key[1], data=msgspec.json.decode(data), created_at=0, updated_at=0
            )
            for key in keys
            if (data := self._memory.profiles.get(key)) is not None
        }


def _key(item: Attempt | Settlement) -> Key:
    return item.environment_id, item.message_id


def _queued(message: Message) -> Queued:
    return Queued(message.status, message.outcome_unknown, message.reason or "", message.enqueued)


def _stand(key: Key, queued: Queued) -> tuple[int, int, object, str, bool]:
    return key[0], queued.enqueued, queued.status, queued.reason, queued.outcome_unknown
