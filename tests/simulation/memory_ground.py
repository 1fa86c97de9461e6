"""The two steps alone, over dictionaries: a run takes milliseconds, so that many thousand seeds can be tried."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from installation import ENVIRONMENTS, Stores
from memory_stores import Memory, MemoryInboundStore, MemoryProfiles, MemoryQueue, MemoryStream
from perils import Mortal, Perilous
from remains import Ended, Key, Line, Logged, Remains, Tried
from virtual_time import VirtualLoop

from clients import MAPPED, TEMPLATE_VERSION
from tidings.clock import Clock
from tidings.effects import MappedTemplate
from tidings.ledger import PENDING, UNKNOWN, Books, balance, summed
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.environments import Environments
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.outbound import Library
from tidings.pipeline.shared import SharedBodies
from tidings.pipeline.tenancy import Tenancy
from tidings.ports import Stream
from tidings.sending_rules import SendingRules
from tidings.templates import TemplateVersion

_HERE = [environment.id for environment in ENVIRONMENTS]
_MAPS = {
    (each, f"Segment-TrackEvent:{MAPPED}"): MappedTemplate(TEMPLATE_VERSION.template_id, sendable=True)
    for each in _HERE
}


class Bare:
    """An environment with one template, where nobody has wished for anything."""

    async def published(self, keys: Sequence[Key]) -> dict[Key, TemplateVersion]:
        """There is one."""
        return {key: TEMPLATE_VERSION for key in keys if key[1] == TEMPLATE_VERSION.template_id}

    async def exists(self, environment_id: int, key: str) -> bool:
        """There is one."""
        return key == TEMPLATE_VERSION.template_id

    async def get(self, environment_id: int) -> SendingRules:
        """There are no rules."""
        return SendingRules()

    async def pass_limits(self, passages: Sequence[object], *, now: int) -> list[str | None]:
        """There are no limits."""
        return [None for _ in passages]

    async def none(self, *_asked: object, **_named: object) -> dict[Any, Any]:
        """There is nothing of the kind."""
        return {}

    topics = chosen = among = find = stamps = none


class NothingToMany:
    """Nobody sends to many."""

    rest_s = 0.0

    async def run_once(self) -> None:
        """There is nothing to do."""


class NoFollowers:
    """Nobody follows: the stream is kept for the inbound step alone."""

    def nudge(self) -> None:
        """Nobody listens."""

    async def run(self, stop: asyncio.Event) -> None:
        """Wait for the end."""
        await stop.wait()

    async def keep_from(self, applied: dict[int, int]) -> dict[int, int]:
        """What is applied may go."""
        return applied


class MemoryGround:
    """Where runs take place, one after another: each finds nothing."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.runner = runner
        self._memory = Memory()

    def clear(self) -> None:
        """Forget everything, the time too."""
        self._memory = Memory()
        loop = self.runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        loop.rewind()

    def stream(self, partitions: int) -> MemoryStream:
        """Make an empty stream."""
        return MemoryStream(partitions=partitions)

    def stores(self, mortal: Mortal, stream: Stream, clock: Clock) -> Stores:
        """Give what the two steps need."""
        bare: Any = Perilous(Bare(), mortal)
        gatekeeper = Gatekeeper(
            shared=SharedBodies(bare), digesting=Digesting(bare), preferences=bare, suppressions=bare, rules=bare
        )
        library = Library(
            Tenancy(bare, bare, bare, bare),
            Perilous(MemoryProfiles(self._memory), mortal),
            Environments(ENVIRONMENTS),
            gatekeeper,
            brands=bare,
            translations=bare,
            devices=bare,
        )
        return Stores(
            inbound=MemoryInboundStore(self._memory, _MAPS),
            queue=MemoryQueue(self._memory),
            library=library,
            expansion=NothingToMany(),
            followers=NoFollowers(),
        )

    def waiting(self) -> tuple[int, dict[int, int]]:
        """Count the queue, and look at the offsets."""
        return len(self._memory.due), self._memory.offsets

    async def remains(self, stream: Stream, now: int) -> Remains:
        """Look at everything."""
        memory = self._memory
        events, messages = memory.events.values(), memory.messages.values()
        waiting = [
            (record.environment_id, record.received_at, PENDING, "", record.count)
            for partition in range(stream.partitions)
            for record in await stream.read(partition, memory.offsets.get(partition, 0), count_max=2**31)
        ]
        books = Books(
            calls=memory.call_counts,
            waiting=summed(waiting),
            messages=memory.message_counts,
            unsettled=(),
            logged=summed((it.environment_id, it.received_at, it.status, it.reason, 1) for it in events),
            kept=summed(
                (
                    it.environment_id,
                    it.enqueued,
                    UNKNOWN if it.outcome_unknown else it.status,
                    "" if it.outcome_unknown else it.reason or "",
                    1,
                )
                for it in messages
            ),
        )
        return Remains(
            calls=[Logged(it.environment_id, it.message_id, it.status) for it in events],
            messages=[Ended(it.environment_id, it.id, it.status, it.outcome_unknown) for it in messages],
            histories={
                key: [Line(line.type, dict(line.fields)) for _, line in sorted(lines.items())]
                for key, lines in memory.lines.items()
            },
            attempts={
                key: [Tried(number, made.outcome is not None) for number, made in sorted(tried.items())]
                for key, tried in memory.attempts.items()
            },
            profiles={key: msgspec.json.decode(data) for key, data in memory.profiles.items()},
            accounts=balance(books, _HERE),
        )
