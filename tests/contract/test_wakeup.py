"""What wake-ups promise, on every backend: each sentence of `tidings.ports.Wakeup`."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import pytest

import tidings
from tidings.ports import Topic

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(tidings.__file__).parents[1])}
LONG_S = 30.0
"""Longer than any of these facts takes; nothing waits this long unless it is about to fail."""
BRIEF_S = 0.05
"""How long to wait for what must not happen."""


@contextmanager
def another_process(place, body: str) -> Iterator["subprocess.Popen[str]"]:
    """Run `body`, the inside of an async function with an open `wakeup`, elsewhere, until the end of the test."""
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    code = f"""
import asyncio
{place.opening}
async def main():
    wakeup = await open_wakeup()
    print("open", flush=True)
{indented}
asyncio.run(main())
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as child:  # noqa: S603 - ours
        try:
            yield child
        finally:
            child.kill()


async def line(child: "subprocess.Popen[str]") -> str:
    """Read what the other process says next."""
    return (await asyncio.to_thread(child.stdout.readline)).strip()


@pytest.mark.parametrize("topic", get_args(Topic))
async def test_everyone_is_woken(wakeup, open_wakeup, topic):
    """Whoever waits for a topic is woken: the one who wakes and all others of the installation."""
    others = [await open_wakeup() for _ in range(3)]
    waits = [asyncio.ensure_future(each.wait(topic, LONG_S)) for each in (wakeup, *others)]
    await asyncio.sleep(0)
    wakeup.wake(topic)
    assert await asyncio.gather(*waits) == [True] * 4


async def test_the_time_passes_without_a_wake(wakeup):
    """Without a wake, waiting ends when its time is over and tells so."""
    assert await wakeup.wait("stream", BRIEF_S) is False


async def test_a_wake_before_the_wait_counts(wakeup, open_wakeup):
    """A wake that came while nobody was waiting ends the next wait at once, here and elsewhere, once."""
    other = await open_wakeup()
    wakeup.wake("due")
    for each in (wakeup, other):
        assert await each.wait("due", LONG_S)
        assert await each.wait("due", BRIEF_S) is False


async def test_topics_are_apart(wakeup, open_wakeup):
    """A wake of one topic wakes nobody who waits for another."""
    other = await open_wakeup()
    wakeup.wake("config")
    assert await other.wait("config", LONG_S)
    assert await other.wait("stream", BRIEF_S) is False
    assert await wakeup.wait("due", BRIEF_S) is False


async def test_two_who_wait_in_one_process_are_both_woken(wakeup):
    """Several tasks may wait for one topic with one object; each of them hears of each wake."""
    heard = asyncio.Queue[str]()

    async def follow(name: str) -> None:
        for _ in range(2):
            assert await wakeup.wait("stream", LONG_S)
            await heard.put(name)

    following = asyncio.gather(follow("a"), follow("b"))
    for _ in range(2):
        await asyncio.sleep(0)
        wakeup.wake("stream")
        assert {await heard.get(), await heard.get()} == {"a", "b"}
    await following


async def test_a_task_that_was_busy_misses_nothing(wakeup):
    """A task that waited before hears of a wake during its work, although another task heard of it first."""
    working, woken_twice = asyncio.Event(), asyncio.Event()

    async def busy() -> bool:
        await wakeup.wait("stream", LONG_S)
        working.set()
        await woken_twice.wait()
        return await wakeup.wait("stream", LONG_S)

    task = asyncio.ensure_future(busy())
    await asyncio.sleep(0)
    wakeup.wake("stream")
    await wakeup.wait("stream", LONG_S)
    await working.wait()
    wakeup.wake("stream")
    await wakeup.wait("stream", LONG_S)
    woken_twice.set()
    assert await task


async def test_a_new_task_for_every_wait_hears_each_wake_once(wakeup):
    """Waiting in a task of its own each time (`wait_for`) neither misses a wake nor spins on an old one."""
    for _ in range(3):
        wakeup.wake("stream")
        assert await asyncio.wait_for(wakeup.wait("stream", LONG_S), LONG_S)
        assert await asyncio.wait_for(wakeup.wait("stream", BRIEF_S), LONG_S) is False


async def test_another_process_is_woken_and_wakes(wakeup_place, wakeup):
    """Wakes go from process to process, both ways."""
    body = 'print(await wakeup.wait("stream", 30), flush=True)\nwakeup.wake("due")\nawait wakeup.close()'
    with another_process(wakeup_place, body) as child:
        assert await line(child) == "open"
        wakeup.wake("stream")
        assert await line(child) == "True"
        assert await wakeup.wait("due", LONG_S)


async def test_who_opens_later_is_woken_too(wakeup, open_wakeup):
    """Members may come at any time: each is reached by the next wake."""
    for _ in range(5):
        wakeup.wake("stream")
        other = await open_wakeup()
        wakeup.wake("stream")
        assert await other.wait("stream", LONG_S)


async def test_the_dead_disturb_nobody(wakeup_place, wakeup, open_wakeup):
    """After a process was killed, waking neither raises nor misses the living."""
    with another_process(wakeup_place, "await asyncio.sleep(60)") as child:
        assert await line(child) == "open"
        wakeup.wake("stream")
        child.kill()
        child.wait()
        other = await open_wakeup()
        for _ in range(3):
            await wakeup.wait("stream", LONG_S)
            wakeup.wake("stream")
            assert await other.wait("stream", LONG_S)


async def test_the_stuck_block_nobody(wakeup_place, wakeup, open_wakeup):
    """A process that stands still and takes no wakes delays neither the one who wakes nor the others."""
    with another_process(wakeup_place, "await asyncio.sleep(60)") as child:
        assert await line(child) == "open"
        os.kill(child.pid, signal.SIGSTOP)
        other = await open_wakeup()
        for _ in range(1000):
            wakeup.wake("stream")
            assert await other.wait("stream", LONG_S)


async def test_of_many_wakes_the_last_is_heard(wakeup, open_wakeup):
    """Wakes in quick succession may become fewer, but one always comes after the last."""
    other = await open_wakeup()
    news = 0
    seen = -1

    async def follow() -> None:
        nonlocal seen
        while seen < 20_000:
            assert await other.wait("stream", LONG_S)
            seen = news

    following = asyncio.ensure_future(follow())
    for number in range(20_001):
        news = number
        wakeup.wake("stream")
    await following


async def test_other_installations_are_left_in_peace(wakeup_place, wakeup, open_wakeup):
    """A wake goes to one's own installation only."""
    stranger = await open_wakeup(wakeup_place.another())
    wakeup.wake("stream")
    assert await stranger.wait("stream", BRIEF_S) is False


async def test_closing_tells_what_was_not_told_yet(wakeup, open_wakeup):
    """Whoever wakes others and closes at once is heard."""
    other = await open_wakeup()
    for topic in get_args(Topic):
        wakeup.wake(topic)
        wakeup.wake(topic)
        assert await other.wait(topic, LONG_S)
        wakeup.wake(topic)
    await wakeup.close()
    for topic in get_args(Topic):
        assert await other.wait(topic, LONG_S)


async def test_closing_twice_is_harmless(wakeup):
    """A closed one can be closed again, and woken without effect."""
    await wakeup.close()
    await wakeup.close()
    wakeup.wake("stream")


async def test_closing_ends_waiting(wakeup):
    """Whoever waits when it is closed is let go, not woken."""
    waiting = asyncio.ensure_future(wakeup.wait("stream", LONG_S))
    await asyncio.sleep(0)
    await wakeup.close()
    assert await waiting is False
    assert await wakeup.wait("stream", LONG_S) is False
