import asyncio

import msgspec
import pytest

from tidings.backends.sql import destination_store
from tidings.backends.sql.destination_store import SqlDestinationStore
from tidings.destinations import BUILT_IN, Destination
from tidings.destinations.destination import built_in
from tidings.errors import Conflict, NotFound, TooLarge
from tidings.filters import Filter
from tidings.filters.filter import Drop, DropProperties, Sample
from tidings.secrets import SecretBox

ENV = 1
SECRET = "correct-horse-battery-staple"
FILTER = Filter(
    id="f1",
    title="No test",
    condition="properties.test = true",
    actions=(Drop(), Sample(percent=0.5, path="userId"), DropProperties(fields={"": ["a"]})),
    source_id=3,
    created=1,
)


@pytest.fixture
def destinations(database):
    """The destinations of an empty database."""
    return SqlDestinationStore(database, SecretBox("0123456789abcdef"))


def destination(destination_id="dst_a", **fields):
    """A destination with a secret in its settings."""
    base = {"environment_id": ENV, "kind": "webhook", "name": destination_id, "created": 1, "updated": 1}
    return Destination(id=destination_id, **{**base, "settings": {"shared_secret": SECRET}, **fields})


async def test_what_was_put_is_read_back(destinations):
    """A destination keeps its settings, sources and filters."""
    given = destination(sources=(1, 5), filters=(FILTER,), enabled=False)

    await destinations.put(given)

    assert await destinations.get(ENV, "dst_a") == given


async def test_the_built_in_one_is_always_there(destinations):
    """Every environment has the Courier destination, enabled and open, until it is changed; it cannot be deleted."""
    (ours,) = await destinations.all(ENV)
    assert (ours.id, ours.enabled, ours.sources, ours.filters) == (BUILT_IN, True, None, ())

    await destinations.put(msgspec.structs.replace(ours, enabled=False, created=99))
    await destinations.put(destination())

    assert [each.id for each in await destinations.all(ENV)] == [BUILT_IN, "dst_a"]
    assert not (await destinations.get(ENV, BUILT_IN)).enabled
    assert (await destinations.get(2, BUILT_IN)).enabled
    with pytest.raises(Conflict):
        await destinations.delete(ENV, BUILT_IN)


async def test_of_two_who_change_the_same_one_is_told(destinations):
    """A change of what no longer stands there is not written; also not of the built-in one's first state."""
    await destinations.put(destination())
    read = await destinations.get(ENV, "dst_a")
    first, second = (msgspec.structs.replace(read, **change) for change in ({"enabled": False}, {"sources": (3,)}))

    assert await destinations.replace(read, first)
    assert not await destinations.replace(read, second)
    assert await destinations.get(ENV, "dst_a") == first

    ours = await destinations.get(ENV, BUILT_IN)
    assert await destinations.replace(ours, msgspec.structs.replace(ours, created=1, enabled=False))
    assert not await destinations.replace(ours, msgspec.structs.replace(ours, created=1, sources=(3,)))
    await destinations.delete(ENV, "dst_a")
    with pytest.raises(NotFound):
        await destinations.replace(first, second)


async def test_all_who_change_at_once_are_heard(destinations):
    """However many read and write the same one at the same time, no change is lost."""
    await destinations.put(destination(settings={}))
    await destinations.put(built_in(ENV))

    async def set_one(destination_id, number):
        while True:
            read = await destinations.get(ENV, destination_id)
            if await destinations.replace(
                read, msgspec.structs.replace(read, settings={**read.settings, f"s{number}": number})
            ):
                return

    await asyncio.gather(*(set_one(each, number) for each in ("dst_a", BUILT_IN) for number in range(5)))
    for each in ("dst_a", BUILT_IN):
        assert (await destinations.get(ENV, each)).settings == {f"s{number}": number for number in range(5)}


async def test_names_are_unlike(destinations):
    """Two destinations of one environment have two names; two environments may share one."""
    await destinations.put(destination("dst_a", name="Hook"))

    with pytest.raises(Conflict):
        await destinations.put(destination("dst_b", name="Hook"))
    await destinations.put(destination("dst_b", name="Hook", environment_id=2))


async def test_another_environment_has_other_destinations(destinations):
    """A destination does not exist for another environment."""
    await destinations.put(destination())

    with pytest.raises(NotFound):
        await destinations.get(2, "dst_a")
    with pytest.raises(NotFound):
        await destinations.delete(2, "dst_a")


async def test_outside_destinations_of_everywhere(destinations):
    """Who delivers sees the outside destinations of every environment."""
    await destinations.put(destination("dst_a"))
    await destinations.put(destination("dst_b", environment_id=2))
    await destinations.put(msgspec.structs.replace(await destinations.get(ENV, BUILT_IN), created=1))

    assert [each.id for each in await destinations.everywhere()] == ["dst_a", "dst_b"]


async def test_every_change_moves_the_version(destinations):
    """The version grows with each put and delete, and with nothing else."""
    versions = [await destinations.version()]
    await destinations.put(destination())
    versions.append(await destinations.version())
    await destinations.delete(ENV, "dst_a")
    versions.append(await destinations.version())

    assert versions == sorted(set(versions))
    assert await destinations.version() == versions[-1]


async def test_there_is_room_for_so_many(destinations, monkeypatch):
    """Past the limit a new destination is refused, and a known one may still change."""
    monkeypatch.setattr(destination_store, "DESTINATIONS_MAX", 1)
    await destinations.put(destination())

    with pytest.raises(TooLarge):
        await destinations.put(destination("dst_b"))
    await destinations.put(destination(enabled=False))


async def test_secrets_cannot_be_read_from_the_files(destinations, database, tmp_path):
    """No secret stands in the database's files."""
    await destinations.put(destination(name="A name to look for"))
    await database.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]

    if files:
        assert any(b"A name to look for" in content for content in files)
    assert not any(SECRET.encode() in content for content in files)
