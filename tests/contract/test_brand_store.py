"""What any store of brands must do."""

import pytest

from tidings.backends.sql.brand_store import SqlBrandStore
from tidings.brands import Brand, Draft, Snippet
from tidings.errors import Conflict, NotFound


@pytest.fixture
def brands(database):
    """A store on an empty database."""
    return SqlBrandStore(database)


def brand(brand_id="br_1", **fields):
    """A brand with defaults."""
    defaults = {"environment_id": 1, "name": "Acme", "created": 5, "updated": 5, "published": 5}
    return Brand(id=brand_id, **{**defaults, **fields})


async def test_a_brand_comes_back_as_it_was_written(brands):
    """Settings and snippets survive; the first of an environment is its default."""
    written = brand(settings={"colors": {"primary": "#123456"}}, snippets=(Snippet(name="hi", value="{{x}}"),))
    kept = await brands.create(written)
    assert kept.is_default
    assert await brands.get(1, "br_1") == kept
    assert not (await brands.create(brand("br_2"))).is_default
    assert (await brands.create(brand("br_3", environment_id=2))).is_default


async def test_ids_are_taken_once(brands):
    """Another brand of the same id is refused; in another environment it is another brand."""
    await brands.create(brand())
    with pytest.raises(Conflict):
        await brands.create(brand())
    await brands.create(brand(environment_id=2))


async def test_replacing_keeps_when_it_was_made(brands):
    """Name, settings and snippets are replaced; creation and default stay. The unknown is not made."""
    await brands.create(brand())
    changed = await brands.replace(brand(name="New", created=9, updated=9, published=9))
    assert (changed.name, changed.created, changed.updated, changed.is_default) == ("New", 5, 9, True)
    with pytest.raises(NotFound):
        await brands.replace(brand("br_x"))


async def test_the_default_brand_cannot_be_deleted(brands):
    """Another must be the default first."""
    await brands.create(brand())
    await brands.create(brand("br_2"))
    with pytest.raises(Conflict):
        await brands.delete(1, "br_1")
    await brands.make_default(1, "br_2", now=7)
    await brands.delete(1, "br_1")
    with pytest.raises(NotFound):
        await brands.get(1, "br_1")
    with pytest.raises(NotFound):
        await brands.delete(1, "br_1")
    with pytest.raises(NotFound):
        await brands.make_default(1, "br_1", now=8)
    assert (await brands.get(1, "br_2")).is_default


async def test_pages_in_the_order_of_making(brands):
    """Oldest first, each once, whatever the page's size."""
    for index in range(5):
        await brands.create(brand(f"br_{index}", created=index // 2))
    first = await brands.page(1, limit=3, cursor=None)
    rest = await brands.page(1, limit=3, cursor=first.cursor)
    assert [one.id for one in [*first.items, *rest.items]] == [f"br_{index}" for index in range(5)]
    assert rest.cursor is None


async def test_finding_many_at_once(brands):
    """By environment and id; the empty id is the default; the unknown are left out."""
    await brands.create(brand())
    await brands.create(brand("br_2"))
    await brands.create(brand("br_3", environment_id=2))
    found = await brands.find([(1, ""), (1, "br_2"), (1, "br_3"), (2, ""), (3, "")])
    assert {key: one.id for key, one in found.items()} == {(1, ""): "br_1", (1, "br_2"): "br_2", (2, ""): "br_3"}
    assert await brands.find([]) == {}


async def test_a_draft_waits_beside_its_brand(brands):
    """It is kept, survives a replacement, and becomes the brand when it is published."""
    await brands.create(brand())
    draft = Draft(
        name="Next", settings={"colors": {"primary": "red"}}, snippets=(Snippet(name="a", value="b"),), updated=6
    )
    assert (await brands.write_draft(1, "br_1", draft)).draft == draft
    replaced = await brands.replace(brand(name="Now", updated=7))
    assert (replaced.name, replaced.draft) == ("Now", draft)
    published = await brands.publish(1, "br_1", now=8)
    assert (published.name, published.settings, published.snippets) == ("Next", draft.settings, draft.snippets)
    assert (published.created, published.updated, published.published, published.draft) == (5, 8, 8, None)
    assert await brands.get(1, "br_1") == published


async def test_there_is_a_draft_or_there_is_none(brands):
    """A dropped draft cannot be published, and an unknown brand has none; those of other environments stay."""
    await brands.create(brand())
    await brands.create(brand(environment_id=2))
    await brands.write_draft(1, "br_1", Draft(name="Next", updated=6))
    assert (await brands.get(2, "br_1")).draft is None
    assert (await brands.write_draft(1, "br_1", None)).draft is None
    with pytest.raises(Conflict):
        await brands.publish(1, "br_1", now=8)
    with pytest.raises(NotFound):
        await brands.publish(1, "br_x", now=8)
    with pytest.raises(NotFound):
        await brands.write_draft(1, "br_x", None)
