import asyncio

import pytest

from tidings.accounts import Account, Role, StudioSession
from tidings.backends.sql.account_store import SqlAccountStore
from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.studio_session_store import SqlStudioSessionStore
from tidings.errors import NotFound
from tidings.secrets import SecretBox

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


DAY = 24 * 3_600_000


@pytest.fixture
async def ann(database):
    """An account."""
    await SqlApiKeyStore(database).bootstrap(now=1)
    store = SqlAccountStore(database, SecretBox("0123456789abcdef"))
    return await store.add(Account(id="acc_ann", workspace_id=1, email="ann@example.com", role=Role.ANALYST, created=5))


def session_of(account=None, session_id="ses_1", **fields):
    """A session of a week."""
    times = {"created": DAY, "seen": DAY, "expires": 8 * DAY, "address": "10.1.2.0/24", "agent": "Firefox"}
    return StudioSession(id=session_id, workspace_id=1, account=account, **{**times, **fields})


async def test_a_session_is_read_by_its_token(sessions, ann):
    """Whose it is; or nobody's, when it was opened with the link."""
    await sessions.open(session_of(ann), TOKEN)
    await sessions.open(session_of(session_id="ses_2"), "another")

    assert await sessions.read(TOKEN, now=DAY + 1) == session_of(ann)
    assert (await sessions.read("another", now=DAY + 1)).role is Role.ADMIN
    assert await sessions.read("a third", now=DAY + 1) is None


async def test_a_session_lasts_as_long_as_it_is_used(sessions):
    """A week from the last use, and thirty days at most."""
    await sessions.open(session_of(), TOKEN)

    for day in (7, 13, 19, 25, 30):
        assert await sessions.read(TOKEN, now=day * DAY), day
    assert await sessions.read(TOKEN, now=31 * DAY) is None


async def test_a_session_that_is_not_used_expires(sessions):
    """After a week."""
    await sessions.open(session_of(), TOKEN)

    assert await sessions.read(TOKEN, now=8 * DAY) is None


async def test_expired_sessions_are_forgotten(sessions, ann):
    """When the next one is opened."""
    await sessions.open(session_of(ann), TOKEN)
    await sessions.open(session_of(ann, "ses_2", created=9 * DAY, expires=16 * DAY), "another")

    assert [each.id for each in await sessions.all("acc_ann", now=0)] == ["ses_2"]


async def test_an_account_ends_its_own_sessions(sessions, ann):
    """One of them, or all others; never those of somebody else."""
    for number in range(4):
        await sessions.open(session_of(ann, f"ses_{number}"), f"token {number}")
    await sessions.open(session_of(session_id="ses_x"), "link")
    assert [each.id for each in await sessions.all("acc_ann", now=DAY)] == ["ses_3", "ses_2", "ses_1", "ses_0"]

    await sessions.end("acc_ann", "ses_0")
    for nobodys in ("ses_0", "ses_x"):
        with pytest.raises(NotFound):
            await sessions.end("acc_ann", nobodys)
    assert await sessions.end_all("acc_ann", keeping="ses_2") == 2

    assert [each.id for each in await sessions.all("acc_ann", now=DAY)] == ["ses_2"]
    assert await sessions.read("link", now=DAY + 1)
    assert await sessions.end_all("acc_ann") == 1
