"""What goes wrong: each for a while, one or two at a time, as the seed decides."""

import asyncio
import contextlib
import os
import random
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from world import Mischief, World

from tidings.testing import SmtpServer
from tidings.testing.http_service import HttpMood, HttpService
from tidings.testing.smtp import Mood

_FAILING_MAIL = (
    Mood.REFUSE_SENDER_LATER,
    Mood.REFUSE_RECIPIENT,
    Mood.REFUSE_BODY_LATER,
    Mood.CLOSE,
    Mood.DROP_BEFORE_BODY,
    Mood.DROP_AFTER_BODY,
    Mood.GARBAGE_BEFORE_BODY,
    Mood.GARBAGE_AFTER_BODY,
)
_FAILING_SMS = (
    HttpMood.RATE_LIMIT_BARE,
    HttpMood.OUTAGE,
    HttpMood.BROKEN,
    HttpMood.GARBAGE,
    HttpMood.RESET_BEFORE,
    HttpMood.RESET_AFTER,
    HttpMood.PARTIAL,
)


class Scene(msgspec.Struct):
    """Whom mischief befalls."""

    server: Any
    smtp: SmtpServer
    sms: HttpService
    world: World
    chance: random.Random
    told: list[tuple[float, str]]
    """When what was done."""

    async def wait(self, least_s: float, most_s: float) -> None:
        """Let it last for a while."""
        await asyncio.sleep(self.chance.uniform(least_s, most_s))


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
        await scene.wait(1.0, 4.0)
    finally:
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def second_worker(scene: Scene) -> None:
    """Another worker joins, takes its share, and is killed."""
    command = [sys.executable, "-m", "tidings", "worker"]
    environment = scene.server.environment
    silent = asyncio.subprocess.DEVNULL
    worker = await asyncio.create_subprocess_exec(*command, env=environment, stdout=silent, stderr=silent)
    try:
        await scene.wait(2.0, 5.0)
    finally:
        with contextlib.suppress(ProcessLookupError):  # it met the database just then, and left to be started again
            worker.kill()
        await worker.wait()


async def slow_provider(scene: Scene) -> None:
    """The providers take their time, sometimes longer than a claim lasts."""
    scene.smtp.delay_s = scene.sms.slow_s = scene.chance.choice([0.2, 1.0, 4.0])
    scene.sms.mood = HttpMood.SLOW
    await scene.wait(0.5, 2.0)
    scene.smtp.delay_s, scene.sms.mood = 0, HttpMood.OK


async def moody_mail(scene: Scene) -> None:
    """The mail server refuses, asks to wait, answers garbage, or breaks off before or after it took the message."""
    scene.smtp.mood = scene.chance.choice(_FAILING_MAIL)
    scene.told[-1] = (scene.told[-1][0], f"moody_mail {scene.smtp.mood.name}")
    await scene.wait(0.2, 1.5)
    scene.smtp.mood = Mood.OK


async def moody_sms(scene: Scene) -> None:
    """The SMS provider limits, fails, answers garbage, or breaks off before or after it took the message."""
    scene.sms.mood = scene.chance.choice(_FAILING_SMS)
    scene.told[-1] = (scene.told[-1][0], f"moody_sms {scene.sms.mood.name}")
    await scene.wait(0.2, 1.5)
    scene.sms.mood = HttpMood.OK


async def dead_providers(scene: Scene) -> None:
    """The providers let nobody in."""
    scene.smtp.mood = Mood.REFUSE_CONNECTION
    await scene.sms.stop()
    await scene.wait(0.2, 1.5)
    scene.smtp.mood = Mood.OK
    await scene.sms.start()


async def jumping_clock(scene: Scene) -> None:
    """The machine's clock is put forward by up to an hour, or back by a few seconds."""
    if scene.world.clock is not None:
        scene.world.clock.jump(scene.chance.choice([-5, -2, 3, 60, 3600]))
        await scene.wait(1.0, 2.0)


async def no_room_in_files(scene: Scene) -> None:
    """No file of a process may grow or be written, its log's included."""
    pid = scene.server.children().get(scene.chance.choice(["api", "worker"]))
    if pid is None:
        return
    with contextlib.suppress(ProcessLookupError):
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        await scene.wait(0.2, 1.5)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


