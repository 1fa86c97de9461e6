"""A whole installation in virtual time: the real steps, the real statements, and a seed that decides the rest."""

import asyncio
import contextlib
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import structlog
from inline_sqlite import InlineStream, connect
from perils import MoodyProviders, Mortal, Odds, Perilous, PerilousTransactions, Perils
from virtual_time import VirtualClock, VirtualLoop

from clients import MAPPED, START_MS, TEMPLATE, Calls, Door
from tidings.app import ledger
from tidings.backends.sql import sqlite_engines
from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.brand_store import SqlBrandStore
from tidings.backends.sql.database import Database
from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.destination_store import SqlDestinationStore
from tidings.backends.sql.device_token_store import SqlDeviceTokenStore
from tidings.backends.sql.digest_store import SqlDigestStore
from tidings.backends.sql.engines import Engines
from tidings.backends.sql.event_map_store import SqlEventMapStore
from tidings.backends.sql.expansion_store import SqlExpansionStore
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.ledger_store import SqlLedgerStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.preference_store import SqlPreferenceStore
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.sending_rules_store import SqlSendingRulesStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.backends.sql.status_news_store import SqlStatusNewsStore
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.backends.sql.tenant_store import SqlTenantStore
from tidings.backends.sql.tenant_template_store import SqlTenantTemplateStore
from tidings.backends.sql.translation_store import SqlTranslationStore
from tidings.backends.sql.turn import Turn
from tidings.event_maps import EventMap
from tidings.ledger import Account
from tidings.links import Links
from tidings.mapping import Rules
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.expansion import ExpansionStep
from tidings.pipeline.followers import Followers, Shelf
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.inbound import InboundStep
from tidings.pipeline.outbound import Library, OutboundRules, OutboundStep
from tidings.pipeline.prepare import Preparer
from tidings.pipeline.share import Share
from tidings.pipeline.shared import SharedBodies
from tidings.pipeline.tenancy import Tenancy
from tidings.pipeline.worker import Worker
from tidings.rendering import Renderer
from tidings.secrets import SecretBox
from tidings.templates import TemplateVersion
from tidings.workspaces import Environment

CLAIM_MS = 3000
TROUBLE_S = 6.0
REST_S = 900.0
ENVIRONMENTS = (
    Environment(id=1, workspace_id=1, name="production", delivery="live"),
    Environment(id=2, workspace_id=1, name="test", delivery="simulated"),
)
_SECRETS = SecretBox("a secret of the simulation")
_PREPARER = Preparer(renderer=Renderer(), links=Links(b"simulated"))  # pure, and slow to warm up: one for all runs


class Ending(msgspec.Struct, frozen=True):
    """What a run left behind."""

    path: Path
    door: Door
    taken: Counter[tuple[int, str]]
    accounts: list[Account]
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


class NoCarrier:
    """Carries nothing: there is no destination to carry to."""

    async def carry(self, request: object) -> Any:
        """Must not be asked."""
        raise AssertionError(request)

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


@contextlib.contextmanager
def virtual() -> Iterator[asyncio.Runner]:
    """Run in virtual time, on inline connections."""
    real = sqlite_engines.connect
    sqlite_engines.connect = connect
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            yield runner
    finally:
        sqlite_engines.connect = real


def open_database(path: Path) -> Database:
    """Open a state database as one process does, without locks between processes and without threads."""
    engines = {
        name: sqlite_engines._engine(path, size=size, begin=begin, synchronous="OFF", cache_mib=1)
        for name, size, begin in (
            ("readers", 4, "BEGIN"),
            ("writer", 1, "BEGIN IMMEDIATE"),
            ("replayable", 1, "BEGIN IMMEDIATE"),
        )
    }
    database = Database(Engines(**engines, outage=sqlite_engines.outage, misfit=lambda _error: None))
    database._turn = Turn()  # nobody waits in SQLite itself: that would be real time
    return database


