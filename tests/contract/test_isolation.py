"""Nothing of one environment is seen or changed from another, by any method of any store of designed state."""

import pytest

from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.event_map_store import SqlEventMapStore
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.provider_config_store import SqlProviderConfigStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.errors import Conflict, NotFound
from tidings.event_maps import EventMap
from tidings.profiles import Profile
from tidings.provider_configs import ProviderConfig
from tidings.secrets import SecretBox
from tidings.templates import TemplateVersion

OURS, THEIRS = 1, 2
OUR_WORKSPACE, THEIR_WORKSPACE = 1, 2


def draft(name="Theirs", template_id="nt_a"):
    """A draft that is told by its name."""
    return TemplateVersion(template_id=template_id, version=0, name=name, content={"of": name})


def config(environment_id, title, config_id="cfg_a"):
    """A configuration that is told by its title."""
    return ProviderConfig(
        environment_id=environment_id,
        id=config_id,
        provider="smtp",
        title=title,
        alias="main",
        settings={},
        created=1,
        updated=1,
    )


@pytest.fixture
def profiles(database):
    """The profiles of an empty database."""
    return SqlProfileStore(database)


@pytest.fixture
async def templates(database):
    """Templates, of which the other environment has one, published and mapped."""
    store = SqlTemplateStore(database)
    await store.create(THEIRS, draft(), aliases=["Signed Up"])
    await store.publish(THEIRS, "nt_a", version=None, by="them", now=1)
    return store


@pytest.fixture
def event_maps(database):
    """The event maps of the same database."""
    return SqlEventMapStore(database)


@pytest.fixture
async def configs(database):
    """Provider configurations, of which the other environment has one."""
    store = SqlProviderConfigStore(database, SecretBox("0123456789abcdef"))
    await store.put(config(THEIRS, "Theirs"))
    return store


@pytest.fixture
async def api_keys(database):
    """The keys of an installation that has started once."""
    store = SqlApiKeyStore(database)
    await store.bootstrap(now=1)
    return store


@pytest.fixture
async def sources(api_keys, database):
    """The sources of an installation that has started once."""
    assert api_keys
    return SqlSourceStore(database, SecretBox("0123456789abcdef"))


async def test_profiles_are_not_read(profiles):
    """A user of another environment is nobody here."""
    await profiles.change(THEIRS, "u:ann", lambda _: {"of": "theirs"}, now=1)

    assert await profiles.get([(OURS, "u:ann")]) == {}
    assert await profiles.find(OURS, "ann") is None


async def test_a_batch_of_profiles_keeps_environments_apart(profiles):
    """One batch over two environments gives each its own user of the same id."""
    await profiles.change(THEIRS, "u:ann", lambda _: {"of": "theirs"}, now=1)
    await profiles.change(THEIRS, "u:bob", lambda _: {"of": "theirs"}, now=1)
    await profiles.change(OURS, "u:ann", lambda _: {"of": "ours"}, now=1)

    found = await profiles.get([(OURS, "u:ann"), (OURS, "u:bob"), (THEIRS, "u:ann")])

    assert {key: profile.data["of"] for key, profile in found.items()} == {
        (OURS, "u:ann"): "ours",
        (THEIRS, "u:ann"): "theirs",
    }


async def test_profiles_are_not_changed(profiles):
    """A change here begins with nothing and leaves the other environment's user alone, even when it deletes."""
    await profiles.change(THEIRS, "u:ann", lambda _: {"of": "theirs"}, now=1)
    handed = []

    await profiles.change(OURS, "u:ann", handed.append, now=2)

    assert handed == [None]
    assert await profiles.find(THEIRS, "ann") == Profile(
        environment_id=THEIRS, user_key="u:ann", data={"of": "theirs"}, created_at=1, updated_at=1
    )


async def test_templates_are_not_read(templates):
    """A template of another environment, its versions and its aliases do not exist here."""
    for read in (
        templates.get(OURS, "nt_a"),
        templates.version(OURS, "nt_a", 0),
        templates.version(OURS, "nt_a", 1),
    ):
        with pytest.raises(NotFound):
            await read
    assert (await templates.versions(OURS, "nt_a", limit=10, cursor=None)).items == []
    assert (await templates.page(OURS, limit=10, cursor=None)).items == []
    assert (await templates.page(OURS, limit=10, cursor=None, event_id="Signed Up")).items == []
    assert await templates.published([(OURS, "nt_a"), (OURS, "Signed Up")]) == {}
    assert not await templates.exists(OURS, "nt_a")
    assert not await templates.exists(OURS, "Signed Up")


async def test_templates_are_not_changed(templates):
    """A template of another environment cannot be replaced, published or archived from here."""
    before = await templates.get(THEIRS, "nt_a")

    for change in (
        templates.replace(OURS, draft("Ours"), aliases=[]),
        templates.publish(OURS, "nt_a", version=None, by="us", now=2),
        templates.publish(OURS, "nt_a", version=1, by="us", now=2),
        templates.archive(OURS, "nt_a", now=2),
    ):
        with pytest.raises(NotFound):
            await change
    assert await templates.get(THEIRS, "nt_a") == before


