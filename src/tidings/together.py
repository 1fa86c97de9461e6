"""One write for all who come while another is being made: no timer, and nobody waits longer than alone."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from tidings.errors import Unavailable

T = TypeVar("T")

WAITING_MAX = 10_000
"""Who comes when so many wait is told to come again."""


class Together(Generic[T]):
    """Gathers what is to be written while a write is under way, and writes it in one."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[object]], *, at_once_max: int) -> None:
        """Take what writes all of it or nothing."""
        self._write = write
        self._at_once_max = at_once_max
        self._waiting: deque[tuple[T, asyncio.Future[None]]] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Have one item written, and wait for that. Raises what the write raises; `Unavailable` when many wait.

        Who is cancelled meanwhile does not take the item back.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise Unavailable("too much is waiting to be written")
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        await future

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), self._at_once_max)
                await self._write_some([self._waiting.popleft() for _ in range(count)])
        finally:
            self._writing = None

    async def _write_some(self, some: list[tuple[T, "asyncio.Future[None]"]]) -> None:
        try:
            await self._write([item for item, _ in some])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait are told
            if len(some) > 1 and not isinstance(error, Unavailable):
                for one in some:  # one of them can never be written: let it fail alone
                    await self._write_some([one])
                return
            for _, future in some:
                if not future.done():  # each its own: raising adds a traceback to an exception
                    future.set_exception(Unavailable(str(error)) if isinstance(error, Unavailable) else error)
            return
        for _, future in some:
            if not future.done():
                future.set_result(None)
