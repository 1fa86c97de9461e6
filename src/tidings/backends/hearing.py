"""What every wake-up does alike: who waits hears each topic once, and others are told at a bounded pace."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import get_args
from weakref import WeakKeyDictionary

from tidings.ports import Topic

TOPICS: dict[bytes, Topic] = {topic[0].encode(): topic for topic in get_args(Topic)}
"""What is sent is the topic's first letter; others are ignored."""

LETTERS: dict[Topic, bytes] = {topic: letter for letter, topic in TOPICS.items()}


class Hearing:
    """Counts wakes, and lets tasks wait for the next. To be used from its event loop's thread."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(LETTERS, 0)
        self._heard = dict.fromkeys(LETTERS, 0)
        self._heard_by: WeakKeyDictionary[asyncio.Task[object], dict[Topic, int]] = WeakKeyDictionary()
        self._events = {topic: asyncio.Event() for topic in LETTERS}
        self.is_closed = False

    def ring(self, topic: Topic) -> None:
        """Wake whoever waits here."""
        self._counts[topic] += 1
        self._events[topic].set()

    async def wait(self, topic: Topic, timeout_s: float) -> bool:
        """Wait until woken; what counts is what came since the last wait of this task, whoever else waits."""
        task = asyncio.current_task()
        heard_by = self._heard_by.setdefault(task, dict(self._heard)) if task else self._heard
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._counts[topic] <= heard_by[topic] and not self.is_closed:
                    self._events[topic].clear()
                    await self._events[topic].wait()
        woken = self._counts[topic] > heard_by[topic]
        heard_by[topic] = self._heard[topic] = self._counts[topic]
        return woken

    def close(self) -> None:
        """Let everybody go who waits."""
        self.is_closed = True
        for event in self._events.values():
            event.set()


class Pace:
    """Tells others of a topic at once, and then at most so often; a wake within the time is told when it is over."""

    def __init__(self, tell: Callable[[Topic], None], *, pause_s: float) -> None:
        self._tell = tell
        self._pause_s = pause_s
        self._loop = asyncio.get_running_loop()
        self._told_at = dict.fromkeys(LETTERS, 0.0)
        self._telling: dict[Topic, asyncio.TimerHandle] = {}

    def wake(self, topic: Topic) -> None:
        """Tell now, or soon."""
        if topic in self._telling:
            return
        wait_s = self._told_at[topic] + self._pause_s - self._loop.time()
        if wait_s <= 0:
            self._now(topic)
        else:
            self._telling[topic] = self._loop.call_later(wait_s, self._now, topic)

    def close(self) -> None:
        """Tell what waits to be told, and nothing afterwards."""
        for topic, telling in list(self._telling.items()):
            telling.cancel()
            self._now(topic)

    def _now(self, topic: Topic) -> None:
        self._telling.pop(topic, None)
        self._told_at[topic] = self._loop.time()
        self._tell(topic)
