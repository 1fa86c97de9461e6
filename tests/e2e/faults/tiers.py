"""Where the harness runs: each tier on servers of its own, and what can go wrong in it."""

import random
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import mischief as m
from broken_line import BrokenLine
from disk import small_disk
from world import Mischief, World
from wrong_clock import wrong_clock

from tidings.testing.nats_server import NatsServers
from tidings.testing.postgres import FORGETFUL, PostgresServer

POSTGRES = (m.kill_postgres, m.restart_postgres, m.cut_commit, m.cut_line, m.read_only, m.second_worker)
NATS = (m.kill_node, m.kill_leader, m.freeze_node)
DURABLE = {name: value for name, value in FORGETFUL.items() if name == "autovacuum"}
"""A server that is killed must keep what it promised, so it does not forget."""

Open = Callable[[Path, random.Random], AbstractAsyncContextManager[World]]


@asynccontextmanager
async def embedded(folder: Path, _chance: random.Random) -> AsyncIterator[World]:
    """Two files on a disk that can be full."""
    with small_disk(folder / "data", mib=96) as disk:
        works = (m.locked_state, m.locked_stream)
        yield _world(folder, works, settings={}, disk=disk)


@asynccontextmanager
async def postgres(folder: Path, chance: random.Random) -> AsyncIterator[World]:
    """Everything in PostgreSQL, behind a line that breaks, on a disk that can be full."""
    with (
        tempfile.TemporaryDirectory(prefix="tidings-pg-") as name,
        small_disk(Path(name), mib=600) as disk,
        PostgresServer(Path(name) / "server", settings=DURABLE) as server,
    ):
        async with BrokenLine(server.port, chance) as line:
            settings = {"database_url": server.url().replace(str(server.port), str(line.port))}
            yield _world(folder, POSTGRES, settings=settings, disk=disk, postgres=server, line=line)


@asynccontextmanager
async def cluster(folder: Path, chance: random.Random) -> AsyncIterator[World]:
    """State in PostgreSQL, the stream in a cluster of three."""
    async with postgres(folder, chance) as world:
        servers = NatsServers(3)
        servers.start()
        try:
            world.nats = servers
            world.settings = {**world.settings, "stream_url": servers.url}
            world.mischief = (*world.mischief, *NATS)
            yield world
        finally:
            servers.close()


def _world(folder: Path, works: tuple[Mischief, ...], **fields: Any) -> World:
    """Add what takes something of the machine, where it has it."""
    clock = wrong_clock(folder / "clock")
    disk = (m.full_disk,) if fields["disk"] else ()
    return World(mischief=(*works, *disk, *((m.jumping_clock,) if clock else ())), clock=clock, **fields)


TIERS: dict[str, Open] = {"embedded": embedded, "postgres": postgres, "postgres+nats": cluster}
