"""How fast a request to a list becomes messages, while they are taken out of the queue as fast as they are made.

What takes them out is not measured: a list rests while its lane of the queue is full.

    python benchmarks/expansion.py [--memory]

With `--memory`: how much memory the process needs at most while it makes the messages of a list of 100 000 and of one
of 1 000 000, each in a process of its own, and by how much the second is more. Nobody sends meanwhile, so all of them
wait in the queue at the end: the worst case, for a worker stops where too many wait.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import uvloop
from report import Row, median, show
from sqlalchemy import delete

from tidings.app.installation import Installation, open_installation
from tidings.backends.sql.tables import due
from tidings.cli.processes import SWITCH_S
from tidings.config import Config
from tidings.effects import Effects
from tidings.ids import request_id
from tidings.lists import Subscription
from tidings.pipeline.expansion import ExpansionStep
from tidings.recipients import Expansion, list_lane

USERS = 100_000
ROUNDS = 3
BUDGET = 50_000
MILLION = 1_000_000
MEMORY_MB_MAX = 600
_MB = 1024 * 1024


async def measure() -> list[Row]:
    """Measure recipients per second in some rounds."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_installation(_config(folder)) as installation:
            environment_id = installation.environments[0].id
            await _subscribe(installation, environment_id, USERS)
            figures = [await _expand(installation, environment_id, number, USERS) for number in range(ROUNDS)]
    return [median(f"expansion of a list of {USERS:,} users", "recipients/s", BUDGET, figures)]


def memory() -> list[Row]:
    """Measure the peak of a process that does nothing but this, for each size in one of its own."""
    (opened, small), (_, large) = [_peak_of(users) for users in (USERS, MILLION)]
    return [
        Row("memory of the process before it begins", "MB", None, opened, less=True),
        Row(f"most memory, a list of {USERS:,} users", "MB", None, small, less=True),
        Row(f"most memory, a list of {MILLION:,} users", "MB", MEMORY_MB_MAX, large, less=True),
        Row("by how much ten times as many need more", "MB", None, large - small, less=True),
    ]


def _peak_of(users: int) -> tuple[float, float]:
    """Give the memory of a process before and at most while a list of so many becomes messages (MB)."""
    with (
        tempfile.TemporaryDirectory() as folder,
        multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as processes,
    ):
        processes.apply(_prepare, (folder, users))
        return processes.apply(_expand_alone, (folder, users))


def _prepare(folder: str, users: int) -> None:
    uvloop.run(_prepared(folder, users))


def _expand_alone(folder: str, users: int) -> tuple[float, float]:
    return uvloop.run(_expanded(folder, users))


async def _prepared(folder: str, users: int) -> None:
    async with open_installation(_config(folder)) as installation:
        await _subscribe(installation, installation.environments[0].id, users)


async def _expanded(folder: str, users: int) -> tuple[float, float]:
    async with open_installation(_config(folder)) as installation:
        opened = _begin_peak()
        await _expand(installation, installation.environments[0].id, 0, users, kept=True)
        return opened, _resident("VmHWM")


def _config(folder: str) -> Config:
    return Config(data=Path(folder) / "data", log_level="warning")


def _begin_peak() -> float:
    """Let the peak begin anew (proc(5)): starting is not what is measured. Give what is resident now (MB)."""
    Path("/proc/self/clear_refs").write_text("5")
    return _resident("VmRSS")


def _resident(name: str) -> float:
    """Read what Linux counts: `VmRSS` is what is resident now, `VmHWM` the most since the peak began anew (MB)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / _MB for line in lines if line.startswith(f"{name}:"))


async def _subscribe(installation: Installation, environment_id: int, count: int) -> None:
    for start in range(0, count, 10_000):
        users = [Subscription(list_id="all", user_id=f"user-{number:08}") for number in range(start, start + 10_000)]
        await installation.lists.subscribe(environment_id, users, replace=False, now=1)


async def _expand(
    installation: Installation, environment_id: int, number: int, users: int, *, kept: bool = False
) -> float:
    """Make messages of the list, and give how many a second; `kept`: all of them wait in the queue at the end."""
    now = installation.clock.now_ms()
    body = {"to": {"list_id": "all"}, "template": "nt_bench", "data": {"round": number}}
    identity = request_id(now)
    wanted = Expansion(
        environment_id=environment_id,
        id=identity,
        received_at=now,
        priority=1,
        body=msgspec.json.encode(body),
        lane=list_lane(identity),
    )
    async with installation.inbound.transaction(0) as transaction:
        offset = await transaction.offset()
        await transaction.apply(Effects(expansions=[wanted]), after=offset, through=offset + 1, received_at=now)
    if kept:
        step = ExpansionStep(store=installation.expansions, clock=installation.clock, ahead_max=1_000_000_000)
    else:
        step = ExpansionStep(store=installation.expansions, clock=installation.clock)
    took, made = 0.0, 0
    while made < users:
        began = time.perf_counter()
        while (more := await step.run_once()) is not None:
            made += more
        took += time.perf_counter() - began
        if not kept:
            await _take_out(installation)
    assert made == users
    return made / took


async def _take_out(installation: Installation) -> None:
    """Leave nothing in the queue."""
    async with installation.database.write(replayable=True) as connection:
        await connection.execute(delete(due))


if __name__ == "__main__":
    sys.setswitchinterval(SWITCH_S)  # as the worker has it
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", action="store_true", help="measure memory instead of speed")
    show(memory() if parser.parse_args().memory else uvloop.run(measure()))
