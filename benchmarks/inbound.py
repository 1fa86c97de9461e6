"""How many calls a second the inbound step applies: 50 % identify, 50 % track, from a real stream into a real database.

The stream is filled beforehand; profiles of the given number of users exist. `python benchmarks/inbound.py --help`.
"""

import argparse
import asyncio
import gc
import hashlib
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from report import Row, show
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tidings.backends.sql.database import Database
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.rows import event_row
from tidings.backends.sqlite.stream import SqliteStream
from tidings.effects import Effects, ProfileWrite
from tidings.mapping import Rules
from tidings.pipeline.inbound import InboundStep
from tidings.ports import InboundStore, InboundTransaction
from tidings.records import Append, Record
from tidings.testing.postgres import PostgresServer

BUDGET = 25_000
BUDGET_POSTGRES = 20_000
NOW = int(time.time() * 1000)
"""Calls arrive now: a worker lets go of what its followers were away from for too long."""
REQUEST = 100  # calls in one request, as Segment's libraries batch them
SETUP_BATCH = 20_000
COPIED_BATCHES = 8
TRAITS = ("plan", "city", "age", "visits", "company", "industry", "title", "locale")


def user(number: int) -> str:
    """Name a user as applications do: by an id that says nothing of its neighbours."""
    return hashlib.md5(b"%d" % number, usedforsecurity=False).hexdigest()[:24]


def traits(rng: random.Random, number: int) -> dict[str, Any]:
    """Draw what an identify says of a user."""
    return {
        "email": f"user{number}@example.com",
        "name": f"User Number {number}",
        **{trait: rng.randrange(100_000) for trait in rng.sample(TRAITS, 4)},
        "address": {"city": "Paris", "postalCode": str(rng.randrange(99_999)), "country": "FR"},
    }


def call(rng: random.Random, users: int, number: int) -> Record:
    """Make one call as accept leaves it in the stream."""
    who = rng.randrange(users)
    message_id = f"{rng.getrandbits(128):032x}"
    head = {"messageId": message_id, "userId": user(who), "timestamp": "2026-01-01T12:00:00.000Z"}
    context = {"library": {"name": "analytics-python", "version": "2.3.2"}, "ip": "192.0.2.1"}
    if number % 2:
        name = f"Product Viewed {rng.randrange(20)}"
        properties = {"sku": f"sku-{rng.randrange(9999)}", "price": 19.5, "quantity": 2, "currency": "EUR"}
        body: dict[str, Any] = {"type": "track", "event": name, "properties": properties}
    else:
        name, body = "", {"type": "identify", "traits": traits(rng, who)}
    return Record(
        type=body["type"],
        message_id=message_id,
        user_id=user(who),
        anonymous_id=None,
        name=name or None,
        timestamp=NOW,
        received_at=NOW,
        body=msgspec.json.encode({**body, **head, "context": context, "integrations": {}}),
    )


async def fill_stream(stream: SqliteStream, users: int, calls: int) -> None:
    """Put calls of random users into the stream, a request at a time."""
    rng = random.Random(users)
    for start in range(0, calls, REQUEST * 50):
        requests = [
            [call(rng, users, number) for number in range(at, at + REQUEST)]
            for at in range(start, min(start + REQUEST * 50, calls), REQUEST)
        ]
        await stream.append(
            [
                Append(
                    partition=0,
                    environment_id=1,
                    source_id=1,
                    received_at=NOW,
                    count=len(request),
                    records=msgspec.msgpack.encode(request),
                )
                for request in requests
            ]
        )


async def fill_profiles(database: Database, users: int) -> None:
    """Give every user a profile."""
    rng = random.Random(users)
    numbers = sorted(range(users), key=user)  # in key order: a database that was built up, or copied, and is not new
    store = SqlInboundStore(database, reader="setup")
    for start in range(0, users, SETUP_BATCH):
        writes = [
            ProfileWrite(1, "u:" + user(number), msgspec.json.encode(traits(rng, number)), NOW)
            for number in numbers[start : start + SETUP_BATCH]
        ]
        async with store.transaction(0) as transaction:
            await transaction.apply(Effects(profiles=writes), after=start, through=start + SETUP_BATCH, received_at=NOW)


class Timed:
    """An inbound store that adds up the time spent in the database, by what was asked of it."""

    def __init__(self, store: InboundStore) -> None:
        self._store = store
        self.seconds: dict[str, float] = defaultdict(float)

    @asynccontextmanager
    async def transaction(self, partition: int) -> AsyncIterator[Any]:
        """Begin, and time what happens inside."""
        began = time.perf_counter()
        context = self._store.transaction(partition)
        inner = await context.__aenter__()
        self.seconds["begin"] += time.perf_counter() - began
        try:
            yield _TimedTransaction(inner, self.seconds)
        except BaseException as error:
            await context.__aexit__(type(error), error, error.__traceback__)
            raise
        began = time.perf_counter()
        await context.__aexit__(None, None, None)
        self.seconds["commit"] += time.perf_counter() - began

    async def transact(self, partition: int, work: Callable[[Any], Awaitable[Any]]) -> Any:
        """Time the whole, and what happens inside; what is left is beginning, committing and the way there."""
        began = time.perf_counter()
        deciding = 0.0

        async def timed(inner: InboundTransaction) -> Any:
            nonlocal deciding
            entered = time.perf_counter()
            result = await work(_TimedTransaction(inner, self.seconds))
            deciding = time.perf_counter() - entered
            return result

        result = await self._store.transact(partition, timed)
        self.seconds["begin"] += time.perf_counter() - began - deciding
        return result


