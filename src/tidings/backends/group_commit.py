"""One durable write for all who wait, for streams that are another server's."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from tidings.backends.trouble import Trouble
from tidings.errors import Unavailable
from tidings.records import Append

WAITING_BYTES_MAX = 64 * 1024 * 1024
"""A tenth of the memory budget."""

WAITING_REQUESTS_MAX = 4096
"""At a thousand groups a second, whoever is last waits some tens of milliseconds."""

APPEND_BYTES = 256
"""What an append weighs in memory beside its records, roughly."""


class Bounds(NamedTuple):
    """How much one write takes, how many are under way at once, and how much may wait."""

    appends_max: int
    """Of one request too: more cannot be kept whole."""
    bytes_max: int
    at_once: int
    waiting_bytes_max: int = WAITING_BYTES_MAX
    waiting_requests_max: int = WAITING_REQUESTS_MAX


class _Waiting(NamedTuple):
    appends: Sequence[Append]
    size: int
    future: "asyncio.Future[None]"


Commit = Callable[[Sequence[Append]], Awaitable[None]]
"""Keeps all of it, durably, or nothing of it; raises `Unavailable` when it cannot."""


class GroupCommit:
    """Gathers what is appended while others are being written; there is no timer and no added delay."""

    def __init__(self, commit: Commit, bounds: Bounds) -> None:
        self._commit = commit
        self._bounds = bounds
        self._queue: deque[_Waiting] = deque()
        self._bytes = self._requests = 0
        self._news = asyncio.Event()
        self._closing = False
        self.trouble = Trouble()
        self._tasks = [asyncio.create_task(self._run()) for _ in range(bounds.at_once)]

    async def append(self, appends: Sequence[Append]) -> None:
        """Join the next write and wait until it is durable. Raises `Unavailable`; then nothing was kept.

        A caller that is cancelled meanwhile does not take the append back: it may have been kept.
        """
        if not appends:
            return
        size = sum(len(append.records) + APPEND_BYTES for append in appends)
        self._admit(len(appends), size)
        future = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(appends, size, future))
        self._news.set()
        await future

    async def close(self) -> None:
        """Finish what was appended. Safe to call twice."""
        self._closing = True
        self._news.set()
        await asyncio.wait(self._tasks)

    @property
    def is_closed(self) -> bool:
        """Tell whether it was closed."""
        return self._closing

    def _admit(self, count: int, size: int) -> None:
        if self._closing:
            raise Unavailable("the stream is closed")
        if count > self._bounds.appends_max:
            raise ValueError(f"one request may have {self._bounds.appends_max} appends, got {count}")
        full = self._bytes + size > self._bounds.waiting_bytes_max
        if full or self._requests >= self._bounds.waiting_requests_max:
            raise Unavailable("too much is waiting for the stream")
        self._requests += 1
        self._bytes += size

    async def _run(self) -> None:
        while True:
            while not self._queue:
                if self._closing:
                    return
                self._news.clear()
                await self._news.wait()
            await self._keep(self._gather())

    def _gather(self) -> list[_Waiting]:
        group = [self._queue.popleft()]
        count, size = len(group[0].appends), group[0].size
        while self._queue:
            count, size = count + len(self._queue[0].appends), size + self._queue[0].size
            if count > self._bounds.appends_max or size > self._bounds.bytes_max:
                break
            group.append(self._queue.popleft())
        return group

    async def _keep(self, group: list[_Waiting]) -> None:
        error: Exception | None = None
        try:
            await self._commit([append for waiting in group for append in waiting.appends])
        except Exception as failure:  # noqa: BLE001 - whatever it is, those who wait are told, and the next come to be written
            if len(group) > 1 and not isinstance(failure, Unavailable):
                for waiting in group:  # one of them can never be kept: let it fail alone
                    await self._keep([waiting])
                return
            error = failure
        self.trouble.note(error)
        for waiting in group:
            self._settle(waiting, error)

    def _settle(self, waiting: _Waiting, error: Exception | None) -> None:
        self._requests -= 1
        self._bytes -= waiting.size
        if waiting.future.done():  # its caller was cancelled
            return
        if error is None:
            waiting.future.set_result(None)
        elif isinstance(error, Unavailable):  # each its own: raising adds a traceback to an exception
            waiting.future.set_exception(Unavailable(str(error), retry_after_s=error.retry_after_s))
        else:
            waiting.future.set_exception(error)
