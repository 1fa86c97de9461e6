"""What a roster promises: each sentence of `tidings.ports.Roster`."""

import asyncio
import subprocess
import sys

import pytest

from tidings.backends.postgres.roster import PostgresRoster
from tidings.errors import Unavailable

FEW_S = 60


def another_process(code):
    """Run this code elsewhere."""
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)  # noqa: S603 ours


async def until(fact):
    """Look until it is so."""
    async with asyncio.timeout(FEW_S):
        while not await fact():
            pass


@pytest.fixture
async def open_roster(postgres_url):
    """Open one more of the same installation."""
    opened = []

    def another():
        opened.append(PostgresRoster(postgres_url))
        return opened[-1]

    yield another
    for roster in opened:
        await roster.close()


async def test_workers_see_each_other_in_one_order(open_roster):
    """Everybody sees all who live, themselves too, in the same order."""
    rosters = [open_roster() for _ in range(3)]
    for roster in rosters:
        await roster.living()
    seen = [await roster.living() for roster in rosters]
    assert seen[0] == seen[1] == seen[2]
    assert set(seen[0]) == {roster.me for roster in rosters}


async def test_who_closes_leaves(open_roster):
    """A worker that stops is gone at once, and may close twice."""
    staying, leaving = open_roster(), open_roster()
    await leaving.living()
    await leaving.close()
    await leaving.close()

    async def is_alone():
        return await staying.living() == [staying.me]

    await until(is_alone)


async def test_who_is_killed_is_gone(open_roster, postgres_url):
    """A worker that was killed is gone, though it said no word."""
    code = f"""
import asyncio
from tidings.backends.postgres.roster import PostgresRoster
async def main():
    roster = PostgresRoster({postgres_url!r})
    await roster.living()
    print(roster.me, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    roster = open_roster()
    with another_process(code) as child:
        other = (await asyncio.to_thread(child.stdout.readline)).strip()
        assert set(await roster.living()) == {roster.me, other}
        child.kill()

        async def is_alone():
            return await roster.living() == [roster.me]

        await until(is_alone)


async def test_it_comes_back_by_itself(own_postgres_server):
    """While the database is away there is no roster; afterwards it is there again, with everybody on it."""
    rosters = [PostgresRoster(own_postgres_server.url()) for _ in range(2)]
    for roster in rosters:
        await roster.living()
    await asyncio.to_thread(own_postgres_server.kill)
    for roster in rosters:
        with pytest.raises(Unavailable):
            await _look_for_ever(roster)  # children of a killed server outlive it by a moment
    await asyncio.to_thread(own_postgres_server.start)
    for roster in rosters:
        await roster.living()
    assert set(await rosters[0].living()) == {roster.me for roster in rosters}
    for roster in rosters:
        await roster.close()


async def _look_for_ever(roster):
    while True:
        await roster.living()