async def full_disk(scene: Scene) -> None:
    """The disk under the database is full, or under the nodes of the stream."""
    if scene.world.disk is not None:
        scene.world.disk.fill()
        await scene.wait(0.3, 2.0)
        scene.world.disk.free()
        async with scene.world.alone:
            await asyncio.to_thread(scene.world.mend)


async def locked_state(scene: Scene) -> None:
    """Somebody else has begun to write to the state and does not end."""
    await _locked(scene, scene.server.data / "state.db")


async def locked_stream(scene: Scene) -> None:
    """Somebody else has begun to write to the stream and does not end."""
    await _locked(scene, scene.server.data / "stream.db")


async def kill_postgres(scene: Scene) -> None:
    """PostgreSQL dies at once, and is started again."""
    await _away(scene, scene.world.postgres.kill)


async def restart_postgres(scene: Scene) -> None:
    """PostgreSQL is restarted in order, breaking off what runs."""
    await _away(scene, scene.world.postgres.stop)


async def cut_commit(scene: Scene) -> None:
    """Some connections break in the middle of a commit: it was done, or was not, and the client cannot know."""
    for _ in range(scene.chance.choice([1, 2, 5])):
        await scene.world.line.cut_in_commit(1.0)


async def cut_line(scene: Scene) -> None:
    """All connections to the database break at once."""
    scene.world.line.cut()


async def read_only(scene: Scene) -> None:
    """The database takes no writes, as after a failover to a standby."""
    await asyncio.to_thread(scene.world.read_only, yes=True)
    await scene.wait(0.2, 1.5)
    await asyncio.to_thread(scene.world.read_only, yes=False)


async def kill_node(scene: Scene) -> None:
    """A node of the stream dies, and comes back."""
    await _without_node(scene, scene.chance.randrange(len(scene.world.nats.ports)))


async def kill_leader(scene: Scene) -> None:
    """The node that leads the stream dies, and comes back."""
    leader = await scene.world.leader()
    await _without_node(scene, 0 if leader is None else leader)


async def freeze_node(scene: Scene) -> None:
    """A node stands still with its connections open."""
    node = scene.chance.randrange(len(scene.world.nats.ports))
    scene.world.nats.freeze(node)
    await scene.wait(0.5, 3.0)
    scene.world.nats.thaw(node)


EVERYWHERE = (
    kill_api,
    kill_worker,
    stop_worker,
    slow_provider,
    moody_mail,
    moody_sms,
    dead_providers,
    no_room_in_files,
)
"""What can go wrong on every tier."""


async def mischief(scene: Scene, until: float) -> None:
    """Do one thing after another, and now and then two at once, until each had its turn; then let everybody live."""
    began = time.monotonic()
    deck: list[Mischief] = []
    async with asyncio.TaskGroup() as group:
        while time.monotonic() < until:
            deck = deck or [*_shuffled(scene, EVERYWHERE), *_shuffled(scene, scene.world.mischief)]
            work = deck.pop()  # what only this tier knows comes first: a short run must not miss it
            scene.told.append((round(time.monotonic() - began, 2), work.__name__))
            task = group.create_task(work(scene))
            if scene.chance.random() < 0.7:
                await asyncio.wait([task])
            await scene.wait(0.1, 0.8)
    scene.smtp.mood, scene.smtp.delay_s, scene.sms.mood = Mood.OK, 0, HttpMood.OK
    await asyncio.to_thread(scene.world.mend)


def _shuffled(scene: Scene, works: tuple[Mischief, ...]) -> list[Mischief]:
    return scene.chance.sample(works, len(works))


async def _locked(scene: Scene, path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0.1)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return
        await scene.wait(0.3, 2.5)
        other.execute("ROLLBACK")


async def _away(scene: Scene, end: Callable[[], None]) -> None:
    async with scene.world.alone:
        await asyncio.to_thread(end)
        await scene.wait(0.1, 1.5)
        await asyncio.to_thread(scene.world.mend)


async def _without_node(scene: Scene, node: int) -> None:
    async with scene.world.alone:
        await asyncio.to_thread(scene.world.nats.kill, node)
        await scene.wait(0.2, 2.0)
        await asyncio.to_thread(scene.world.nats.start, node)


def _signal(scene: Scene, role: str, number: signal.Signals) -> int | None:
    pid: int | None = scene.server.children().get(role)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    return pid
