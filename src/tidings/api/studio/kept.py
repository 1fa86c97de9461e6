"""Something that is asked for far away, and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from tidings.clock import Clock

KEPT_MS = 3_600_000
FRESH_MS = 10_000
"""What is younger is not asked for anew, whoever wishes; and a failure stands for so long."""

T = TypeVar("T")


class Kept(Generic[T]):
    """Asks by one at a time, and gives what was answered to all who wait."""

    def __init__(self, ask: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._turn = asyncio.Lock()
        self._value: T | None = None
        self._at = 0
        self._failure: Exception | None = None
        self._failed_at = 0

    async def get(self, *, anew: bool = False) -> T:
        """Give it; `anew` asks again, unless it was asked for just now. Raises whatever asking raises."""
        async with self._turn:
            now = self._clock.now_ms()
            if self._value is not None and now - self._at < (FRESH_MS if anew else KEPT_MS):
                return self._value
            if self._failure is not None and now - self._failed_at < FRESH_MS:
                raise self._failure.with_traceback(None)
            try:
                self._value = await self._ask()
            except Exception as error:
                self._failure, self._failed_at = error, now
                raise
            self._failure, self._at = None, now
            return self._value
