import asyncio

import pytest

from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.workspaces import Environment, hash_key

KEY = "pk_prod_0123456789abcdefghijklmnop"


@pytest.fixture
async def api_keys(database):
    """The keys of an installation that has started once."""
    store = SqlApiKeyStore(database)
    await store.bootstrap(now=1)
    return store


async def test_bootstrap_makes_the_first_workspace(database):
    """The first workspace has a live production and a simulated test environment."""
    made = await SqlApiKeyStore(database).bootstrap(now=1)

    assert made == [Environment(1, 1, "production", "live"), Environment(2, 1, "test", "simulated")]


async def test_bootstrap_happens_once(api_keys):
    """Starting again makes nothing anew."""
    again = await api_keys.bootstrap(now=2)

    assert again == await api_keys.environments()
    assert [environment.name for environment in again] == ["production", "test"]


async def test_two_processes_may_bootstrap_at_once(database, open_database):
    """Processes that start together make one workspace between them."""
    others = [open_database() for _ in range(3)]

    made = await asyncio.gather(*(SqlApiKeyStore(each).bootstrap(now=1) for each in (database, *others)))

    assert made == [[Environment(1, 1, "production", "live"), Environment(2, 1, "test", "simulated")]] * 4


async def test_a_key_opens_its_environment(api_keys):
    """A key that was added is granted by its hash."""
    key = await api_keys.add(1, KEY, name="first", now=5)

    (grant,) = await api_keys.grants()

    assert (grant.key_id, grant.key_hash) == (key.id, hash_key(KEY))
    assert (grant.workspace_id, grant.environment_id, grant.environment) == (1, 1, "production")


async def test_a_key_is_shown_by_its_hint(api_keys):
    """What is listed recognises a key and does not give it away."""
    key = await api_keys.add(1, KEY, name="first", now=5)

    assert (key.environment, key.name, key.hint, key.created_at) == ("production", "first", "pk_prod_…mnop", 5)
    assert KEY not in repr(await api_keys.all(1))


async def test_adding_a_key_again_gives_what_stands(api_keys):
    """The same key is kept once, under its first name."""
    first = await api_keys.add(1, KEY, name="first", now=5)

    assert await api_keys.add(1, KEY, name="second", now=6) == first
    assert await api_keys.all(1) == [first]


async def test_a_revoked_key_stays_revoked_when_added_again(api_keys):
    """Adding a key that was revoked does not open anything again."""
    key = await api_keys.add(1, KEY, name="first", now=5)
    await api_keys.revoke(1, key.id, now=6)

    again = await api_keys.add(1, KEY, name="first", now=7)

    assert again.revoked_at == 6
    assert await api_keys.grants() == []


async def test_a_key_opens_one_environment(api_keys):
    """A key of one environment cannot be added to another."""
    await api_keys.add(1, KEY, name="first", now=5)

    with pytest.raises(Conflict) as refused:
        await api_keys.add(2, KEY, name="first", now=5)
    assert KEY not in str(refused.value)


async def test_an_unknown_environment_takes_no_key(api_keys):
    """A key needs an environment that exists."""
    with pytest.raises(NotFound):
        await api_keys.add(99, KEY, name="first", now=5)


async def test_keys_are_listed_oldest_first(api_keys):
    """All keys of the workspace are listed by age, revoked ones too."""
    new = await api_keys.add(2, "pk_test_new_key_1234", name="new", now=9)
    old = await api_keys.add(1, KEY, name="old", now=5)
    await api_keys.revoke(1, old.id, now=10)

    assert [(key.id, key.revoked_at) for key in await api_keys.all(1)] == [(old.id, 10), (new.id, None)]


async def test_a_revoked_key_opens_nothing(api_keys):
    """A revoked key is granted nothing; the others still are."""
    first = await api_keys.add(1, KEY, name="first", now=5)
    second = await api_keys.add(1, KEY + "2", name="second", now=6)

    await api_keys.revoke(1, first.id, now=7)

    assert [grant.key_id for grant in await api_keys.grants()] == [second.id]


