import asyncio
import sqlite3

import pytest
from sqlalchemy import func, select, text

from tidings.backends.sql import database as databases
from tidings.backends.sql.checkpointer import Checkpointer
from tidings.backends.sql.database import Database
from tidings.backends.sql.migrate import migrate
from tidings.backends.sql.tables import revisions
from tidings.errors import Unavailable


@pytest.fixture
async def impatient(tmp_path, monkeypatch):
    """A database that waits for others a hundredth of a second only."""
    monkeypatch.setattr(databases, "_BUSY_MS", 10)
    database = Database.sqlite(tmp_path / "state.db")
    await migrate(database)
    yield database
    await database.close()


async def count(database, reason="r"):
    """Count something."""
    async with database.write() as connection:
        await connection.execute(revisions.insert().values(kind=reason, revision=1))


async def counted(database):
    """How much was counted."""
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(revisions))


async def test_a_write_that_fails_leaves_nothing(database):
    """A transaction that ends in an exception is undone."""

    async def break_off():
        async with database.write() as connection:
            await connection.execute(revisions.insert().values(kind="r", revision=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()

    assert await counted(database) == 0


async def test_a_reader_sees_one_state(database):
    """What is committed while a reader reads, it does not see; and it keeps nobody from writing."""
    async with database.read() as connection:
        before = await connection.scalar(select(func.count()).select_from(revisions))
        await count(database)
        assert await connection.scalar(select(func.count()).select_from(revisions)) == before == 0

    assert await counted(database) == 1


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
    if database.dialect != "sqlite":
        pytest.skip("a bound on pages is SQLite's")
    async with database.write() as connection:
        pages = await connection.scalar(text("PRAGMA page_count"))
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(Unavailable):
        await count(database, reason="r" * 1_000_000)

    assert await counted(database) == 0


async def test_a_mistake_stays_a_mistake(database):
    """A wrong statement is not told as an outage: trying again would not help."""
    with pytest.raises(Exception, match="no such table") as mistake:
        async with database.read() as connection:
            await connection.execute(text("SELECT * FROM nowhere"))

    assert not isinstance(mistake.value, Unavailable)


async def test_closing_twice(database):
    """Closing is safe to repeat."""
    await count(database)
    await database.close()
    await database.close()


async def test_the_log_is_written_back(database, tmp_path):
    """A pass moves what was committed into the file; a log past its bound is begun anew by the next commit."""
    if database.dialect != "sqlite":
        pytest.skip("the log is SQLite's")
    checkpointer = Checkpointer(path=tmp_path / "state.db", turn=asyncio.Lock(), pause_s=0)
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
    if database.dialect != "sqlite":
        pytest.skip("the log is SQLite's")
    await count(database)
    passed = asyncio.Event()
    checkpointer = Checkpointer(path=tmp_path / "state.db", turn=asyncio.Lock(), pause_s=0)
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
