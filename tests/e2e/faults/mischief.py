"""What goes wrong: each for a while, one or two at a time, as the seed decides."""

import asyncio
import contextlib
import os
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from tidings.testing import SmtpServer
from tidings.testing.smtp import Mood

_FAILING_MOODS = (
    Mood.REFUSE_SENDER_LATER,
    Mood.REFUSE_RECIPIENT,
    Mood.REFUSE_BODY_LATER,
    Mood.CLOSE,
    Mood.DROP_BEFORE_BODY,
    Mood.DROP_AFTER_BODY,
    Mood.GARBAGE_BEFORE_BODY,
    Mood.GARBAGE_AFTER_BODY,
)


class Scene(msgspec.Struct):
    """Whom mischief befalls."""

    server: Any
    smtp: SmtpServer
    chance: random.Random
    told: list[tuple[float, str]]
    """When what was done."""


Mischief = Callable[[Scene], Awaitable[None]]


async def kill_api(scene: Scene) -> None:
    """Kill -9 of the front door."""
    _signal(scene, "api", signal.SIGKILL)


async def kill_worker(scene: Scene) -> None:
    """Kill -9 of the worker, in whatever it does."""
    _signal(scene, "worker", signal.SIGKILL)


async def stop_worker(scene: Scene) -> None:
    """The worker stands still for longer than its claims last, as on a machine that was suspended."""
    pid = _signal(scene, "worker", signal.SIGSTOP)
    try:
        await asyncio.sleep(scene.chance.uniform(1.0, 4.0))
    finally:
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def slow_provider(scene: Scene) -> None:
    """The provider takes its time, sometimes longer than a claim lasts."""
    scene.smtp.delay_s = scene.chance.choice([0.2, 1.0, 4.0])
    await asyncio.sleep(scene.chance.uniform(0.5, 2.0))
    scene.smtp.delay_s = 0


async def moody_provider(scene: Scene) -> None:
    """The provider refuses, asks to wait, answers garbage, or breaks off before or after it took the message."""
    scene.smtp.mood = scene.chance.choice(_FAILING_MOODS)
    scene.told[-1] = (scene.told[-1][0], f"moody_provider {scene.smtp.mood.name}")
    await asyncio.sleep(scene.chance.uniform(0.2, 1.5))
    scene.smtp.mood = Mood.OK


async def dead_provider(scene: Scene) -> None:
    """The provider lets nobody in."""
    scene.smtp.mood = Mood.REFUSE_CONNECTION
    await asyncio.sleep(scene.chance.uniform(0.2, 1.5))
    scene.smtp.mood = Mood.OK


async def full_disk(scene: Scene) -> None:
    """No file of a process may grow or be written, its log's included, as on a full disk."""
    role = scene.chance.choice(["api", "worker"])
    pid = scene.server.children().get(role)
    if pid is None:
        return
    try:
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        await asyncio.sleep(scene.chance.uniform(0.2, 1.5))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
    except ProcessLookupError:
        return


async def locked_state(scene: Scene) -> None:
    """Somebody else has begun to write to the state and does not end."""
    await _locked(scene, scene.server.data / "state.db")


async def locked_stream(scene: Scene) -> None:
    """Somebody else has begun to write to the stream and does not end."""
    await _locked(scene, scene.server.data / "stream.db")


MISCHIEF: dict[str, Mischief] = {
    work.__name__: work
    for work in (
        kill_api,
        kill_worker,
        stop_worker,
        slow_provider,
        moody_provider,
        dead_provider,
        full_disk,
        locked_state,
        locked_stream,
    )
}


async def mischief(scene: Scene, names: tuple[str, ...], until: float) -> None:
    """Do one thing after another, and now and then two at once; then let everybody live."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        while time.monotonic() < until:
            name = scene.chance.choice(names)
            scene.told.append((round(time.monotonic() - began, 2), name))
            task = group.create_task(MISCHIEF[name](scene))
            if scene.chance.random() < 0.7:
                await asyncio.wait([task])
            await asyncio.sleep(scene.chance.uniform(0.1, 0.8))
    scene.smtp.mood, scene.smtp.delay_s = Mood.OK, 0


async def _locked(scene: Scene, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0.1)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return
        await asyncio.sleep(scene.chance.uniform(0.3, 2.5))
        other.execute("ROLLBACK")


def _signal(scene: Scene, role: str, number: signal.Signals) -> int | None:
    pid: int | None = scene.server.children().get(role)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    return pid
