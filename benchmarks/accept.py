"""How fast the front door makes calls durable, beside the same door with a stream that keeps nothing.

    python benchmarks/accept.py [--rounds 3] [--seconds 2] [--stream-url URL] [--json FILE]

With `--stream-url` that stream is measured, on servers that run already, instead of SQLite.

Server and load generator are processes of their own and share this machine. Every round measures both servers anew, on
a fresh stream in the working folder: temporary folders may be in memory, where an fsync costs nothing.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import uvloop
from load import WRITE_KEY, Figures
from report import Row, median, show, write
from rich.progress import Progress

from tidings.api.accept import Accept
from tidings.api.grants import Grants
from tidings.api.server import serve
from tidings.backends.nats.address import nats_address
from tidings.backends.nats.stream import JetStream
from tidings.backends.postgres.stream import PostgresStream
from tidings.backends.sqlite.stream import SqliteStream
from tidings.backends.sqlite.wakeup import UnixWakeup
from tidings.clock import SystemClock
from tidings.ports import Stream
from tidings.records import Append
from tidings.telemetry import configure_logging
from tidings.workspaces import AccessTokens, ApiKeyGrant, Environment, SourceGrant, hash_key

HERE = Path(__file__).parent
CONNECTIONS = 32
WARM_UP_S = 0.5
Budgets = tuple[int, int | None, int | None]
EMBEDDED: Budgets = (100_000, 50, 15_000)
"""Budgets: calls/s in batches, percent of storing nothing, calls/s one by one."""
CLUSTER: Budgets = (50_000, None, None)


class NullStream:
    """As much of a stream as the front door uses, keeping nothing: what is left is the ceiling for any stream."""

    def __init__(self, partitions: int = 1) -> None:
        self.partitions = partitions

    async def append(self, appends: Sequence[Append]) -> None:
        """Forget."""

    async def close(self) -> None:
        """Do nothing."""


class OneSource:
    """The one source that the load generator calls itself, and no API keys."""

    async def grants(self) -> list[SourceGrant]:
        """Open it."""
        key = hash_key(WRITE_KEY)
        return [SourceGrant(source_id=1, key_hash=key, workspace_id=1, environment_id=1, enabled=True)]

    async def refused(self, counts: dict[str, int], *, now: int) -> None:
        """Nothing is refused here; a refused request would fail the run."""


class NoApiKeys:
    """No API keys."""

    async def grants(self) -> list[ApiKeyGrant]:
        """Open nothing."""
        return []

    async def environments(self) -> list[Environment]:
        """There is none to be in."""
        return []

    async def used(self, key_ids: Collection[str], *, at: int) -> None:
        """None is used."""


async def open_stream(url: str, folder: Path) -> Stream:
    """Open the stream that is measured."""
    if not url:
        return await SqliteStream.open(folder / "stream.db")
    if url.startswith("postgres"):
        return await PostgresStream.open(url)
    return await JetStream.open(nats_address(url))


async def serve_alone(kind: str, folder: Path, url: str) -> None:
    """Be the server, as the product runs it but with nothing behind the door: print its URL, serve until told to stop.

    Everything but the stream is the same in both kinds.
    """
    configure_logging("json", "error")
    stream = NullStream(16 if url else 1) if kind == "null" else await open_stream(url, folder)
    wakeup = UnixWakeup.open(folder)
    sources = OneSource()
    grants = Grants(api_keys=NoApiKeys(), sources=sources)
    await grants.refresh()
    accept = Accept(
        stream=stream,
        grants=grants,
        access_tokens=AccessTokens(b"k" * 32),
        sources=sources,
        wakeup=wakeup,
        clock=SystemClock(),
        strict_write_keys=False,
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await accept.start()
    await serve(accept, host="127.0.0.1", port=0, stop=stop, ready=lambda url: print(url, flush=True))
    await accept.stop()
    await wakeup.close()
    await stream.close()


@contextmanager
def server(kind: str, url: str) -> Iterator[int]:
    """Run a server on a fresh folder and tell its port."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as folder:
        command = [sys.executable, __file__, "--serve", kind, "--folder", folder, "--stream-url", url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
            assert process.stdout is not None
            try:
                yield int(process.stdout.readline().rpartition(":")[2])
            finally:
                process.terminate()


def load(port: int, shape: str, seconds: float) -> Figures:
    """Load a server and read what the generator measured."""
    command = [sys.executable, str(HERE / "load.py"), "--port", str(port), "--shape", shape]
    options = ["--connections", str(CONNECTIONS), "--seconds", str(seconds)]
    answer = subprocess.run([*command, *options], capture_output=True, check=True, timeout=seconds + 60)
    figures = msgspec.json.decode(answer.stdout, type=Figures)
    assert not figures.refused, f"{figures.refused} requests were refused: this measures nothing"
    return figures


async def stream_alone(size: int, seconds: float, url: str) -> float:
    """Count appends a second of that many bytes by 32 callers, without any HTTP."""
    append = Append(partition=0, environment_id=1, source_id=1, received_at=1, count=1, records=os.urandom(size))
    count, until = 0, time.perf_counter() + seconds
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as folder:
        stream = await open_stream(url, Path(folder))

        async def caller() -> None:
            nonlocal count
            while time.perf_counter() < until:
                await stream.append([append])
                count += 1

        await asyncio.gather(*(caller() for _ in range(CONNECTIONS)))
        await stream.close()
    return count / seconds


def measure(rounds: int, seconds: float, url: str) -> list[Row]:
    """Measure everything in turns, so that a noisy minute is shared by all."""
    runs: dict[tuple[str, str], list[Figures]] = {}
    alone: dict[int, list[float]] = {400: [], 40_000: []}
    with Progress(transient=True) as progress:
        for _ in progress.track(range(rounds), description="accept"):
            for kind in ("null", "kept"):
                with server(kind, url) as port:
                    load(port, "batch", WARM_UP_S)
                    for shape in ("batch", "single"):
                        runs.setdefault((kind, shape), []).append(load(port, shape, seconds))
            for size, figures in alone.items():
                figures.append(uvloop.run(stream_alone(size, seconds / 2, url)))
    return _rows(runs, alone, budgets=CLUSTER if url else EMBEDDED)


def _rows(runs: dict[tuple[str, str], list[Figures]], alone: dict[int, list[float]], *, budgets: Budgets) -> list[Row]:
    per_s = {key: [run.calls_per_s for run in found] for key, found in runs.items()}
    shares = [100 * kept / of for kept, of in zip(per_s["kept", "batch"], per_s["null", "batch"], strict=True)]
    single = runs["kept", "single"]
    batch, batch_ceiling = per_s["kept", "batch"], per_s["null", "batch"]
    one, one_ceiling = per_s["kept", "single"], per_s["null", "single"]
    return [
        median("accept, batches of 100, durable", "calls/s", budgets[0], batch, ceilings=batch_ceiling),
        median("accept, batches of 100, of storing nothing", "%", budgets[1], shares),
        median("accept, batches of 100, p99", "ms", None, [run.p99_ms for run in runs["kept", "batch"]], less=True),
        median("accept, single calls, 32 connections, durable", "calls/s", budgets[2], one, ceilings=one_ceiling),
        median("accept, single calls, p50", "ms", None, [run.p50_ms for run in single], less=True),
        median("accept, single calls, p99", "ms", 20, [run.p99_ms for run in single], less=True),
        median("stream alone, 400 bytes, 32 callers", "appends/s", None, alone[400]),
        median("stream alone, 40 kB, 32 callers", "appends/s", None, alone[40_000]),
    ]


def main() -> None:
    """Measure and report, or be the server that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--json", type=Path, help="write the rows here")
    parser.add_argument("--serve", choices=["null", "kept"], help=argparse.SUPPRESS)
    parser.add_argument("--stream-url", default="", help="measure this stream instead of SQLite")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        uvloop.run(serve_alone(options.serve, options.folder, options.stream_url))
        return
    rows = measure(options.rounds, options.seconds, options.stream_url)
    show(rows, "Accepting calls")
    if options.json:
        write(rows, options.json)


if __name__ == "__main__":
    main()
