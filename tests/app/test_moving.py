"""Moving an embedded installation into PostgreSQL."""

import pytest

from tidings.app.installation import open_installation
from tidings.app.moving import move
from tidings.clock import SystemClock
from tidings.config import Config
from tidings.errors import Conflict

KEY = "wk_0123456789abcdefghijklmnop"


class BrokenOffError(Exception):
    """As if the process had died."""


def unwatched(_done, _total):
    """Look at no bar."""


@pytest.fixture
async def settings(tmp_path):
    """An embedded installation that was started once, and has a second source."""
    config = Config(data=tmp_path / "data")
    async with open_installation(config) as installation:
        await installation.sources.add(1, "Web", KEY, now=5)
    return config


async def moved(settings, url, progress=unwatched):
    """Move it."""
    return await move(
        settings.data, Config(data=settings.data, database_url=url), clock=SystemClock(), progress=progress
    )


async def test_a_moved_installation_has_its_sources_and_numbers_new_ones_on(settings, postgres_url):
    """Everything is there after a move, held, and a source made then gets an id of its own."""
    done = await moved(settings, postgres_url)

    assert done.rows["sources"] == 2
    async with open_installation(Config(data=settings.data, database_url=postgres_url)) as installation:
        assert {source.name for source in await installation.sources.all(1)} == {"first source", "Web"}
        made = await installation.sources.add(1, "New", "wk_another_key_of_some_length", now=6)
        assert made.id == 3
        hold = await installation.itself.hold()
    assert str(settings.data.resolve()) in hold.because


async def test_the_old_installation_is_held(settings, postgres_url):
    """After a move the old installation sends nothing, and says why."""
    await moved(settings, postgres_url)

    async with open_installation(settings) as installation:
        assert "moved to PostgreSQL" in (await installation.itself.hold()).because


async def test_a_move_that_was_broken_off_goes_on(settings, postgres_url):
    """Broken off after some tables, the same command carries the rest, and no row twice."""
    steps = []

    def breaking(done, _total):
        steps.append(done)
        if len(steps) == 3:
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        await moved(settings, postgres_url, breaking)

    again = await moved(settings, postgres_url)
    assert again.carried_before == steps[-1] > 0


async def test_a_source_that_changed_between_two_tries_is_noticed(settings, postgres_url):
    """Who used the old installation after a first try is told that both sides differ."""

    def breaking(done, total):
        if done * 2 == total:  # all is carried, nothing compared
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        await moved(settings, postgres_url, breaking)
    async with open_installation(settings) as installation:
        await installation.sources.refused({"unknown key": 1}, now=5)
        await installation.sources.revoke_write_key(1, 2, (await installation.sources.write_keys(1, 2))[0].id, now=9)

    with pytest.raises(Conflict, match="not the same on both sides"):
        await moved(settings, postgres_url)


async def test_a_database_in_use_is_left_alone(settings, postgres_url, tmp_path):
    """A database that another installation has is refused before anything is written or held."""
    async with open_installation(Config(data=tmp_path / "other", database_url=postgres_url)):
        pass

    with pytest.raises(Conflict, match="name an empty one"):
        await moved(settings, postgres_url)
    async with open_installation(settings) as installation:
        assert await installation.itself.hold() is None


async def test_an_installation_in_use_is_not_moved(settings, postgres_url):
    """While somebody has the files open, a move is refused."""
    async with open_installation(settings):
        with pytest.raises(Conflict, match="in use"):
            await moved(settings, postgres_url)