async def test_templates_of_one_id_live_apart(templates):
    """The same template id and alias may stand in each environment, and each sends its own."""
    before = await templates.get(THEIRS, "nt_a")

    await templates.create(OURS, draft("Ours"), aliases=["Signed Up"])
    await templates.publish(OURS, "nt_a", version=None, by="us", now=2)
    await templates.replace(OURS, draft("Ours again"), aliases=["Other"])

    assert await templates.get(THEIRS, "nt_a") == before
    found = await templates.published([(OURS, "nt_a"), (THEIRS, "nt_a"), (THEIRS, "Signed Up"), (OURS, "Other")])
    assert {key: version.name for key, version in found.items()} == {
        (OURS, "nt_a"): "Ours",
        (OURS, "Other"): "Ours",
        (THEIRS, "nt_a"): "Theirs",
        (THEIRS, "Signed Up"): "Theirs",
    }
    await templates.archive(OURS, "nt_a", now=3)
    assert await templates.get(THEIRS, "nt_a") == before


async def test_event_maps_are_not_read(templates, event_maps):
    """An event mapped in another environment is not mapped here."""
    assert await templates.exists(THEIRS, "Signed Up")

    with pytest.raises(NotFound):
        await event_maps.get(OURS, "Signed Up")
    assert await event_maps.all(OURS) == []


async def test_event_maps_are_not_changed(templates, event_maps):
    """An event cannot be mapped to another environment's template, nor unmapped there."""
    assert await templates.exists(THEIRS, "nt_a")

    with pytest.raises(NotFound):
        await event_maps.put(OURS, EventMap("Signed Up", "nt_a"))
    with pytest.raises(NotFound):
        await event_maps.delete(OURS, "Signed Up")
    assert await event_maps.all(THEIRS) == [EventMap("Signed Up", "nt_a")]


async def test_events_of_one_name_live_apart(templates, event_maps):
    """Mapping an event here leaves the other environment's event of that name alone."""
    await templates.create(OURS, draft("Ours", "nt_b"))

    await event_maps.put(OURS, EventMap("Signed Up", "nt_b"))
    await event_maps.delete(OURS, "Signed Up")

    assert await event_maps.get(THEIRS, "Signed Up") == EventMap("Signed Up", "nt_a")


async def test_provider_configs_are_not_read(configs):
    """A configuration of another environment does not exist here."""
    with pytest.raises(NotFound):
        await configs.get(OURS, "cfg_a")
    assert await configs.all(OURS) == []


async def test_provider_configs_are_not_changed(configs):
    """Configurations of the same id and alias live apart: neither replaces, blocks or deletes the other."""
    with pytest.raises(NotFound):
        await configs.delete(OURS, "cfg_a")
    await configs.put(config(OURS, "Ours"))
    assert (await configs.get(THEIRS, "cfg_a")).title == "Theirs"

    await configs.delete(OURS, "cfg_a")

    assert [found.title for found in await configs.all(THEIRS)] == ["Theirs"]


async def test_api_keys_of_another_workspace_are_not_listed_or_revoked(api_keys):
    """A workspace sees and revokes its own keys alone."""
    key = await api_keys.add(OURS, "pk_prod_0123456789abcdef", name="ours", now=1)

    assert await api_keys.all(THEIR_WORKSPACE) == []
    with pytest.raises(NotFound):
        await api_keys.revoke(THEIR_WORKSPACE, key.id, now=2)
    assert [standing.revoked_at for standing in await api_keys.all(OUR_WORKSPACE)] == [None]


async def test_api_keys_open_their_environment_alone(api_keys):
    """A key is granted the environment it was added to, and cannot be added to another."""
    await api_keys.add(THEIRS, "pk_test_0123456789abcdef", name="theirs", now=1)

    with pytest.raises(Conflict):
        await api_keys.add(OURS, "pk_test_0123456789abcdef", name="ours", now=1)
    assert [grant.environment_id for grant in await api_keys.grants()] == [THEIRS]


async def test_sources_are_not_read(sources):
    """A source of another environment, and its write key, do not exist here."""
    source = await sources.add(THEIRS, "Theirs", "wk_0123456789abcdef", now=1)

    assert await sources.all(OURS) == []
    with pytest.raises(NotFound):
        await sources.write_key(OURS, source.id)


async def test_sources_are_not_taken_over(sources):
    """A write key of another environment's source cannot be claimed for this one."""
    await sources.add(THEIRS, "Theirs", "wk_0123456789abcdef", now=1)

    with pytest.raises(Conflict):
        await sources.add(OURS, "Ours", "wk_0123456789abcdef", now=1)
    assert [(grant.environment_id) for grant in await sources.grants()] == [THEIRS]
