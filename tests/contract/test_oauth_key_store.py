import asyncio

import pytest

from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.oauth_key_store import OAUTH_KEYS_MAX, SqlOAuthKeyStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.secrets import SecretBox
from tidings.workspaces import Assertion, OAuthKey, SourceChange

PRODUCTION, TEST = 1, 2


def a_key(source_id, key_id="key_1", *, client_id="app_1", created=5):
    """Make a key; the store does not read the PEM."""
    return OAuthKey(f"ok_{client_id}_{key_id}", source_id, client_id, key_id, "-- a public key --", created)


@pytest.fixture
async def sources(database):
    """The sources of an installation that has started once."""
    await SqlApiKeyStore(database).bootstrap(now=1)
    return SqlSourceStore(database, SecretBox("0123456789abcdef"))


@pytest.fixture
async def shop(sources):
    """A source."""
    return await sources.add(PRODUCTION, "Shop", "wk_0123456789abcdefghijklmnop", now=5)


@pytest.fixture
def keys(database):
    """The OAuth keys of an empty database."""
    return SqlOAuthKeyStore(database)


async def test_keys_come_with_what_write_keys_open(keys, sources, shop):
    """A source's grant has its OAuth keys, oldest first, and whether they are needed."""
    other = await sources.add(PRODUCTION, "Other", "wk_another_0123456789abcdef", now=6)
    newer, older = a_key(shop.id, "key_2", created=9), a_key(shop.id)
    for key in (newer, older):
        await keys.add(PRODUCTION, shop.id, key)
    await sources.change(PRODUCTION, shop.id, SourceChange(enforce_oauth=True))

    granted = {grant.source_id: grant for grant in await sources.grants()}

    assert await keys.all(PRODUCTION, shop.id) == [older, newer]
    assert granted[shop.id].oauth_keys == (older, newer)
    assert granted[shop.id].enforce_oauth
    assert (granted[other.id].oauth_keys, granted[other.id].enforce_oauth) == ((), False)


async def test_a_removed_key_is_gone(keys, sources, shop):
    """It comes with no grant any more; removing what is not there is told."""
    key = a_key(shop.id)
    await keys.add(PRODUCTION, shop.id, key)

    await keys.remove(PRODUCTION, shop.id, key.id)

    assert await keys.all(PRODUCTION, shop.id) == []
    assert [grant.oauth_keys for grant in await sources.grants()] == [()]
    with pytest.raises(NotFound):
        await keys.remove(PRODUCTION, shop.id, key.id)


async def test_an_apps_key_is_one_sources(keys, sources, shop):
    """A key of the same app under the same id is a conflict, in another environment too; under another it is not."""
    away = await sources.add(TEST, "Shop", "wk_another_0123456789abcdef", now=6)
    await keys.add(PRODUCTION, shop.id, a_key(shop.id))

    with pytest.raises(Conflict):
        await keys.add(TEST, away.id, a_key(away.id))
    await keys.add(TEST, away.id, a_key(away.id, "key_2"))


async def test_there_is_room_for_so_many(keys, shop):
    """Those that are added at once are counted, too."""
    added = [keys.add(PRODUCTION, shop.id, a_key(shop.id, f"key_{each}")) for each in range(OAUTH_KEYS_MAX + 2)]

    done = await asyncio.gather(*added, return_exceptions=True)

    assert [type(each) for each in done if each is not None] == [TooLarge] * 2
    assert len(await keys.all(PRODUCTION, shop.id)) == OAUTH_KEYS_MAX


@pytest.mark.parametrize("source_id", [99, -1, 10**30])
async def test_an_unknown_source_has_no_keys(keys, shop, source_id):
    """Neither has a source of another environment."""
    del shop
    for environment_id, unknown in ((PRODUCTION, source_id), (TEST, 1)):
        for asked in (
            keys.add(environment_id, unknown, a_key(unknown)),
            keys.all(environment_id, unknown),
            keys.remove(environment_id, unknown, "ok_1"),
        ):
            with pytest.raises(NotFound):
                await asked


async def test_oauth_is_enforced_where_there_is_a_key(keys, sources, shop):
    """Else nothing could send to the source. Taking the last key away is allowed: it may have been stolen."""
    with pytest.raises(Conflict):
        await sources.change(PRODUCTION, shop.id, SourceChange(enforce_oauth=True))
    key = a_key(shop.id)
    await keys.add(PRODUCTION, shop.id, key)
    assert (await sources.change(PRODUCTION, shop.id, SourceChange(enforce_oauth=True))).enforce_oauth

    await keys.remove(PRODUCTION, shop.id, key.id)

    (grant,) = await sources.grants()
    assert (grant.enforce_oauth, grant.oauth_keys) == (True, ())
    assert not (await sources.change(PRODUCTION, shop.id, SourceChange(enforce_oauth=False))).enforce_oauth


async def test_a_proof_is_used_once(keys):
    """Of any number who use it at once, one is the first."""
    proof, other = Assertion(b"m" * 32, 70_000), Assertion(b"o" * 32, 70_000)

    used = await asyncio.gather(*(keys.use(proof, now=10) for _ in range(4)))

    assert sorted(used) == [False, False, False, True]
    assert await keys.use(other, now=10)
    assert not await keys.use(proof, now=69_999)


async def test_proofs_that_are_over_are_forgotten(keys, database):
    """What proves nothing any more need not be known: the table stays small."""
    for each in range(5):
        await keys.use(Assertion(b"%d" % each, 1_000), now=10)

    await keys.use(Assertion(b"new", 9_000), now=1_000)

    async with database.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT mark FROM used_assertions")).all()
    assert [bytes(mark) for (mark,) in rows] == [b"new"]
