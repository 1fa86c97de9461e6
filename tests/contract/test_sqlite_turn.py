"""Who writes to the embedded database when: one at a time, in the order of coming."""

import asyncio
import threading

import pytest

from tidings.backends.sql import turn as turns
from tidings.backends.sql.one_hop import connect
from tidings.backends.sql.turn import Turn
from tidings.errors import Unavailable

COUNT = "INSERT INTO revisions (kind, revision) VALUES ('r', 1) ON CONFLICT DO UPDATE SET revision = revision + 1"


@pytest.fixture
def database_place(sqlite_place):
    """The embedded one."""
    return sqlite_place


@pytest.fixture
def open_turn(tmp_path):
    """Make turns on the fixture's database, each as another process has it."""
    made = []

    def opened():
        made.append(Turn(tmp_path / "state.db"))
        return made[-1]

    yield opened
    for each in made:
        each.close()


async def counted(database):
    """How often it was counted."""
    found = await database.look(lambda raw: raw.execute("SELECT revision FROM revisions WHERE kind = 'r'").fetchone())
    return found[0] if found else 0


def count(raw):
    """Count once more, and tell on which thread."""
    raw.execute(COUNT)
    return threading.get_ident()


def test_who_came_first_writes_first(open_turn):
    """Threads that wait get their turn in the order in which they came."""
    turn, came = open_turn(), []

    def write(number):
        with turn:
            came.append(number)

    turn.take()
    threads = [threading.Thread(target=write, args=(number,)) for number in range(5)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(turn._here._waiting) <= number:
            threading.Event().wait(0.001)
    turn.give_back()
    for thread in threads:
        thread.join(30)

    assert came == [0, 1, 2, 3, 4]


def test_another_process_waits_for_its_turn(open_turn, monkeypatch):
    """While one process has the turn, another has not, whether it waits for a moment or until it is told."""
    monkeypatch.setattr(turns, "_WAIT_S", 0.01)
    one, other = open_turn(), open_turn()

    with one:
        assert not other.take_soon(0.001)
        with pytest.raises(Unavailable, match="other processes keep it busy"):
            other.take()

    assert other.take_soon(0.001)
    assert not one.take_soon(0.001)
    other.give_back()
    assert one.take_soon(0.001)


def test_too_many_in_this_process(open_turn, monkeypatch):
    """Who has waited too long behind others of the same process hears that it may try again, and nobody is stuck."""
    monkeypatch.setattr(turns, "_WAIT_HERE_S", 0.01)
    turn = open_turn()

    with turn, pytest.raises(Unavailable, match="too much is to be written"):
        turn.take()

    assert turn.take_soon(0)


def test_nobody_waits_for_an_event_loop_on_its_own_thread(open_turn):
    """Whoever holds the turn between the statements of a loop needs that loop, so it is not kept waiting for it."""
    turn = open_turn()
    turn.take(across_awaits=True)

    assert not turn.take_soon(3600)

    turn.give_back()
    assert turn.take_soon(0)


async def test_work_at_once_is_done_here(database):
    """Work that need not wait runs where it is asked for; beside a transaction of many steps it waits on a thread."""
    assert await database.at_once(count) == threading.get_ident()

    async with database.write() as connection:
        await connection.exec_driver_sql(COUNT)
        waiting = asyncio.create_task(database.at_once(count, replayable=True))
        while not database._turn._here._waiting:
            await asyncio.sleep(0.001)
        await connection.exec_driver_sql(COUNT)

    assert await waiting != threading.get_ident()
    assert await counted(database) == 4


async def test_who_is_cancelled_while_waiting_leaves_the_turn(database, open_turn):
    """Writers that were cancelled before their turn came, or in the middle, keep nobody from writing."""
    with open_turn():
        waiting = [asyncio.create_task(database.at_once(count)) for _ in range(2)]

        async def step_by_step():
            async with database.write(replayable=True) as connection:
                await connection.exec_driver_sql(COUNT)

        waiting.append(asyncio.create_task(step_by_step()))
        while not database._turn._here._waiting:
            await asyncio.sleep(0.001)
        for each in waiting:
            each.cancel()
    await asyncio.wait(waiting, timeout=30)

    before = await counted(database)
    await database.at_once(count)
    async with database.write() as connection:
        await connection.exec_driver_sql(COUNT)
    async with database.write(replayable=True) as connection:
        await connection.exec_driver_sql(COUNT)

    assert await counted(database) >= before + 3
    assert all(each.cancelled() for each in waiting)


async def test_a_commit_that_fails_leaves_the_turn(database):
    """What cannot be committed is undone, and the next one writes."""

    def broken(raw):
        raw.execute("PRAGMA defer_foreign_keys = ON")
        raw.execute("INSERT INTO environments (id, workspace_id, name, delivery) VALUES (9, 99, 'lost', 'live')")

    with pytest.raises(Exception, match="FOREIGN KEY"):
        await database.at_once(broken)

    await database.at_once(count)
    assert await counted(database) == 1


async def test_a_thread_that_still_works_is_not_disturbed(tmp_path):
    """Who was cancelled has left work behind: whoever has the connection next lines up for its thread."""
    connection = await connect(tmp_path / "state.db", busy_ms=1000)
    began, goes_on = threading.Event(), threading.Event()

    def slow(_raw):
        began.set()
        goes_on.wait(30)

    def where(_raw):
        return threading.get_ident()

    assert await connection.transact("BEGIN", where, here=True) == threading.get_ident()
    working = asyncio.create_task(connection.run(slow))
    await asyncio.to_thread(began.wait, 30)
    working.cancel()
    looking = asyncio.create_task(connection.transact("BEGIN", where, here=True))
    await asyncio.sleep(0)
    goes_on.set()

    assert await looking != threading.get_ident()
    assert await connection.transact("BEGIN", where, here=True) == threading.get_ident()
    await connection.close()
