import msgspec
import pytest

from tidings.backends.sql import provider_config_store
from tidings.backends.sql.provider_config_store import SqlProviderConfigStore
from tidings.errors import ConfigurationError, Conflict, NotFound, TooLarge
from tidings.provider_configs import ProviderConfig
from tidings.secrets import SecretBox

ENV = 1
PASSWORD = "correct-horse-battery-staple"


@pytest.fixture
def configs(database):
    """The configurations of an empty database."""
    return SqlProviderConfigStore(database, SecretBox("0123456789abcdef"))


def config(config_id="cfg_a", *, alias=None, created=1, environment_id=ENV, **settings):
    """A configuration with a secret in its settings."""
    return ProviderConfig(
        environment_id=environment_id,
        id=config_id,
        provider="smtp",
        title="Mail",
        alias=alias,
        settings={"password": PASSWORD, **settings},
        created=created,
        updated=created,
    )


async def test_what_was_put_is_read_back(configs):
    """A configuration keeps its settings, types and all."""
    given = config(port=587, tls=True, nested={"a": [1, None]})

    await configs.put(given)

    assert await configs.get(ENV, "cfg_a") == given


async def test_putting_again_replaces(configs):
    """A configuration put under the same id takes the place of the first."""
    await configs.put(config(alias="main"))
    changed = msgspec.structs.replace(config(host="other"), title="New", updated=9)

    await configs.put(changed)

    assert await configs.all(ENV) == [changed]


async def test_an_alias_belongs_to_one(configs):
    """An alias of another configuration is a conflict that names no secret, and nothing changes."""
    await configs.put(config("cfg_a", alias="main"))
    await configs.put(config("cfg_b", alias="spare"))

    with pytest.raises(Conflict, match="main") as refused:
        await configs.put(config("cfg_b", alias="main"))

    assert PASSWORD not in repr(refused.value)
    assert refused.value.__cause__ is None
    assert (await configs.get(ENV, "cfg_b")).alias == "spare"


async def test_many_may_have_no_alias(configs):
    """Configurations without an alias do not stand in each other's way."""
    await configs.put(config("cfg_a"))
    await configs.put(config("cfg_b"))

    assert len(await configs.all(ENV)) == 2


async def test_oldest_come_first(configs):
    """Configurations are listed by age, those of one instant by id."""
    for config_id, created in (("cfg_c", 2), ("cfg_b", 1), ("cfg_a", 2)):
        await configs.put(config(config_id, created=created))

    assert [found.id for found in await configs.all(ENV)] == ["cfg_b", "cfg_a", "cfg_c"]


async def test_the_unknown_is_not_found(configs):
    """Reading and deleting a configuration that is not there say so."""
    with pytest.raises(NotFound):
        await configs.get(ENV, "cfg_a")
    with pytest.raises(NotFound):
        await configs.delete(ENV, "cfg_a")


async def test_deleting(configs):
    """A deleted configuration is gone, and its alias is free."""
    await configs.put(config("cfg_a", alias="main"))

    await configs.delete(ENV, "cfg_a")
    await configs.put(config("cfg_b", alias="main"))

    assert [found.id for found in await configs.all(ENV)] == ["cfg_b"]


async def test_the_version_grows_with_every_change(configs):
    """Whoever holds configurations learns of each change, and of no change that failed, by the version."""
    versions = [await configs.version()]
    await configs.put(config())
    versions.append(await configs.version())
    await configs.put(config(environment_id=2))
    versions.append(await configs.version())
    await configs.delete(ENV, "cfg_a")
    versions.append(await configs.version())
    with pytest.raises(NotFound):
        await configs.delete(ENV, "cfg_a")
    versions.append(await configs.version())

    assert versions == [0, 1, 2, 3, 3]


async def test_another_secret_key_reads_nothing(configs, database):
    """Settings stored with one secret key say, under another, which setting to mend."""
    await configs.put(config())
    other = SqlProviderConfigStore(database, SecretBox("fedcba9876543210"))

    with pytest.raises(ConfigurationError, match="TIDINGS_SECRET_KEY"):
        await other.get(ENV, "cfg_a")


async def test_settings_cannot_be_read_from_the_files(configs, database, database_place):
    """Nothing of the settings stands readable in the database's files, in the write-ahead log or after it."""
    await configs.put(config(account="postmaster-account"))
    files = database_place.written()
    await database.close()
    files += database_place.written()

    assert any(b"cfg_a" in content for content in files)  # so it was written, and these are the files
    for secret in (PASSWORD, "postmaster-account"):
        assert not any(secret.encode() in content for content in files)


async def test_an_environment_holds_a_bounded_number(configs, monkeypatch):
    """No more configurations can be made than a listing shows; those there are can still be replaced."""
    monkeypatch.setattr(provider_config_store, "CONFIGS_MAX", 1)
    await configs.put(config("cfg_a"))

    with pytest.raises(TooLarge):
        await configs.put(config("cfg_b"))
    await configs.put(config("cfg_a", host="new"))


async def test_finding_one_of_any_environment(configs):
    """Who knows only the id finds the configuration, whatever its environment; an unknown id is not found."""
    await configs.put(config("cfg_z", environment_id=2))

    assert (await configs.find("cfg_z")).environment_id == 2
    with pytest.raises(NotFound):
        await configs.find("cfg_none")


async def test_accounts_are_listed_as_they_were_arranged(configs):
    """Those named first, then the others as they stood; a new one comes last, and one that changes stays."""
    for number in range(4):
        await configs.put(config(f"cfg_{number}", created=number))
    await configs.put(config("cfg_x", environment_id=2))
    before = await configs.version()
    await configs.arrange(ENV, ["cfg_3", "cfg_1"])
    assert await configs.version() > before
    await configs.put(config("cfg_new", created=0))
    await configs.put(config("cfg_1", created=9))
    assert [each.id for each in await configs.all(ENV)] == ["cfg_3", "cfg_1", "cfg_0", "cfg_2", "cfg_new"]
    with pytest.raises(NotFound):
        await configs.arrange(ENV, ["cfg_x"])


async def test_an_account_that_is_switched_off_stays(configs):
    """It is read as it is, and can be switched on again."""
    off = msgspec.structs.replace(config(), enabled=False)
    await configs.put(off)
    assert await configs.get(ENV, "cfg_a") == off
    await configs.put(config())
    assert (await configs.get(ENV, "cfg_a")).enabled
