"""The stream's file: its tables, its connections, and what SQLite's failures mean."""

import sqlite3
import time
from contextlib import closing
from functools import cache
from pathlib import Path

from tidings.errors import ConfigurationError, Unavailable

VERSION = 1
"""`PRAGMA user_version` of the tables below."""

PAGE_BYTES = 8192
"""Measured best of both: a request of 100 calls (40 kB) spreads over few pages, and a commit of one call writes few."""

JOURNAL_BYTES_MAX = 64 * 1024 * 1024
"""A log that a stalled reader let grow beyond this is cut back once it starts anew."""

OPEN_WAIT_S = 10.0
"""How long opening waits for other processes that are opening the same file."""

READ_WAIT_S = 1.0
"""How long a reader waits while another process recovers the log after a crash; nothing else makes readers wait."""

STATEMENTS_CACHED = 128
"""Prepared INSERTs of as many different lengths stay at hand."""

# AUTOINCREMENT and not plain rowids: offsets are not reused even after everything was trimmed. An entry that a reader
# has passed never appears behind it, because an offset is drawn inside the write transaction, SQLite lets one write
# transaction be open per file, and readers see committed ones only: the order of offsets is the order of commits,
# whichever process wrote them.
_TABLES = """
CREATE TABLE entries (
  "offset" INTEGER PRIMARY KEY AUTOINCREMENT,
  "partition" INTEGER NOT NULL,
  environment_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  records BLOB NOT NULL
) STRICT;
CREATE TABLE partitions (
  "partition" INTEGER PRIMARY KEY,
  trimmed_through INTEGER NOT NULL DEFAULT 0
) STRICT;
"""

_INDEX = 'CREATE INDEX entries_by_partition ON entries ("partition")'
"""An index ends in the rowid, so this one orders by (partition, offset)."""

READ = """
SELECT "offset", environment_id, source_id, received_at, count, records FROM entries
WHERE "partition" = ? AND "offset" > ? ORDER BY "offset" LIMIT ?
"""

LAST_OFFSET = """
SELECT coalesce(
  (SELECT "offset" FROM entries WHERE "partition" = :partition ORDER BY "offset" DESC LIMIT 1),
  (SELECT trimmed_through FROM partitions WHERE "partition" = :partition),
  0)
"""

WAITING = """
SELECT count(*) FROM (
  SELECT 1 FROM entries WHERE "partition" = :partition AND "offset" > :after LIMIT 1000000)
"""

TRIM_MARK = """
UPDATE partitions SET trimmed_through = max(trimmed_through, coalesce((
  SELECT max("offset") FROM entries WHERE "partition" = :partition AND "offset" <= :through), 0))
WHERE "partition" = :partition
"""
"""Keeps the last offset of what is about to go, for when nothing else is left."""

TRIM_SLICE = """
DELETE FROM entries WHERE "partition" = :partition AND "offset" <= (
  SELECT max("offset") FROM (
    SELECT "offset", sum(size) OVER (ORDER BY "offset" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM (SELECT "offset", length(records) AS size FROM entries
      WHERE "partition" = :partition AND "offset" <= :through ORDER BY "offset" LIMIT :rows))
  WHERE coalesce(before, 0) < :bytes)
"""
"""One statement as `insert` is, for the same reason: a thread that shares Python's lock waits for it at every step."""


@cache
def insert(rows: int) -> str:
    """Compose one INSERT for so many rows.

    One statement outside a transaction is a transaction of its own: all rows and their fsync take a single step,
    during which Python's lock is released once and not once per row.
    """
    values = ",".join(["(?,?,?,?,?,?)"] * rows)
    return f'INSERT INTO entries ("partition", environment_id, source_id, received_at, count, records) VALUES {values}'


def create(path: Path, *, partitions: int) -> int:
    """Make the file with its tables unless it stands; return how many partitions it has.

    Raises `ConfigurationError` when the file is of a later version, `Unavailable` when it cannot be opened.
    """
    deadline = time.monotonic() + OPEN_WAIT_S
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        try:
            return _create(path, partitions=partitions)
        except (sqlite3.Error, OSError) as error:
            # Switching a new file to the log does not wait for another process that is doing the same.
            if not is_locked(error) or time.monotonic() > deadline:
                raise unavailable(error) from error
            time.sleep(0.005)


def _create(path: Path, *, partitions: int) -> int:
    # What is in the file concerns people: nobody but its owner reads it. The log beside it inherits the mode.
    path.touch(mode=0o600)
    with closing(_connect(path, busy_s=OPEN_WAIT_S)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if found == 0:
            _create_tables(connection, partitions)
        connection.execute("COMMIT")
        if found > VERSION:
            raise ConfigurationError(f"{path} was written by a later version of tidings ({found} > {VERSION})")
        return int(connection.execute("SELECT count(*) FROM partitions").fetchone()[0])


def _create_tables(connection: sqlite3.Connection, partitions: int) -> None:
    for statement in _TABLES.split(";")[:-1]:
        connection.execute(statement)
    connection.executemany('INSERT INTO partitions ("partition") VALUES (?)', [(n,) for n in range(partitions)])
    if partitions > 1:
        connection.execute(_INDEX)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def connect_writer(path: Path, *, file_bytes_max: int = 0) -> sqlite3.Connection:
    """Open for appending: every commit is fsynced, and never does a checkpoint's work."""
    connection = _connect(path, busy_s=0)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES_MAX}")
    # Debian builds SQLite so that deleting overwrites with zeros, which makes trimming write every page once more.
    # FAST still does it wherever it costs no extra write.
    connection.execute("PRAGMA secure_delete = FAST")
    if file_bytes_max:
        connection.execute(f"PRAGMA max_page_count = {max(file_bytes_max // PAGE_BYTES, 1)}")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open for reading only."""
    connection = _connect(path, busy_s=READ_WAIT_S)
    connection.execute("PRAGMA query_only = ON")
    return connection


def connect_checkpointer(path: Path) -> sqlite3.Connection:
    """Open for moving the log into the file, without ever waiting for anybody."""
    connection = _connect(path, busy_s=0)
    connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES_MAX}")
    return connection


def _connect(path: Path, *, busy_s: float) -> sqlite3.Connection:
    # `mode=rw` does not make the file: one that was taken away is a failure and not an empty stream. The thread that
    # opens a connection need not be the one that closes it; two never use it at once.
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS_CACHED,
    )


def is_locked(error: Exception) -> bool:
    """Tell whether another connection holds what we need, so that trying again soon may succeed."""
    return isinstance(error, sqlite3.OperationalError) and _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_storage(error: Exception) -> bool:
    """Tell the storage's own failures from those of a request that SQLite would never take."""
    return isinstance(error, OSError | sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def spoils_connection(error: Exception) -> bool:
    """Tell whether to open the file anew: all but a full or a locked file may have to do with the open one."""
    return not is_locked(error) and _code(error) != sqlite3.SQLITE_FULL


def unavailable(error: Exception) -> Unavailable:
    """Say it in our words."""
    if is_locked(error):
        return Unavailable("the stream's file is locked by another process")
    if _code(error) == sqlite3.SQLITE_FULL:
        return Unavailable("the stream's file is full (stream_bytes_max), or its disk: make room", retry_after_s=5)
    return Unavailable(f"the stream's file cannot be used: {error}", retry_after_s=5)


def _code(error: Exception) -> int:
    # An extended code keeps its family in the lowest byte: SQLITE_IOERR_WRITE is a kind of SQLITE_IOERR.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