async def test_revoking_twice_is_harmless(api_keys):
    """The first revocation's time stands."""
    key = await api_keys.add(1, KEY, name="first", now=5)
    await api_keys.revoke(1, key.id, now=7)

    await api_keys.revoke(1, key.id, now=8)

    assert [key.revoked_at for key in await api_keys.all(1)] == [7]


async def test_an_unknown_key_cannot_be_revoked(api_keys):
    """Revoking a key that is not there says so."""
    with pytest.raises(NotFound):
        await api_keys.revoke(1, "key_none", now=7)


async def test_a_key_cannot_be_read_from_the_files(api_keys, database, database_place):
    """The key stands nowhere in the database's files."""
    key = await api_keys.add(1, KEY, name="first", now=5)
    files = database_place.written()
    await database.close()
    files += database_place.written()

    assert any(key.id.encode() in content for content in files)  # so it was written, and these are the files
    assert not any(KEY.encode() in content for content in files)


async def test_keys_are_one_environments(api_keys):
    """Listed and revoked in their own environment alone, where one is named."""
    ours = await api_keys.add(1, KEY, name="ours", now=5)
    theirs = await api_keys.add(2, KEY + "2", name="theirs", now=6)

    assert await api_keys.all(1, 1) == [ours]
    assert await api_keys.all(1, 2) == [theirs]
    assert await api_keys.all(2, 1) == []
    with pytest.raises(NotFound):
        await api_keys.revoke(1, theirs.id, now=7, environment_id=1)
    await api_keys.revoke(1, theirs.id, now=7, environment_id=2)


async def test_an_environment_has_a_hundred_keys(api_keys):
    """That open it: revoked ones do not count, nor does one that stands already."""
    first = await api_keys.add(1, KEY, name="", now=5)
    for number in range(99):
        await api_keys.add(1, f"{KEY}{number}", name="", now=5)

    with pytest.raises(TooLarge):
        await api_keys.add(1, KEY + "more", name="", now=6)
    assert await api_keys.add(1, KEY, name="", now=6) == first
    await api_keys.add(2, KEY + "elsewhere", name="", now=6)
    await api_keys.revoke(1, first.id, now=7)
    await api_keys.add(1, KEY + "more", name="", now=8)


async def test_it_is_known_when_a_key_was_used(api_keys):
    """The last time that was noted."""
    key = await api_keys.add(1, KEY, name="", now=5)
    other = await api_keys.add(1, KEY + "2", name="", now=5)

    await api_keys.used([key.id], at=3_600_000)

    noted = {each.id: each.last_used_at for each in await api_keys.all(1)}
    assert noted == {key.id: 3_600_000, other.id: None}
    assert other.last_used_at is None


async def test_environments_are_made(api_keys):
    """Of many that are made at once by one name, one is; it opens to keys of its own."""
    made = await asyncio.gather(
        *(api_keys.add_environment(1, "staging", "simulated") for _ in range(3)), return_exceptions=True
    )

    (staging,) = [each for each in made if isinstance(each, Environment)]
    assert staging == Environment(3, 1, "staging", "simulated")
    assert [type(each) for each in made if each is not staging] == [Conflict, Conflict]
    assert (await api_keys.add(3, KEY, name="", now=5)).environment == "staging"
    with pytest.raises(NotFound):
        await api_keys.add_environment(9, "staging", "live")


async def test_a_workspace_has_twenty_environments(api_keys):
    """Each takes its share of every batch."""
    for number in range(18):
        await api_keys.add_environment(1, f"e{number}", "live")

    with pytest.raises(TooLarge):
        await api_keys.add_environment(1, "one-more", "live")


async def test_environments_are_renamed(api_keys):
    """What they hold stays; two never have one name; another workspace's is not found."""
    await api_keys.add(1, KEY, name="", now=5)

    assert await api_keys.rename_environment(1, 1, "live") == Environment(1, 1, "live", "live")
    assert await api_keys.rename_environment(1, 1, "live") == Environment(1, 1, "live", "live")
    assert [grant.environment for grant in await api_keys.grants()] == ["live"]
    with pytest.raises(Conflict):
        await api_keys.rename_environment(1, 1, "test")
    with pytest.raises(NotFound):
        await api_keys.rename_environment(2, 1, "theirs")
    assert [each.name for each in await api_keys.bootstrap(now=9)] == ["live", "test"]
