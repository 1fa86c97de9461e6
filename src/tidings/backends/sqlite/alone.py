"""Both files of an embedded installation, with everybody else kept out."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tidings.backends.sqlite import stream_file
from tidings.backends.sqlite.snapshot import Snapshot, check_together
from tidings.errors import Conflict, Unavailable

_BUSY_S = 2.0
"""Long enough for a command that looks something up; whoever serves never lets go."""


@contextmanager
def alone(state: Path, stream: Path) -> Iterator[Snapshot]:
    """Open both files, so that nobody else can until this ends; whoever dies lets go of them.

    Whoever works with a file that keeps a write-ahead log holds a shared lock on it, idle or not. An exclusive one is
    therefore had by nobody while the installation is served, and keeps `serve` from starting meanwhile. Raises
    `Conflict` when somebody has one of them open, `Unavailable` when it cannot be read, or they do not fit together.
    """
    with _opened(state) as state_file, _opened(stream) as stream_file_:
        _check_stream(stream_file_, stream)
        trimmed = dict(stream_file_.execute('SELECT "partition", trimmed_through FROM partitions').fetchall())
        check_together(state_file, stream_file_, trimmed)
        yield Snapshot(state_file, stream_file_)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw",
            uri=True,
            timeout=_BUSY_S,
            isolation_level=None,
            check_same_thread=False,  # one thread after the other, never two at once
        )
        with closing(connection):
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")  # the lock stays until the connection is closed
            yield connection
    except sqlite3.Error as error:
        if stream_file.is_locked(error):
            raise Conflict(f"{path} is in use: stop tidings, and every command on this installation, first") from error
        raise Unavailable(f"{path} cannot be read: {error}") from error


def _check_stream(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != stream_file.VERSION:
        raise Conflict(f"{path} is of version {version}, and this tidings knows {stream_file.VERSION}")
    partitions = connection.execute("SELECT count(*) FROM partitions").fetchone()[0]
    if partitions != 1:
        raise Conflict(f"{path} has {partitions} partitions; an embedded installation's has one")
