"""Whose turn it is to write to an embedded database."""

import asyncio
import fcntl
import os
from pathlib import Path

from tidings.errors import Unavailable

_LOOK_S = 0.001  # between two looks at a lock that is held: short beside any transaction, long beside a look
_WAIT_S = 10.0  # a worker's transaction takes tens of milliseconds; ten seconds means that something is wrong


class Turn:
    """One writer at a time, and nobody is passed over: in this process, and between the processes on one file.

    SQLite's own waiting takes its chance, at ever longer intervals. Beside a worker whose transactions follow each
    other without a pause that chance hardly comes (measured with transactions of 30 ms: the write of another process
    waited 0.9 s in the median, 4.4 s at worst; a second worker never came to work). So processes line up at two
    advisory locks on files beside the database. Who waits for the turn holds the queue meanwhile; who has just
    written must queue again, and so comes after. The kernel frees the locks of a process that dies.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._here = asyncio.Lock()
        self._queue = _FileLock(Path(f"{file}-queue")) if file else None
        self._turn = _FileLock(Path(f"{file}-turn")) if file else None

    async def __aenter__(self) -> None:
        """Wait for the turn. Raises `Unavailable` when it does not come."""
        await self._here.acquire()
        try:
            await self._between_processes()
        except BaseException:
            self._here.release()
            raise

    async def __aexit__(self, *_error: object) -> None:
        """Let the next one write."""
        if self._turn:
            self._turn.release()
        self._here.release()

    def close(self) -> None:
        """Let go of the files. Safe to call twice."""
        for lock in (self._queue, self._turn):
            if lock:
                lock.close()

    async def _between_processes(self) -> None:
        if self._queue is None or self._turn is None:
            return
        until = asyncio.get_running_loop().time() + _WAIT_S
        await self._queue.acquire(until)
        try:
            await self._turn.acquire(until)
        finally:
            self._queue.release()


class _FileLock:
    """An advisory lock between processes, which forgets nobody's death."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    async def acquire(self, until: float) -> None:
        """Take the lock, or give up at that time of the loop. Looks again and again: a wait in a thread could neither
        be cancelled nor bounded.
        """  # noqa: D205
        while not self._try():
            if asyncio.get_running_loop().time() > until:
                raise Unavailable("the database cannot take it now: other processes keep it busy", retry_after_s=2)
            await asyncio.sleep(_LOOK_S)

    def release(self) -> None:
        """Free the lock."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file, and with it of the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self) -> bool:
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise Unavailable(f"the database cannot take it now: {error.strerror}", retry_after_s=2) from error
        return True
