"""Moves what was logged into the stream's file, beside the commits instead of between them."""

import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

import structlog

from tidings.backends.sqlite import stream_file

log = structlog.get_logger()

LOG_BYTES = 8 * 1024 * 1024
"""Moved whenever about this much was logged: large enough to be rare, small enough to be short."""

PASSES_MAX = 4
"""While one pass moves its share, more is logged, but less each time. The last rest is moved with appends held up."""

REST_FRAMES = 64
"""So little that moving it holds appends up for a millisecond or two."""

LOG_FRAMES_MAX = 4096
"""32 MiB. A longer log is made to start anew; a shorter one does so by itself whenever appends pause."""

RESTARTS_MAX = 100
RESTART_POLL_S = 0.0003
"""A commit of this process, or of another, or a reader may be in the way of the last step for a moment."""


class Checkpointer:
    """A thread that sleeps until enough was logged.

    SQLite's own way is to checkpoint in the commit that passes a threshold, which then takes tens of milliseconds. Its
    passive checkpoints do not hold appends up, but while appends never pause they never reach the log's end, and so
    the log would grow for ever: the last step here is a short one that keeps appends out and lets the log start anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._logged = 0
        self._wanted = threading.Event()
        self._stopping = False
        self._way_is_free = threading.Event()
        self._way_is_free.set()
        self._thread = threading.Thread(target=self._run, name="stream-checkpointer", daemon=True)

    def start(self) -> None:
        """Begin to sleep."""
        self._thread.start()

    def wrote(self, size: int) -> None:
        """Count what a commit logged: its bytes, and a few pages for each."""
        self._logged += size + 3 * stream_file.PAGE_BYTES
        if self._logged >= LOG_BYTES:
            self._logged = 0
            self._wanted.set()

    def give_way(self) -> None:
        """Wait while the last step of a checkpoint wants the log for itself."""
        self._way_is_free.wait()

    def stop(self) -> None:
        """Finish; blocks for as long as a checkpoint takes. Whoever closes the file last checkpoints the rest."""
        self._stopping = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while self._wanted.wait() and not self._stopping:
            self._wanted.clear()
            try:
                connection = connection or stream_file.connect_checkpointer(self._path)
                if _move(connection) > LOG_FRAMES_MAX:
                    self._way_is_free.clear()
                    _start_anew(connection)
            except sqlite3.Error as error:
                # Nothing is lost: the log holds it, and the next checkpoint tries again on a fresh connection.
                with suppress(OSError):  # a full disk may be the log's disk as well
                    log.warning("stream.checkpoint_failed", error=str(error))
                _close(connection)
                connection = None
            finally:
                self._way_is_free.set()
        _close(connection)


def _move(connection: sqlite3.Connection) -> int:
    logged = 0
    for _ in range(PASSES_MAX):
        _, logged, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if logged - moved <= REST_FRAMES:
            break
    return int(logged)


def _start_anew(connection: sqlite3.Connection) -> None:
    for _ in range(RESTARTS_MAX):
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        if not busy:
            return
        time.sleep(RESTART_POLL_S)


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        with suppress(sqlite3.Error):
            connection.close()
