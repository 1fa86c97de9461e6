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
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from report import Row, show

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from tidings.backends.sql.database import Database
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.migrate import migrate
from tidings.backends.sqlite.stream import SqliteStream
from tidings.effects import Effects, ProfileWrite
from tidings.mapping import Rules
from tidings.pipeline.inbound import InboundStep
from tidings.ports import InboundStore, InboundTransaction
from tidings.records import Append, Record

BUDGET = 25_000
NOW = 1_767_268_800_000
REQUEST = 100  # calls in one request, as Segment's libraries batch them
SETUP_BATCH = 20_000
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


async def measure(folder: Path, users: int, calls: int, batch: int) -> tuple[float, float]:
    """Apply all calls; return calls a second, and how many it would be with a database that takes no time."""
    database = Database.sqlite(folder / f"{users}.db")
    stream = await SqliteStream.open(folder / f"{users}.stream.db")
    await migrate(database)
    await fill_profiles(database, users)
    await fill_stream(stream, users, calls)
    store = Timed(SqlInboundStore(database))
    step = InboundStep(stream=stream, store=store, rules=Rules(), count_max=batch)  # type: ignore[arg-type]
    gc.collect()
    rates: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    while True:
        turn = time.perf_counter()
        effects = await step.run_once(0)
        if effects is None:
            break
        assert len(effects.events) > 0, "a batch without an event"
        rates.append(len(effects.events) / (time.perf_counter() - turn))
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    _print(users, calls / elapsed, statistics.median(rates), cpu / elapsed)
    split = {name: seconds / calls * 1e6 for name, seconds in store.seconds.items()}
    rest = elapsed / calls * 1e6 - sum(split.values())
    parts = ", ".join(f"{name} {each:.1f}" for name, each in split.items())
    print(
        f"{'':>12}  µs a call: database {sum(split.values()):.1f} ({parts}), stream and Python {rest:.1f}", flush=True
    )
    await stream.close()
    await database.close()
    return calls / elapsed, 1e6 / rest


def _print(users: int, rate: float, median: float, cpus: float) -> None:
    print(
        f"{users:>9,} profiles: {rate:>8,.0f} calls/s (median batch {median:,.0f}), {cpus:.2f} CPUs;"
        f" budget {BUDGET:,}: {rate / BUDGET:.2f}",
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
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    for users in [*given.profiles, *([5_000_000] if given.huge else [])]:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            rate, ceiling = await measure(Path(folder), users, given.calls, given.batch)
            rows.append(Row(f"inbound step, {users:,} profiles", "calls/s", BUDGET, rate, ceiling=ceiling))
    rates = [row.figure for row in rows]
    rows.append(Row("inbound step, fastest / slowest", "", 1.5, max(rates) / min(rates), less=True))
    show(rows, "Applying calls")


if __name__ == "__main__":
    asyncio.run(main())
