"""How many rows a second `tidings move` carries into PostgreSQL and finds to be the same, killed once on the way.

    python benchmarks/moving.py [--users 1000000] [--calls 2000000] [--data folder] [--folder parent] [--json file]

An embedded installation is made by the inbound step itself; `--data` keeps it for the next time. The ceiling is COPY of
the same rows, from files beside the server into the same tables, which reads nothing else and compares nothing.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from growth import new_folder
from inbound import NOW, call, fill_profiles
from report import Row, number, show, write
from rich.progress import Progress

from tidings.app.installation import open_installation
from tidings.backends.sql.database import Database
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.moving import TABLES
from tidings.backends.sqlite.stream import SqliteStream
from tidings.config import Config
from tidings.event_maps import segment_event_id
from tidings.ingest.packing import pack
from tidings.mapping import Rules
from tidings.pipeline.inbound import InboundStep
from tidings.testing.postgres import PostgresServer

_REQUEST = 100
_ROUND = 50_000  # calls that are accepted, then applied, then trimmed: the stream stays small
_MAPPED = 4  # of twenty events
_LOOK_S = 0.5
_KILLED_AT = 0.3  # of the rows that are to be carried
_TEMPLATE = (
    "INSERT INTO templates (environment_id, id, published_version, created, creator, updated, updater)"
    " VALUES (1, 't1', 1, 1, '', 1, '')"
)


class Run(msgspec.Struct, frozen=True):
    """One run of the command."""

    seconds: float
    memory: int
    """Bytes that it held at most."""
    said: str
    """Its answer; empty when it was killed."""


async def make(data: Path, *, users: int, calls: int, progress: Progress) -> None:
    """Make an installation in which all users have profiles, and calls were applied; some became messages."""
    async with open_installation(Config(data=data)):
        pass
    task = progress.add_task("making an installation", total=users + calls)
    database = Database.sqlite(data / "state.db")
    stream = await SqliteStream.open(data / "stream.db")
    await fill_profiles(database, users)
    progress.update(task, advance=users)
    async with database.write() as connection:
        await connection.exec_driver_sql(_TEMPLATE)
        for each in range(_MAPPED):
            await connection.exec_driver_sql(
                "INSERT INTO event_maps (environment_id, event_id, template_id) VALUES (1, ?, 't1')",
                (segment_event_id(f"Product Viewed {each}"),),
            )
    step = InboundStep(stream=stream, store=SqlInboundStore(database), rules=Rules())
    rng = random.Random(users)
    for start in range(0, calls, _ROUND):
        for at in range(start, min(start + _ROUND, calls), _REQUEST):
            requests = [call(rng, users, each) for each in range(at, at + _REQUEST)]
            await stream.append(pack(requests, environment_id=1, source_id=1, received_at=NOW, partitions=1))
        while await step.run_once(0) is not None:
            progress.update(task, completed=users + start)
        await stream.trim(0, (await SqlInboundStore(database).offsets())[0])
    async with database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM offsets WHERE reader = 'setup'")
    await stream.close()
    await database.close()
    progress.remove_task(task)


def run(command: Sequence[str], *, until: "Watch | None" = None) -> Run:
    """Run the command to its end, or kill it when enough is carried."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    ended = os.wait4(process.pid, os.WNOHANG)
    while until is not None and not ended[0]:
        if until.carried() >= until.enough:
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(_LOOK_S)
        ended = os.wait4(process.pid, os.WNOHANG)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = ended if ended[0] else os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here, for what it used
    if until is None and status:
        raise SystemExit(f"the move ended with {process.returncode}")
    return Run(time.perf_counter() - began, used.ru_maxrss * 1024, said)


class Watch:
    """Sees how far a move has come."""

    def __init__(self, server: PostgresServer, enough: int) -> None:
        self._server = server
        self.enough = enough

    def carried(self) -> int:
        """Count what is carried."""
        query = "SELECT coalesce(sum(rows), 0) FROM tidings_move.progress"
        try:
            return int(self._server.execute(query, database="moved"))
        except subprocess.CalledProcessError:  # it has not begun
            return 0


async def copied(server: PostgresServer, folder: Path) -> float:
    """Copy all rows of one database into another, by files; give the seconds of the way in."""
    server.execute("CREATE DATABASE copied")
    database = Database.postgres(server.url("copied"))
    await migrate(database)
    await SqlInboundStore(database).make_room(now=NOW)
    await database.close()
    seconds = 0.0
    for table in TABLES:
        path = folder / "postgres" / "rows"
        names = ", ".join(f'"{each.name}"' for each in table.columns)
        server.execute(f"COPY (SELECT {names} FROM {table.name}) TO '{path}' (FORMAT binary)", database="moved")
        server.execute(f"TRUNCATE {table.name} CASCADE", database="copied")  # what a new database has at once
        began = time.perf_counter()
        server.execute(f"COPY {table.name} ({names}) FROM '{path}' (FORMAT binary)", database="copied")
        seconds += time.perf_counter() - began
    return seconds


async def measure(given: argparse.Namespace) -> list[Row]:
    """Make, move, kill, move, compare with COPY."""
    with new_folder(given.folder) as folder, Progress(transient=True) as progress:
        data = given.data or folder / "embedded"
        if not (data / "state.db").exists():
            data.mkdir(parents=True)
            await make(data, users=given.users, calls=given.calls, progress=progress)
        settings = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
        with PostgresServer(folder / "postgres", settings=settings) as server:
            server.execute("CREATE DATABASE moved")
            command = [
                sys.executable,
                "-m",
                "tidings",
                "move",
                "--from",
                str(data),
                "--to",
                server.url("moved"),
                "--json",
            ]
            enough = int(_KILLED_AT * (given.users + given.calls))
            first = run(command, until=Watch(server, enough))
            again = run(command)
            answer = msgspec.json.decode(again.said)
            rows = sum(answer["rows"].values())
            plain = await copied(server, folder)
    seconds = first.seconds + again.seconds
    memory = max(first.memory, again.memory) / 2**20
    print(
        f"{number(rows)} rows of {sum(1 for each in answer['rows'].values() if each)} tables, killed when"
        f" {number(answer['carried_before'])} were carried; {seconds:.0f} s in all, COPY {plain:.0f} s"
    )
    return [
        Row("rows moved and compared", "rows/s", None, rows / seconds, ceiling=rows / plain),
        Row("memory of the command at most", "MB", 600, memory, less=True),
    ]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=2_000_000)
    parser.add_argument("--data", type=Path, help="make the installation here, or move the one that is here")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="where the servers keep their files")
    parser.add_argument("--json", type=Path, help="write the rows here")
    given = parser.parse_args()
    rows = asyncio.run(measure(given))
    show(rows, "Moving an embedded installation into PostgreSQL")
    if given.json:
        write(rows, given.json)


if __name__ == "__main__":
    main()
