"""Passwords beside the event loop: each takes some tens of milliseconds of a core, and memory."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tidings.accounts import Passwords
from tidings.errors import Unavailable

_AT_ONCE = 2  # 92 MiB
_WAITING_MAX = 20

T = TypeVar("T")


class Proofs:
    """Hashes and checks passwords, two at a time; when many wait, the next is sent away."""

    def __init__(self, passwords: Passwords | None = None) -> None:
        self._passwords = passwords or Passwords()
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Make the text to keep. Raises `Unavailable`."""
        return await self._beside(lambda: self._passwords.hash(password))

    async def proves(self, password: str, kept: str | None) -> bool:
        """Tell whether the password is the one that was hashed. Raises `Unavailable`."""
        return await self._beside(lambda: self._passwords.proves(password, kept))

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a hash should be made anew."""
        return self._passwords.is_outdated(kept)

    async def _beside(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING_MAX:
            raise Unavailable("many sign in just now: try again in a moment", retry_after_s=2)
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
