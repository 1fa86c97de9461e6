"""What only the embedded database can do, and only it can suffer."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import func, select, text

from tidings.backends.sql import sqlite_engines
from tidings.backends.sql.checkpointer import Checkpointer
from tidings.backends.sql.database import Database
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.tables import revisions
from tidings.backends.sql.turn import Turn
from tidings.errors import Unavailable


@pytest.fixture
def database_place(sqlite_place):
    """The embedded one."""
    return sqlite_place


@pytest.fixture
async def impatient(database_place, open_database, monkeypatch):
    """A database that waits for others a hundredth of a second only."""
    monkeypatch.setattr(sqlite_engines, "_BUSY_MS", 10)
    await database_place.fill()
    return open_database()


async def count(database, reason="r"):
    """Count something."""
    async with database.write() as connection:
        await connection.execute(revisions.insert().values(kind=reason, revision=1))


async def counted(database):
    """How much was counted."""
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(revisions))


async def test_a_locked_database_is_unavailable(impatient, tmp_path):
    """When another process holds the database too long, callers hear that they may try again."""
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable) as refused:
        await count(impatient)

    assert refused.value.retry_after_s > 0
    other.close()
    await count(impatient)


async def test_a_full_disk_is_unavailable(database):
    """A database that cannot grow keeps nothing of the transaction and says that it is unavailable."""
    async with database.write() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(Unavailable):
        await count(database, reason="r" * 1_000_000)

    assert await counted(database) == 0


async def test_the_log_is_written_back(database, tmp_path):
    """A pass moves what was committed into the file; a log past its bound is begun anew by the next commit."""
    checkpointer = Checkpointer(path=tmp_path / "state.db", turn=Turn(tmp_path / "state.db"), pause_s=0)
    log = tmp_path / "state.db-wal"
    await count(database, reason="r" * 1_000_000)
    size = log.stat().st_size
    assert size > 1_000_000

    assert await checkpointer.step() == 0
    assert await checkpointer.step(log_pages_max=10) == 0
    await count(database, reason="small")

    assert log.stat().st_size == size
    pages, _done = await checkpointer._on_thread()
    assert 0 < pages < 20
    await checkpointer.close()


async def test_commits_start_the_passes(tmp_path, database):
    """The first commit that is noted starts the loop, and the loop passes."""
    await count(database)
    passed = asyncio.Event()
    checkpointer = Checkpointer(path=tmp_path / "state.db", turn=Turn(tmp_path / "state.db"), pause_s=0)
    step = checkpointer.step

    async def noted(**_bound):
        done = await step()
        passed.set()
        return done

    checkpointer.step = noted

    checkpointer.written()

    await asyncio.wait_for(passed.wait(), 30)
    await checkpointer.close()
    await checkpointer.close()


async def test_nobody_else_reads_the_file(tmp_path):
    """A new database can be read by its owner alone: what is in it concerns people."""
    database = Database.sqlite(tmp_path / "state.db")
    await migrate(database)

    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    await database.close()


async def test_work_at_once_is_all_or_nothing(database):
    """What fails leaves nothing, the caller hears of it, and the next is not in its way."""

    def half(raw):
        raw.execute("INSERT INTO revisions (kind, revision) VALUES ('half', 1)")
        raise KeyError("half")

    with pytest.raises(KeyError):
        await database.at_once(half)

    assert await counted(database) == 0
    await database.at_once(lambda raw: raw.execute("INSERT INTO revisions (kind, revision) VALUES ('all', 1)").rowcount)
    assert await database.look(lambda raw: raw.execute("SELECT kind FROM revisions").fetchall()) == [("all",)]


async def test_work_at_once_on_a_locked_database(impatient, tmp_path):
    """It is unavailable as any other write is."""
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(Unavailable):
        await impatient.at_once(lambda raw: raw.execute("DELETE FROM revisions"))

    other.close()