class _TimedTransaction:
    def __init__(self, inner: InboundTransaction, seconds: dict[str, float]) -> None:
        self._inner = inner
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:
        """Time one question or write."""
        method = getattr(self._inner, name)

        async def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return await method(*args, **kwargs)
            finally:
                self._seconds[name] += time.perf_counter() - began

        return timed


async def measure(folder: Path, users: int, calls: int, batch: int, url: str) -> tuple[float, float]:
    """Apply all calls; return calls a second, and the ceiling.

    For SQLite the ceiling is a database that takes no time, for PostgreSQL the same rows by COPY and nothing else.
    """
    database = Database.postgres(url) if url else Database.sqlite(folder / f"{users}.db")
    stream = await SqliteStream.open(folder / f"{users}.stream.db")
    if not await migrate(database):
        raise SystemExit("the database is not empty: name one that may be filled and emptied")
    await SqlInboundStore(database).make_room(now=NOW)
    await fill_profiles(database, users)
    await fill_stream(stream, users, calls)
    store = Timed(SqlInboundStore(database))
    step = InboundStep(stream=stream, store=store, rules=Rules(), count_max=batch)  # type: ignore[arg-type]
    if url:
        await _analyze(database)
    gc.collect()
    rates: list[float] = []
    kept: list[Effects] = []
    began, cpu = time.perf_counter(), time.process_time()
    while True:
        turn = time.perf_counter()
        effects = await step.run_once(0)
        if effects is None:
            break
        assert len(effects.events) > 0, "a batch without an event"
        if url and len(kept) < COPIED_BATCHES:
            kept.append(effects)
        rates.append(len(effects.events) / (time.perf_counter() - turn))
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    _print(users, calls / elapsed, statistics.median(rates), cpu / elapsed, BUDGET_POSTGRES if url else BUDGET)
    split = {name: seconds / calls * 1e6 for name, seconds in store.seconds.items()}
    rest = elapsed / calls * 1e6 - sum(split.values())
    parts = ", ".join(f"{name} {each:.1f}" for name, each in split.items())
    print(
        f"{'':>12}  µs a call: database {sum(split.values()):.1f} ({parts}), stream and Python {rest:.1f}", flush=True
    )
    ceiling = await copied(database, kept) if url else 1e6 / rest
    await stream.close()
    if url:
        await migrate(database, "base")
    await database.close()
    return calls / elapsed, ceiling


async def _analyze(database: Database) -> None:
    """Tell the server what the tables hold, as its own housekeeping would have by now."""
    async with database.engines[1].connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


async def copied(database: Database, kept: Sequence[Effects]) -> float:
    """Put the rows of some batches into tables of the same shape by COPY; return calls a second."""
    names = ("seen", "profiles", "inbound_events")
    async with database.write() as connection:
        for name in names:
            await connection.execute(text(f"CREATE TABLE ceiling_{name} (LIKE {name} INCLUDING INDEXES)"))
    began, calls = time.perf_counter(), 0
    for number, effects in enumerate(kept):
        rows = (
            [(each.environment_id, number, each.user_key, each.digest) for each in effects.seen],
            [(number, each.user_key, each.data, each.at, each.at) for each in effects.profiles],
            [event_row(each) for each in effects.events],
        )
        async with database.write(replayable=True) as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            for name, part in zip(names, rows, strict=True):
                await driver.copy_records_to_table(f"ceiling_{name}", records=part)
        calls += len(effects.events)
    elapsed = time.perf_counter() - began
    async with database.write() as connection:
        for name in names:
            await connection.execute(text(f"DROP TABLE ceiling_{name}"))
    return calls / elapsed


def _print(users: int, rate: float, median: float, cpus: float, budget: int) -> None:
    print(
        f"{users:>9,} profiles: {rate:>8,.0f} calls/s (median batch {median:,.0f}), {cpus:.2f} CPUs;"
        f" budget {budget:,}: {rate / budget:.2f}",
        flush=True,
    )


async def main(arguments: Sequence[str] | None = None) -> None:
    """Measure at each number of profiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--huge", action="store_true", help="with 5 million profiles too (2 GB of disk)")
    parser.add_argument("--calls", type=int, default=150_000)
    parser.add_argument("--batch", type=int, default=4000)
    parser.add_argument("--folder", type=Path, default=None, help="where to put the databases: on the disk that counts")
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database; it is emptied afterwards")
    parser.add_argument("--postgres", action="store_true", help="start a PostgreSQL server of our own, and measure it")
    given = parser.parse_args(arguments)
    with ExitStack() as stack:
        url = given.database_url or (_own_server(stack, given.folder) if given.postgres else "")
        await _measure_all(given, url)


def _own_server(stack: ExitStack, folder: Path | None) -> str:
    """Start a server that keeps what it is given, as one in earnest does."""
    place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder)))
    place.chmod(0o755)
    settings = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
    return stack.enter_context(PostgresServer(place / "server", settings=settings)).url()


async def _measure_all(given: argparse.Namespace, url: str) -> None:
    budget, kind = (BUDGET_POSTGRES, "PostgreSQL") if url else (BUDGET, "SQLite")
    rows: list[Row] = []
    for users in [*given.profiles, *([5_000_000] if given.huge else [])]:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            rate, ceiling = await measure(Path(folder), users, given.calls, given.batch, url)
            name = f"inbound step on {kind}, {users:,} profiles"
            rows.append(Row(name, "calls/s", budget, rate, ceiling=ceiling))
    rates = [row.figure for row in rows]
    rows.append(Row("inbound step, fastest / slowest", "", 1.5, max(rates) / min(rates), less=True))
    show(rows, "Applying calls")


if __name__ == "__main__":
    asyncio.run(main())
