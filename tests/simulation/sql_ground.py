"""The real statements: a state database in SQLite, as one process has it, without threads."""

import asyncio
import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from inline_sqlite import InlineStream, connect
from installation import ENVIRONMENTS, Stores
from perils import Mortal, Perilous, PerilousTransactions
from remains import Ended, Key, Line, Logged, Remains, Tried
from virtual_time import VirtualLoop

from clients import MAPPED, START_MS, TEMPLATE_VERSION
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
from tidings.backends.sql.routing_strategy_store import SqlRoutingStrategyStore
from tidings.backends.sql.sending_rules_store import SqlSendingRulesStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.backends.sql.status_news_store import SqlStatusNewsStore
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.backends.sql.tenant_store import SqlTenantStore
from tidings.backends.sql.tenant_template_store import SqlTenantTemplateStore
from tidings.backends.sql.translation_store import SqlTranslationStore
from tidings.clock import Clock
from tidings.event_maps import EventMap
from tidings.messages import Status
from tidings.pipeline.digesting import Digesting
from tidings.pipeline.environments import Environments
from tidings.pipeline.expansion import ExpansionStep
from tidings.pipeline.followers import Followers, Shelf
from tidings.pipeline.gatekeeper import Gatekeeper
from tidings.pipeline.outbound import Library
from tidings.pipeline.shared import SharedBodies
from tidings.pipeline.tenancy import Tenancy
from tidings.ports import Stream
from tidings.secrets import SecretBox

_SECRETS = SecretBox("a secret of the simulation")


class NoCarrier:
    """Carries nothing: there is no destination to carry to."""

    async def carry(self, request: object) -> Any:
        """Must not be asked."""
        raise AssertionError(request)

    async def close(self) -> None:
        """Hold nothing."""


class OneWriter(Database):
    """A database whose writers wait for each other in virtual time; in SQLite itself it would be real."""

    def __init__(self, engines: Engines) -> None:
        super().__init__(engines)
        self._writer = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        async with self._writer:
            yield


