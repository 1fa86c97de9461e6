import asyncio

import pytest

from tidings.backends.sql.studio_session_store import SqlStudioSessionStore

TOKEN = "a-token-of-some-length-0123456789"


@pytest.fixture
def sessions(database):
    """The sessions of an empty database."""
    return SqlStudioSessionStore(database)


async def test_a_token_opens_once(sessions):
    """A token is used up by its first use."""
    await sessions.mint(TOKEN, expires_at=100)

    assert await sessions.redeem(TOKEN, now=50)
    assert not await sessions.redeem(TOKEN, now=50)


async def test_a_race_for_a_token_has_one_winner(sessions):
    """Of many who use a token at the same time, one gets in."""
    await sessions.mint(TOKEN, expires_at=100)

    answers = await asyncio.gather(*(sessions.redeem(TOKEN, now=50) for _ in range(8)))

    assert sorted(answers) == [False] * 7 + [True]


async def test_a_token_expires(sessions):
    """At its time of expiry a token opens nothing any more."""
    await sessions.mint(TOKEN, expires_at=100)

    assert not await sessions.redeem(TOKEN, now=100)


async def test_an_unknown_token_opens_nothing(sessions):
    """A token nobody minted is refused, and spoils no other."""
    await sessions.mint(TOKEN, expires_at=100)

    assert not await sessions.redeem("another", now=50)
    assert await sessions.redeem(TOKEN, now=50)


async def test_minting_again_prolongs(sessions):
    """A token minted again lives until the later time said."""
    await sessions.mint(TOKEN, expires_at=100)
    await sessions.mint(TOKEN, expires_at=200)

    assert await sessions.redeem(TOKEN, now=150)


async def test_a_token_cannot_be_read_from_the_files(sessions, database, database_place):
    """The token stands nowhere in the database's files."""
    await sessions.mint(TOKEN, expires_at=100)
    files = database_place.written()
    await database.close()
    files += database_place.written()

    assert files
    assert not any(TOKEN.encode() in content for content in files)
