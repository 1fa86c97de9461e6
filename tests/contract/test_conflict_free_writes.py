"""Processes that write to one database lose nothing, and none is passed over.

A second `Database` of the same place is as a second process.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, text

import tidings
from tidings.backends.sql import turn
from tidings.backends.sql.tables import refusals
from tidings.errors import Unavailable

ADD = text(
    "INSERT INTO refusals (reason, count, last_at) VALUES (:reason, 1, 0)"
    " ON CONFLICT (reason) DO UPDATE SET count = refusals.count + 1"
)


@pytest.fixture
def other(database, open_database):
    """The same database, as another process has it."""
    return open_database()


async def add(database, reason, *, times=1, replayable=False):
    """Count, in one transaction of that many statements."""
    async with database.write(replayable=replayable) as connection:
        for _ in range(times):
            await connection.execute(ADD, {"reason": reason})


async def counted(database):
    """Read the counts."""
    async with database.read() as connection:
        rows = await connection.execute(select(refusals.c.reason, refusals.c.count.label("counted")))
        return {row.reason: row.counted for row in rows}


async def test_writing_at_the_same_time_loses_nothing(database, other):
    """Many writers in two processes, durable and replayable, all count."""
    await asyncio.gather(
        *(add(each, "x", replayable=bool(number % 2)) for number in range(25) for each in (database, other))
    )

    assert await counted(database) == {"x": 50}
    assert await counted(other) == {"x": 50}


async def test_reading_and_then_writing_meets_nobody(database, other, database_place):
    """Where one writes at a time, what a writing transaction has read nobody changes before it writes."""
    if not database_place.one_writer_at_a_time:
        pytest.skip("here rows are locked by those who read them to write: see the suites of the stores")

    async def read_and_write(each):
        async with each.write() as connection:
            query = select(refusals.c.count.label("counted")).where(refusals.c.reason == "x")
            before = await connection.scalar(query) or 0
            values = {"reason": "x", "count": before + 1, "last_at": 0}
            await connection.execute(text("DELETE FROM refusals"))
            await connection.execute(refusals.insert().values(values))

    await asyncio.gather(*(read_and_write(each) for _ in range(15) for each in (database, other)))

    assert await counted(database) == {"x": 30}


async def test_a_writer_waits_for_few_others(database, other):
    """Beside a worker whose transactions follow each other without a pause, a write waits for very few of them."""
    done = 0
    working = asyncio.Event()

    async def work():
        nonlocal done
        while True:
            await add(other, "worker", times=20, replayable=True)
            done += 1
            working.set()

    worker = asyncio.create_task(work())
    waited = []
    try:
        for _ in range(10):
            working.clear()
            await working.wait()
            before = done
            await add(database, "api")
            waited.append(done - before)
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)

    assert max(waited) <= 3
    assert (await counted(database))["api"] == 10


async def test_reading_waits_for_nobody(database, other):
    """While one process writes, another reads what stood before."""
    await add(database, "x")

    async with other.write() as connection:
        await connection.execute(ADD, {"reason": "x"})
        assert await counted(database) == {"x": 1}

    assert await counted(database) == {"x": 2}


async def test_a_turn_that_does_not_come_is_unavailable(database, other, monkeypatch, database_place):
    """A writer that is kept waiting too long is told to try again, and kept nothing; afterwards all is well."""
    if not database_place.one_writer_at_a_time:
        pytest.skip("here writers need no turn")
    monkeypatch.setattr(turn, "_WAIT_S", 0.0)

    async with other.write() as connection:
        await connection.execute(ADD, {"reason": "y"})
        with pytest.raises(Unavailable):
            await add(database, "x")

    await add(database, "x")
    assert await counted(other) == {"x": 1, "y": 1}


async def test_a_writer_that_gives_up_holds_up_nobody(database, other):
    """A writer cancelled while it waits leaves the line: those behind it get their turn."""
    async with other.write() as connection:
        await connection.execute(ADD, {"reason": "x"})
        waiting = asyncio.create_task(add(database, "never"))
        await asyncio.sleep(0)  # it stands in line now
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    await add(other, "x")
    await add(database, "x")
    assert await counted(database) == {"x": 3}


async def test_a_failed_transaction_gives_its_turn_back(database, other):
    """What a transaction raises ends its turn."""
    with pytest.raises(ValueError, match="no"):
        async with database.write():
            raise ValueError("no")

    await add(other, "x")
    assert await counted(database) == {"x": 1}


async def test_a_process_that_dies_holds_up_nobody(database, database_place):
    """A process killed in the middle of a transaction leaves nothing behind but the next one's turn."""
    script = f"""
import asyncio
{database_place.opening}
async def hold():
    async with open_database().write() as connection:
        await connection.exec_driver_sql("INSERT INTO refusals VALUES ('lost', 1, 0)")
        print('holding', flush=True)
        await asyncio.Event().wait()
asyncio.run(hold())
"""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(tidings.__file__).parents[1])},
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"holding\n"

    process.send_signal(signal.SIGKILL)
    await process.wait()
    await add(database, "x")

    assert await counted(database) == {"x": 1}


async def test_closing_twice_is_safe(database, other):
    """A database that was closed can be closed again."""
    await add(other, "x")
    await other.close()
    await other.close()

    assert await counted(database) == {"x": 1}
