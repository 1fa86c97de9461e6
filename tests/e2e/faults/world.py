"""The servers and things of the machine that a tier stands on, so that they can be taken away."""

import asyncio
import contextlib
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from broken_line import BrokenLine
from disk import Disk
from steady_load import leader_of
from wrong_clock import WrongClock

from tidings.errors import Unavailable
from tidings.testing.nats_server import NatsServers
from tidings.testing.postgres import PostgresServer

Mischief = Callable[[Any], Awaitable[None]]
"""Something that goes wrong on a scene, for a while."""


class World(msgspec.Struct, kw_only=True):
    """One tier, running."""

    settings: Mapping[str, str]
    """What `tidings serve` is started with."""
    mischief: tuple[Mischief, ...]
    """What can go wrong here, beside what can go wrong everywhere."""
    disk: Disk | None = None
    clock: WrongClock | None = None
    postgres: PostgresServer | None = None
    line: BrokenLine | None = None
    nats: NatsServers | None = None
    alone: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)
    """Held by who takes a server away: one at a time, or a cluster has no majority."""

    async def leader(self) -> int | None:
        """Tell which node leads the stream; None while none does."""
        assert self.nats is not None
        with contextlib.suppress(Unavailable, OSError, KeyError, ValueError):
            return await leader_of(self.nats.url, timeout_s=2)
        return None

    def read_only(self, *, yes: bool) -> None:
        """Let the database take no writes, or let it take them again; nothing happens while it is away."""
        assert self.postgres is not None
        with contextlib.suppress(subprocess.CalledProcessError):
            value = "on" if yes else "off"
            self.postgres.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            self.postgres.execute("SELECT pg_reload_conf()")

    def mend(self) -> None:
        """Start again what died of something."""
        if self.postgres is not None:
            if not self.postgres.running:
                self.postgres.start()
            self.read_only(yes=False)
        if self.nats is not None:
            for node in self.nats.dead:
                self.nats.start(node)