@contextlib.contextmanager
def virtual() -> Iterator[asyncio.Runner]:
    """Run in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        yield runner


def open_database(path: Path) -> Database:
    """Open a state database as one process does, without locks between processes and without threads."""
    creator = partial(connect, path, busy_ms=0)
    engines = {
        name: sqlite_engines._engine(creator, size=size, begin=begin, synchronous="OFF", cache_mib=1)
        for name, size, begin in (
            ("readers", 4, "BEGIN"),
            ("writer", 1, "BEGIN IMMEDIATE"),
            ("replayable", 1, "BEGIN IMMEDIATE"),
        )
    }
    return OneWriter(Engines(**engines, outage=sqlite_engines.outage, misfit=lambda _error: None))


def prepare(path: Path) -> None:
    """Make the database with which every run begins: migrated, with a template that an event is mapped to."""

    async def work() -> None:
        database = open_database(path)
        await migrate(database)
        await SqlApiKeyStore(database).bootstrap(now=START_MS)
        templates = SqlTemplateStore(database)
        draft = msgspec.structs.replace(TEMPLATE_VERSION, version=0)
        for environment in ENVIRONMENTS:
            await templates.create(environment.id, draft)
            await templates.publish(environment.id, draft.template_id, version=None, by="simulation", now=START_MS)
            mapped = EventMap(f"Segment-TrackEvent:{MAPPED}", draft.template_id)
            await SqlEventMapStore(database).put(environment.id, mapped)
        await database.close()

    with virtual() as runner:
        runner.run(work())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class SqlGround:
    """Where runs take place, one after another: each finds the database as it was prepared."""

    def __init__(self, runner: asyncio.Runner, folder: Path) -> None:
        self.runner = runner
        self._path = folder / "state.db"
        self._prepared = folder / "prepared.db"
        self._database = open_database(self._path)

    def clear(self) -> None:
        """Put everything back to the beginning, the time too."""
        with (
            contextlib.closing(sqlite3.connect(self._prepared)) as prepared,
            contextlib.closing(sqlite3.connect(self._path)) as target,
        ):
            prepared.backup(target)
        loop = self.runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        loop.rewind()

    def close(self) -> None:
        """Let the database go."""
        self.runner.run(self._database.close())

    def stream(self, partitions: int) -> InlineStream:
        """Make an empty stream."""
        return InlineStream(partitions=partitions)

    def stores(self, mortal: Mortal, stream: Stream, clock: Clock) -> Stores:
        """Open every store there is."""
        database = self._database
        expansions = PerilousTransactions(SqlExpansionStore(database), mortal)
        shelf = Shelf(
            stream,
            Perilous(SqlFollowerStore(database), mortal),
            SqlDeliveryStore(database),
            Perilous(SqlDestinationStore(database, _SECRETS), mortal),
            SqlSourceStore(database, _SECRETS),
            SqlStatusNewsStore(database),
        )
        return Stores(
            inbound=SqlInboundStore(database),
            queue=SqlMessageQueue(database),
            library=_library(database, mortal, expansions),
            expansion=ExpansionStep(store=expansions, clock=clock),
            followers=Followers(shelf=shelf, carrier=NoCarrier(), clock=clock, holder=mortal.name),
        )

    def waiting(self) -> tuple[int, dict[int, int]]:
        """Count the queue, and look at the offsets."""
        with contextlib.closing(sqlite3.connect(self._path)) as connection:
            (waiting,) = connection.execute("SELECT count(*) FROM due").fetchone()
            found = connection.execute("SELECT partition, position FROM offsets WHERE reader = 'inbound'")
            return waiting, dict(found.fetchall())

    async def remains(self, stream: Stream, now: int) -> Remains:
        """Read the tables."""
        scope = ledger.Scope([environment.id for environment in ENVIRONMENTS], now)
        store = SqlLedgerStore(self._database)
        _, accounts = await ledger.audit(store, stream, scope, progress=lambda _done, _of: None)
        with contextlib.closing(sqlite3.connect(self._path)) as connection:

            def rows(what: str) -> list[tuple[Any, ...]]:
                return connection.execute(f"SELECT {what}").fetchall()

            histories: dict[Key, list[Line]] = defaultdict(list)
            for *key, type_, fields in rows("environment_id, message_id, type, fields FROM data_log ORDER BY ordinal"):
                histories[key[0], key[1]].append(Line(type_, msgspec.json.decode(fields)))
            attempts: dict[Key, list[Tried]] = defaultdict(list)
            for *key, number, is_closed in rows(
                "environment_id, message_id, number, outcome IS NOT NULL FROM attempts ORDER BY number"
            ):
                attempts[key[0], key[1]].append(Tried(number, bool(is_closed)))
            return Remains(
                calls=[Logged(*row) for row in rows("environment_id, message_id, status FROM inbound_events")],
                messages=[
                    Ended(*row, Status(status), bool(unknown))
                    for *row, status, unknown in rows("environment_id, id, status, outcome_unknown FROM messages")
                ],
                histories=histories,
                attempts=attempts,
                profiles={
                    (row[0], row[1]): msgspec.json.decode(row[2])
                    for row in rows("environment_id, user_key, data FROM profiles")
                },
                accounts=accounts,
            )


def _library(database: Database, mortal: Mortal, expansions: PerilousTransactions) -> Library:
    gatekeeper = Gatekeeper(
        shared=SharedBodies(expansions),
        digesting=Digesting(Perilous(SqlDigestStore(database), mortal)),
        preferences=Perilous(SqlPreferenceStore(database), mortal),
        suppressions=Perilous(SqlSuppressionStore(database), mortal),
        rules=Perilous(SqlSendingRulesStore(database), mortal),
    )
    tenancy = Tenancy(
        Perilous(SqlTemplateStore(database), mortal),
        Perilous(SqlTenantStore(database), mortal),
        Perilous(SqlTenantTemplateStore(database), mortal),
        Perilous(SqlRoutingStrategyStore(database), mortal),
    )
    return Library(
        tenancy,
        Perilous(SqlProfileStore(database), mortal),
        Environments(ENVIRONMENTS),
        gatekeeper,
        Perilous(SqlBrandStore(database), mortal),
        Perilous(SqlTranslationStore(database), mortal),
        Perilous(SqlDeviceTokenStore(database), mortal),
    )
