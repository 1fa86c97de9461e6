import asyncio

import pytest

from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.errors import ConfigurationError, Conflict, NotFound
from tidings.secrets import SecretBox
from tidings.workspaces import Refused, SourceChange, SourceSettings, hash_key

PRODUCTION, TEST = 1, 2
KEY = "wk_0123456789abcdefghijklmnop"


@pytest.fixture
async def sources(database):
    """The sources of an installation that has started once."""
    await SqlApiKeyStore(database).bootstrap(now=1)
    return SqlSourceStore(database, SecretBox("0123456789abcdef"))


async def test_a_source_is_granted_by_its_write_key(sources):
    """A new source is enabled, and its write key's hash opens its environment."""
    source = await sources.add(PRODUCTION, "Web", KEY, now=5)

    (grant,) = await sources.grants()

    assert (source.environment_id, source.name, source.enabled, source.write_key_hint) == (1, "Web", True, "wk_…mnop")
    assert (grant.source_id, grant.key_hash) == (source.id, hash_key(KEY))
    assert (grant.workspace_id, grant.environment_id, grant.enabled) == (1, PRODUCTION, True)


async def test_the_same_key_gives_the_source_that_stands(sources):
    """Adding a write key again makes no second source and does not rename the first."""
    first = await sources.add(PRODUCTION, "Web", KEY, now=5)

    assert await sources.add(PRODUCTION, "Other", KEY, now=6) == first
    assert await sources.all(PRODUCTION) == [first]


async def test_of_two_who_add_the_same_key_the_second_finds_the_source(sources):
    """Processes that start at once each add the first key: all of them get the one source, and none fails."""
    added = await asyncio.gather(*(sources.add(PRODUCTION, "Web", KEY, now=5) for _ in range(4)))

    assert await sources.all(PRODUCTION) == [added[0]]
    assert added == [added[0]] * 4


async def test_a_write_key_belongs_to_one_environment(sources):
    """A write key of another environment's source is a conflict that does not repeat the key."""
    await sources.add(PRODUCTION, "Web", KEY, now=5)

    with pytest.raises(Conflict) as refused:
        await sources.add(TEST, "Web", KEY, now=5)
    assert KEY not in str(refused.value)
    assert await sources.all(TEST) == []


async def test_an_unknown_environment_takes_no_source(sources):
    """A source needs an environment that exists."""
    with pytest.raises(NotFound):
        await sources.add(99, "Web", KEY, now=5)


async def test_sources_are_listed_oldest_first(sources):
    """Sources are listed by age."""
    await sources.add(PRODUCTION, "New", KEY, now=9)
    await sources.add(PRODUCTION, "Old", KEY + "2", now=5)

    assert [source.name for source in await sources.all(PRODUCTION)] == ["Old", "New"]


async def test_an_owner_sees_the_write_key_again(sources):
    """The write key can be shown again."""
    source = await sources.add(PRODUCTION, "Web", KEY, now=5)

    assert await sources.write_key(PRODUCTION, source.id) == KEY


@pytest.mark.parametrize("source_id", [99, -1, 10**30])
async def test_an_unknown_source_has_no_write_key(sources, source_id):
    """Asking for the key of a source that is not there says so."""
    with pytest.raises(NotFound):
        await sources.write_key(PRODUCTION, source_id)


async def test_another_secret_key_shows_nothing(sources, database):
    """A write key sealed with one secret key says, under another, which setting to mend."""
    source = await sources.add(PRODUCTION, "Web", KEY, now=5)
    other = SqlSourceStore(database, SecretBox("fedcba9876543210"))

    with pytest.raises(ConfigurationError, match="TIDINGS_SECRET_KEY"):
        await other.write_key(PRODUCTION, source.id)


async def test_a_write_key_cannot_be_read_from_the_files(sources, database, database_place):
    """The write key stands nowhere in the database's files."""
    await sources.add(PRODUCTION, "A source to look for", KEY, now=5)
    files = database_place.written()
    await database.close()
    files += database_place.written()

    assert any(b"A source to look for" in content for content in files)  # so it was written, and these are the files
    assert not any(KEY.encode() in content for content in files)


async def test_refusals_add_up(sources):
    """Counts of refused requests grow by reason, from wherever they are added."""
    await sources.refused({"unknown_write_key": 2, "no_write_key": 1}, now=1)
    await asyncio.gather(*(sources.refused({"unknown_write_key": 1}, now=2) for _ in range(5)))
    await sources.refused({}, now=3)

    assert await sources.refusals() == [Refused("no_write_key", 1, 1), Refused("unknown_write_key", 7, 2)]


async def test_no_refusals(sources):
    """Before anything was refused there are no counts."""
    assert await sources.refusals() == []


async def test_changes_at_once_all_hold(sources):
    """Those who change different things of a source at the same time all find theirs."""
    source = await sources.add(PRODUCTION, "web", KEY, now=1)
    settings = SourceSettings(strip_ip=True)
    changes = [SourceChange(name="new"), SourceChange(enabled=False), SourceChange(settings=settings)]
    await asyncio.gather(*(sources.change(PRODUCTION, source.id, change) for change in changes))

    found = await sources.get(PRODUCTION, source.id)
    assert (found.name, found.enabled, found.settings) == ("new", False, settings)
