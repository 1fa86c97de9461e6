"""A consistent copy of both files of an installation that goes on working."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from tidings.errors import Unavailable

PAGES_AT_ONCE = 1024
"""So often the copier tells how far it is, and lets others at the file's cache."""

_TRIES = 20
_PAUSE_S = 0.05
_BUSY_S = 10.0

Progress = Callable[[int, int], None]


class Snapshot(msgspec.Struct, frozen=True):
    """Both files as they were at one moment, held open."""

    state: sqlite3.Connection
    stream: sqlite3.Connection


@contextmanager
def snapshot(state: Path, stream: Path) -> Iterator[Snapshot]:
    """Hold both files as they are, while others go on writing.

    The state first, then the stream: what the state has not applied must still be in the stream, and the stream must
    not end before the state does. A stream that is younger than the state has both, unless it was trimmed in between;
    then both are taken again. Trimming is rare, and the two moments are a millisecond apart. Raises `Unavailable` when
    one of the files cannot be read, or they do not belong together.
    """
    for _ in range(_TRIES):
        with _open(state) as state_file, _open(stream) as stream_file:
            offsets = _begin(
                state_file,
                "SELECT partition, min(position) FROM offsets WHERE reader NOT LIKE '%:durable' GROUP BY partition",
            )
            trimmed = _begin(stream_file, 'SELECT "partition", trimmed_through FROM partitions')
            if all(through <= offsets.get(partition, 0) for partition, through in trimmed.items()):
                check_together(state_file, stream_file, trimmed)
                yield Snapshot(state_file, stream_file)
                return
        time.sleep(_PAUSE_S)
    raise Unavailable("the stream holds less than the state has yet to read: do the two files belong together?")


def copy(source: sqlite3.Connection, target: Path, progress: Progress) -> None:
    """Copy what a held file shows into a new one, which needs nothing beside it."""
    target.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(target)) as copied:
        source.backup(
            copied, pages=PAGES_AT_ONCE, progress=lambda _status, left, total: progress(total - left, total), sleep=0
        )
        copied.execute("PRAGMA journal_mode=DELETE")
    sync(target)


def faults(file: Path) -> list[str]:
    """Look at every page and index; what is wrong, in SQLite's words."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    except sqlite3.Error as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def counts(file: Path) -> dict[str, int]:
    """Count the rows of every table."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=_BUSY_S, isolation_level=None)
        ) as connection:
            connection.execute("PRAGMA query_only=ON")
            yield connection
    except sqlite3.OperationalError as error:
        raise Unavailable(f"{path} cannot be read: {error}") from error


def _begin(connection: sqlite3.Connection, first: str) -> dict[int, int]:
    connection.execute("BEGIN")  # the first read takes the snapshot; it is held until the connection is closed
    return dict(connection.execute(first).fetchall())


def check_together(state: sqlite3.Connection, stream: sqlite3.Connection, trimmed: dict[int, int]) -> None:
    """Raise `Unavailable` when the state has read further than the stream goes."""
    applied = state.execute("SELECT partition, max(position) FROM offsets GROUP BY partition").fetchall()
    for partition, position in applied:
        last = stream.execute('SELECT max("offset") FROM entries WHERE "partition" = ?', (partition,)).fetchone()[0]
        if position > max(last or 0, trimmed.get(partition, 0)):
            raise Unavailable(
                f"the state has read partition {partition} up to {position}, and the stream ends before: "
                "the two files do not belong together"
            )
