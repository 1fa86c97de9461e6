"""Whose turn it is to write to an embedded database."""

import fcntl
import os
import time
from collections import deque
from pathlib import Path
from threading import Event, Lock
from typing import Self

from tidings.errors import Unavailable

_LOOK_S = 0.0005  # between two looks at a lock that is held: short beside any transaction, long beside a look
_WAIT_S = 10.0  # a worker's transaction takes tens of milliseconds; ten seconds means that something is wrong
_WAIT_HERE_S = 30.0  # behind others of this process, of which each waits by itself

_pause = Event()
"""Never set: whoever waits for it pauses. `time.sleep` fails where the clock is faked, as in the fault tests."""


class Turn:
    """One writer at a time, and nobody is passed over: among the threads of this process, and between processes.

    It is given back on the thread on which a transaction ends: the next one begins at once, whatever the event loops
    have to do meanwhile.

    SQLite's own waiting takes its chance, at ever longer intervals. Beside a worker whose transactions follow each
    other without a pause that chance hardly comes (measured with transactions of 30 ms: the write of another process
    waited 0.9 s in the median, 4.4 s at worst; a second worker never came to work). So processes line up at two
    advisory locks on files beside the database. Who waits for the turn holds the queue meanwhile; who has just
    written must queue again, and so comes after. The kernel frees the locks of a process that dies.
    """

    def __init__(self, file: Path) -> None:
        self._here = _Line()
        self._queue = _FileLock(Path(f"{file}-queue"))
        self._turn = _FileLock(Path(f"{file}-turn"))

    def take(self, *, across_awaits: bool = False) -> None:
        """Wait for the turn, and keep this thread waiting. Raises `Unavailable` when it does not come.

        `across_awaits`: between its statements whoever holds it waits for an event loop.
        """
        self._here.join(_WAIT_HERE_S, across_awaits=across_awaits)
        self._between_processes(_WAIT_S)

    def take_soon(self, wait_s: float) -> bool:
        """Take the turn if it comes within so many seconds, for which this thread waits; tell whether it did.

        Whoever holds it across awaits may need the event loop of this very thread: nobody waits for that here.
        """
        try:
            if not self._here.join_soon(wait_s):
                return False
            self._between_processes(wait_s)
        except _LateError:
            return False
        return True

    def give_back(self) -> None:
        """Let the next one write; any thread may say so."""
        self._turn.release()
        self._here.leave()

    def __enter__(self) -> Self:
        """Take the turn."""
        self.take()
        return self

    def __exit__(self, *_error: object) -> None:
        """Give it back."""
        self.give_back()

    def close(self) -> None:
        """Let go of the files. Safe to call twice."""
        self._queue.close()
        self._turn.close()

    def _between_processes(self, wait_s: float) -> None:
        until = time.monotonic() + wait_s
        try:
            self._queue.acquire(until)
            try:
                self._turn.acquire(until)
            finally:
                self._queue.release()
        except BaseException:
            self._here.leave()
            raise


class _LateError(Unavailable):
    """It did not come in time."""


class _Line:
    """Lets threads through one by one, in the order of their coming."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._is_taken = False
        self._is_across_awaits = False
        self._waiting: deque[Lock] = deque()

    def join(self, wait_s: float, *, across_awaits: bool = False) -> None:
        """Wait until all who came before are through. Raises `Unavailable` when that takes longer."""
        mine = Lock()
        with self._guard:
            if self._is_taken:
                mine.acquire()
                self._waiting.append(mine)
            self._is_taken = True
        if not mine.acquire(timeout=wait_s) and not self._came_at_last(mine):
            raise _LateError("the database cannot take it now: too much is to be written", retry_after_s=2)
        self._is_across_awaits = across_awaits

    def join_soon(self, wait_s: float) -> bool:
        """Wait as long, unless whoever is through may be waiting for this thread; tell whether to go through."""
        with self._guard:
            if self._is_taken and (self._is_across_awaits or self._waiting):
                return False
        self.join(wait_s)
        return True

    def leave(self) -> None:
        """Let the next one through."""
        with self._guard:
            self._is_across_awaits = False
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    def _came_at_last(self, mine: Lock) -> bool:
        with self._guard:
            if mine not in self._waiting:
                return True
            self._waiting.remove(mine)
            return False


class _FileLock:
    """An advisory lock between processes, which forgets nobody's death."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, until: float) -> None:
        """Take the lock, or raise `Unavailable` at that monotonic time.

        It looks again and again: the kernel's own waiting has no bound.
        """
        while not self._try():
            if time.monotonic() > until:
                raise _LateError("the database cannot take it now: other processes keep it busy", retry_after_s=2)
            _pause.wait(_LOOK_S)

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
