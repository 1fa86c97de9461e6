"""What further workers bring: calls applied a second by 1, 2 and 4 workers, and what each call costs whom.

    python benchmarks/growth.py [--workers 1 2 4] [--calls 200000] [--users 100000] [--tier postgres nats]

Servers of our own are started on this machine: PostgreSQL, and for the tier `nats` a cluster of three. So workers,
servers and generator share its cores: the calls a second stop growing when these are used up. The processor time that a
call needs, at the workers and at the database, is what tells how far more machines would carry.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path

import msgspec
from inbound import NOW, REQUEST, call, fill_profiles
from report import Row, number, show, write
from rich.progress import Progress
from sqlalchemy import func, select

from tidings.app.stream_tier import open_stream
from tidings.backends.sql.database import Database
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.tables_ledger import call_counts
from tidings.config import Config
from tidings.ingest.packing import pack
from tidings.ledger import ACCEPTED
from tidings.testing.nats_server import NatsServers
from tidings.testing.postgres import PostgresServer

TIERS = ("postgres", "nats")
FROM, TO = 0.15, 0.9
"""The part of the backlog that is timed: all workers are there by then, and none is done."""

BUDGET = 20_000
_TICKS = os.sysconf("SC_CLK_TCK")
_GIVE_UP_S = 300.0


class Servers(msgspec.Struct, frozen=True):
    """What the workers work on."""

    database_url: str
    stream_url: str
    pids: dict[str, list[int]]
    """By part: the processes whose time, with that of their children, is the part's."""


class Growth(msgspec.Struct, frozen=True):
    """How a number of workers did."""

    workers: int
    calls_s: float
    cpu_us: dict[str, float]
    """Processor time of one call in microseconds, by who spent it."""


@contextmanager
def servers(tier: str, folder: Path) -> Iterator[Servers]:
    """Start what the tier needs, empty."""
    with ExitStack() as stack:
        settings = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
        database = stack.enter_context(PostgresServer(folder / "postgres", settings=settings))
        pids = {"database": [int((folder / "postgres/data/postmaster.pid").read_text().split()[0])]}
        stream_url = ""
        if tier == "nats":
            cluster = NatsServers(3, folder=folder)
            cluster.start()
            stack.callback(cluster.close)
            pids["stream"] = cluster.pids
            stream_url = cluster.url
        yield Servers(database.url(), stream_url, pids)


async def prepare_people(config: Config, *, users: int) -> None:
    """Make the tables, and give every user a profile."""
    database = Database.postgres(config.database_url)
    await migrate(database)
    await SqlInboundStore(database).make_room(now=NOW)
    await fill_profiles(database, users)
    await database.close()


async def prepare_calls(config: Config, *, calls: int, users: int) -> None:
    """Put calls of random users into the stream."""
    rng = random.Random(users)
    async with AsyncExitStack() as stack:
        stream, _ = await open_stream(config, stack)
        for start in range(0, calls, REQUEST * 20):
            await stream.append(
                [
                    append
                    for at in range(start, min(start + REQUEST * 20, calls), REQUEST)
                    for append in pack(
                        [call(rng, users, number) for number in range(at, at + REQUEST)],
                        environment_id=1,
                        source_id=1,
                        received_at=NOW,
                        partitions=stream.partitions,
                    )
                ]
            )


