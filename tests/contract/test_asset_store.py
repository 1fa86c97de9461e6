import msgspec
import pytest

from tidings.assets import Asset
from tidings.backends.sql import asset_store
from tidings.backends.sql.asset_store import SqlAssetStore
from tidings.errors import InvalidInput, NotFound, TooLarge


def an_asset(asset_id="a", **fields):
    defaults = {"environment_id": 1, "name": "a.png", "media_type": "image/png", "bytes": 9, "created": 5}
    return Asset(id=asset_id, **{**defaults, **fields})


@pytest.fixture
def store(database):
    """The pictures of an empty database."""
    return SqlAssetStore(database)


async def test_what_stands_stays(store):
    """The same picture again is the one that stands, under its first name."""
    assert await store.add(an_asset()) == an_asset()
    assert await store.add(an_asset(name="b.png", created=9)) == an_asset()
    assert await store.find("a") == an_asset()


async def test_an_environments_pictures_are_listed(store):
    """Newest first, page by page; others' are not among them."""
    pictures = [an_asset(f"a{number}", created=number // 2) for number in range(5)]
    for picture in [*pictures, an_asset("other", environment_id=2)]:
        await store.add(picture)

    found, cursor = [], None
    while True:
        page = await store.page(1, limit=2, cursor=cursor)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            break

    assert found == sorted(pictures, key=lambda each: (each.created, each.id), reverse=True)
    with pytest.raises(InvalidInput):
        await store.page(1, limit=2, cursor="nonsense")


async def test_what_is_deleted_is_gone(store):
    """Only its own environment can, and only once."""
    await store.add(an_asset())
    with pytest.raises(NotFound):
        await store.delete(2, "a")

    assert await store.delete(1, "a") == an_asset()

    for missing in (store.find("a"), store.delete(1, "a")):
        with pytest.raises(NotFound):
            await missing


async def test_there_are_so_many_and_no_more(store, monkeypatch):
    """Past the bound nothing is noted."""
    monkeypatch.setattr(asset_store, "ASSETS_MAX", 1)
    await store.add(an_asset())
    with pytest.raises(TooLarge):
        await store.add(msgspec.structs.replace(an_asset("b")))

    assert [each.id for each in (await store.page(1, limit=9, cursor=None)).items] == ["a"]
