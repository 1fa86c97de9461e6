"""How fast a NATS cluster of three takes messages from us, beside what it takes from its own client.

    python benchmarks/publish.py [--rounds 3] [--seconds 2] [--stream-url nats://a,b,c] [--json FILE]

Without `--stream-url` a cluster of three is started on this machine, its data in the working folder; then its servers,
the generator and the client share the cores. The ceiling publishes the same bytes as plain atomic batches, back to
back, on a connection of its own: no gathering, no answers to callers.
"""

import argparse
import asyncio
import itertools
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import nats
import uvloop
from nats.aio.client import Client
from report import Row, median, show, write
from rich.progress import Progress

from tidings.backends.nats.address import nats_address
from tidings.backends.nats.connection import Connection
from tidings.backends.nats.stream import JetStream
from tidings.records import Append
from tidings.telemetry import configure_logging
from tidings.testing.nats_server import NatsServers

CALLERS = 32
PARTITIONS = 16
BATCH = 100
CALL_BYTES = 400
GROUP = 16 * PARTITIONS
"""What half the callers bring at once, which is what a group is under this load."""


async def appended(url: str, seconds: float) -> float:
    """Count the calls a second that 32 callers append in batches of a hundred, spread over the partitions."""
    stream = await JetStream.open(nats_address(url), partitions=PARTITIONS)
    share = BATCH / PARTITIONS
    body = os.urandom(int(share * CALL_BYTES))
    request = [
        Append(partition=partition, environment_id=1, source_id=1, received_at=1, count=1, records=body)
        for partition in range(PARTITIONS)
    ]
    count, until, began = 0, time.perf_counter() + seconds, time.perf_counter()

    async def caller() -> None:
        nonlocal count
        while time.perf_counter() < until:
            await stream.append(request)
            count += BATCH

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    took = time.perf_counter() - began
    await stream.close()
    return count / took


async def published(url: str, seconds: float) -> float:
    """Count the calls a second in batches that the client publishes back to back, two on their way at a time."""
    address = nats_address(url)
    client = await nats.connect(list(address.servers))
    body = os.urandom(int(BATCH / PARTITIONS * CALL_BYTES) + 29)
    groups, until, began = itertools.count(), time.perf_counter() + seconds, time.perf_counter()
    count = 0

    async def publisher() -> None:
        nonlocal count
        while time.perf_counter() < until:
            await _publish_group(client, address.name, f"{secrets.token_hex(8)}-{next(groups)}", body)
            count += GROUP // PARTITIONS * BATCH

    await asyncio.gather(publisher(), publisher())
    took = time.perf_counter() - began
    await client.close()
    return count / took


async def _publish_group(client: Client, name: str, batch: str, body: bytes) -> None:
    for number in range(1, GROUP):
        headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
        await client.publish(f"{name}.calls.{number % PARTITIONS}", body, headers=headers)
    headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(GROUP), "Nats-Batch-Commit": "1"}
    answer = await client.request(f"{name}.calls.0", body, headers=headers, timeout=10)
    assert b'"error"' not in answer.data, answer.data


async def remove(url: str) -> None:
    """Take the stream away, so that every round begins with an empty one."""
    address = nats_address(url)
    connection = await Connection.open(address)
    answer = await connection.request(f"$JS.API.STREAM.DELETE.{address.name}", timeout_s=10)
    assert msgspec.json.decode(answer.data)["success"]
    await connection.close()


@contextmanager
def servers(url: str) -> Iterator[str]:
    """Use those that are named, or start three."""
    if url:
        yield url
        return
    cluster = NatsServers(3, folder=Path.cwd())
    try:
        cluster.start()
        yield cluster.url
    finally:
        cluster.close()


def measure(rounds: int, seconds: float, url: str) -> list[Row]:
    """Measure both in turns, so that a noisy minute is shared by all."""
    ours: list[float] = []
    ceiling: list[float] = []
    with servers(url) as named, Progress(transient=True) as progress:
        own = f"{named}?name=bench-{secrets.token_hex(4)}"
        for _ in progress.track(range(rounds), description="publish"):
            ours.append(uvloop.run(appended(own, seconds)))
            ceiling.append(uvloop.run(published(own, seconds)))
            uvloop.run(remove(own))
    return [median("JetStream, batches of 100, 32 callers", "calls/s", 50_000, ours, ceilings=ceiling)]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--stream-url", default="", help="measure these servers; do not name a stream that is in use")
    parser.add_argument("--json", type=Path, help="write the rows here")
    options = parser.parse_args()
    configure_logging("json", "error")
    rows = measure(options.rounds, options.seconds, options.stream_url.partition("?")[0])
    show(rows, "Appending to a NATS cluster")
    if options.json:
        write(rows, options.json)


if __name__ == "__main__":
    main()