@contextmanager
def new_folder(parent: Path) -> Iterator[Path]:
    """Make a folder that the servers, who run as somebody else, may enter."""
    with tempfile.TemporaryDirectory(dir=parent) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def workers(count: int, config: Config) -> Iterator[list[int]]:
    """Run workers; stop them in the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDINGS_")} | {
        "TIDINGS_DATA": str(config.data),
        "TIDINGS_DATABASE_URL": config.database_url,
        "TIDINGS_STREAM_URL": config.stream_url,
        "TIDINGS_ARCHIVE": config.archive,
        "TIDINGS_LOG_LEVEL": "error",
        "TIDINGS_HISTORICAL_AFTER_HOURS": str(10**6),
    }
    command = [sys.executable, "-m", "tidings", "worker"]
    started = [subprocess.Popen(command, env=environment) for _ in range(count)]
    try:
        yield [process.pid for process in started]
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(timeout=60)


def cpu_s(pids: Sequence[int]) -> float:
    """Add up the processor time of processes and of their children, those that ended too."""
    everyone = list(pids)
    for pid in pids:
        listing = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        everyone += [int(child) for child in listing if Path(f"/proc/{child}").exists()]
    ticks = 0
    for pid in everyone:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15] if pid in pids else fields[11:13]))
    return ticks / _TICKS


async def applied(database: Database) -> int:
    """Count the calls that something has become of."""
    counted = select(func.sum(call_counts.c.count)).where(call_counts.c.word != ACCEPTED)
    async with database.read() as connection:
        return int(await connection.scalar(counted) or 0)


async def grow(tier: str, count: int, *, calls: int, users: int, folder: Path, progress: Progress) -> Growth:
    """Let some workers apply a backlog."""
    with servers(tier, folder) as running:
        data = folder / "data"
        data.mkdir()
        config = Config(data=data, database_url=running.database_url, stream_url=running.stream_url)
        await prepare_people(config, users=users)
        await prepare_calls(config, calls=calls, users=users)
        database = Database.postgres(running.database_url)
        task = progress.add_task(f"{tier}, {count} workers", total=calls)
        with workers(count, config) as pids:
            parts = {"workers": pids, **running.pids}
            began: tuple[float, int, dict[str, float]] | None = None
            give_up = time.monotonic() + _GIVE_UP_S
            while True:
                done, now = await applied(database), time.perf_counter()
                progress.update(task, completed=done)
                if began is None and done >= calls * FROM:
                    began = now, done, {part: cpu_s(them) for part, them in parts.items()}
                if began is not None and done >= calls * TO:
                    break
                if time.monotonic() > give_up:
                    raise SystemExit(f"only {done} of {calls} calls were applied in {_GIVE_UP_S:.0f} s")
                await asyncio.sleep(0.02)
            spent = {part: cpu_s(them) - began[2][part] for part, them in parts.items()}
        await database.close()
        progress.remove_task(task)
    made = done - began[1]
    return Growth(count, made / (now - began[0]), {part: 1e6 * each / made for part, each in spent.items()})


async def measure(given: argparse.Namespace) -> list[Row]:
    """Measure each tier with each number of workers."""
    rows: list[Row] = []
    with Progress(transient=True) as progress:
        for tier in given.tier:
            alone = 0.0
            for count in given.workers:
                with new_folder(given.folder) as folder:
                    found = await grow(
                        tier, count, calls=given.calls, users=given.users, folder=folder, progress=progress
                    )
                alone = alone or found.calls_s / count
                costs = ", ".join(f"{part} {each:.1f} µs" for part, each in found.cpu_us.items())
                progress.console.print(
                    f"{tier}, {count} workers: {number(found.calls_s)} calls/s, {number(found.calls_s / count)} each;"
                    f" processor time of a call: {costs}"
                )
                budget = BUDGET if count == 2 else None  # as many as there are cores in the budget's machine
                name = f"{tier}, {count} workers"
                rows.append(Row(name, "calls/s", budget, found.calls_s, ceiling=alone * count))
    return rows


def main() -> None:
    """Measure and report. The ceiling of each row is what its workers would do if each did as much as one alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--calls", type=int, default=200_000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--tier", choices=TIERS, nargs="+", default=list(TIERS))
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="where the servers keep their files")
    parser.add_argument("--json", type=Path, help="write the rows here")
    given = parser.parse_args()
    rows = asyncio.run(measure(given))
    show(rows, "Applying a backlog with more workers")
    if given.json:
        write(rows, given.json)


if __name__ == "__main__":
    main()