def prepare(path: Path) -> None:
    """Make the database with which every run begins: migrated, with a template that an event is mapped to."""

    async def work() -> None:
        database = open_database(path)
        await migrate(database)
        await SqlApiKeyStore(database).bootstrap(now=START_MS)
        elements = [{"type": "meta", "title": "Hi"}, {"type": "text", "content": "Thanks"}]
        content = {"version": "2022-01-01", "elements": [{"type": "channel", "channel": "email", "elements": elements}]}
        templates = SqlTemplateStore(database)
        for environment in ENVIRONMENTS:
            draft = TemplateVersion(template_id=TEMPLATE, version=0, name="Order", content=content)
            await templates.create(environment.id, draft)
            await templates.publish(environment.id, TEMPLATE, version=None, by="simulation", now=START_MS)
            mapped = EventMap(f"Segment-TrackEvent:{MAPPED}", TEMPLATE)
            await SqlEventMapStore(database).put(environment.id, mapped)
        await database.close()

    with virtual() as runner:
        runner.run(work())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Ground:
    """Where runs take place, one after another: each finds the database as it was prepared."""

    def __init__(self, runner: asyncio.Runner, prepared: Path, path: Path) -> None:
        self.runner = runner
        self.path = path
        self._prepared = prepared
        self.database = open_database(path)

    def clear(self) -> None:
        """Put everything back to the beginning, the time too."""
        with (
            contextlib.closing(sqlite3.connect(self._prepared)) as prepared,
            contextlib.closing(sqlite3.connect(self.path)) as target,
        ):
            prepared.backup(target)
        self.loop.rewind()

    @property
    def loop(self) -> VirtualLoop:
        """The loop of all runs."""
        return self.runner.get_loop()

    def close(self) -> None:
        """Let the database go."""
        self.runner.run(self.database.close())


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
        self.perils = Perils(chance, odds)
        self.path = ground.path
        self.database = ground.database
        self.clock = VirtualClock(ground.loop, START_MS + chance.randrange(3_600_000))
        self.wakeup = VirtualWakeup(self.perils)
        self.stream = InlineStream(partitions=chance.choice([1, 1, 3]))
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
        scope = ledger.Scope([1, 2], self.clock.now_ms())
        _, accounts = await ledger.audit(
            SqlLedgerStore(self.database), self.stream, scope, progress=lambda _done, _of: None
        )
        await self.stream.close()
        return Ending(self.path, self.door, self.taken, accounts, self.perils.trace, [])

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
        store = PerilousTransactions(SqlInboundStore(self.database), mortal)
        stream = Perilous(self.stream, mortal)
        inbound = InboundStep(stream=stream, store=store, rules=Rules(), count_max=self.inbound_count_max)
        expansions = PerilousTransactions(SqlExpansionStore(self.database), mortal)
        gatekeeper = Gatekeeper(
            shared=SharedBodies(expansions),
            digesting=Digesting(Perilous(SqlDigestStore(self.database), mortal)),
            preferences=Perilous(SqlPreferenceStore(self.database), mortal),
            suppressions=Perilous(SqlSuppressionStore(self.database), mortal),
            rules=Perilous(SqlSendingRulesStore(self.database), mortal),
        )
        library = Library(
            Tenancy(
                Perilous(SqlTemplateStore(self.database), mortal),
                Perilous(SqlTenantStore(self.database), mortal),
                Perilous(SqlTenantTemplateStore(self.database), mortal),
            ),
            Perilous(SqlProfileStore(self.database), mortal),
            {environment.id: environment for environment in ENVIRONMENTS},
            gatekeeper,
            Perilous(SqlBrandStore(self.database), mortal),
            Perilous(SqlTranslationStore(self.database), mortal),
            Perilous(SqlDeviceTokenStore(self.database), mortal),
        )
        outbound = OutboundStep(
            queue=Perilous(SqlMessageQueue(self.database), mortal),
            library=library,
            providers=MoodyProviders(mortal, self.taken),
            preparer=_PREPARER,
            wakeup=self.wakeup,
            clock=self.clock,
            rules=OutboundRules(worker=mortal.name, claim_ms=CLAIM_MS, batch_max=5, in_flight_max=10),
        )
        followers = Followers(
            shelf=Shelf(
                stream,
                Perilous(SqlFollowerStore(self.database), mortal),
                SqlDeliveryStore(self.database),
                Perilous(SqlDestinationStore(self.database, _SECRETS), mortal),
                SqlSourceStore(self.database, _SECRETS),
                SqlStatusNewsStore(self.database),
            ),
            carrier=NoCarrier(),
            clock=self.clock,
            holder=mortal.name,
        )
        return Worker(
            inbound=inbound,
            outbound=outbound,
            expansion=ExpansionStep(store=expansions, clock=self.clock),
            followers=followers,
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
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            waiting = connection.execute("SELECT count(*) FROM due").fetchone()[0]
            found = connection.execute("SELECT partition, position FROM offsets WHERE reader = 'inbound'")
            applied = dict(found.fetchall())
        lasts = [await self.stream.last_offset(partition) for partition in range(self.stream.partitions)]
        now, perils = asyncio.get_running_loop().time(), self.perils
        # An outcome may have met an outage, and is then written some seconds later.
        settling_s = 20.0 if any("settle" in what and how == "outage" for _, what, how in perils.trace) else 1.0
        if perils.flying or now - perils.landed_at < settling_s:
            return False
        return not waiting and all(last <= applied.get(partition, 0) for partition, last in enumerate(lasts))
