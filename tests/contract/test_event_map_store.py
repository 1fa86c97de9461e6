import pytest
from sqlalchemy import select

from tidings.backends.sql import event_map_store
from tidings.backends.sql.event_map_store import SqlEventMapStore
from tidings.backends.sql.tables import revisions
from tidings.backends.sql.template_store import SqlTemplateStore
from tidings.errors import NotFound, TooLarge
from tidings.event_maps import EventMap
from tidings.templates import TemplateVersion

ENV = 1


@pytest.fixture
async def event_maps(database):
    """Event maps beside two templates."""
    templates = SqlTemplateStore(database)
    for template_id in ("nt_a", "nt_b"):
        await templates.create(ENV, TemplateVersion(template_id=template_id, version=0, name="", content={}))
    return SqlEventMapStore(database)


async def mapping_revision(database):
    """Read what caches of event maps watch."""
    async with database.read() as connection:
        return await connection.scalar(select(revisions.c.revision).where(revisions.c.kind == "mapping"))


async def test_a_mapped_event_is_read_back(event_maps):
    """An event that was mapped names its template, whatever characters it has."""
    event_map = EventMap("Segment-TrackEvent:Login Button/Clicked % ü", "nt_a")

    await event_maps.put(ENV, event_map)

    assert await event_maps.get(ENV, event_map.event_id) == event_map


async def test_mapping_again_moves_the_event(event_maps):
    """An event has one template: the one it was last mapped to."""
    await event_maps.put(ENV, EventMap("x", "nt_a"))
    await event_maps.put(ENV, EventMap("x", "nt_b"))

    assert await event_maps.all(ENV) == [EventMap("x", "nt_b")]


async def test_a_template_may_have_many_events(event_maps):
    """Events are listed by their ids, whichever template they send."""
    for event_id in ("b", "a", "c"):
        await event_maps.put(ENV, EventMap(event_id, "nt_a"))

    assert [event_map.event_id for event_map in await event_maps.all(ENV)] == ["a", "b", "c"]


async def test_event_ids_match_exactly(event_maps):
    """Case and blanks make two events."""
    await event_maps.put(ENV, EventMap("Order Completed", "nt_a"))

    for other in ("order completed", "Order Completed ", "Order  Completed"):
        with pytest.raises(NotFound):
            await event_maps.get(ENV, other)


async def test_mapping_to_nothing_is_not_found(event_maps, database):
    """An event cannot be mapped to a template that does not exist, nor to one that is archived."""
    await SqlTemplateStore(database).archive(ENV, "nt_b", now=1)

    for template_id in ("nt_none", "nt_b"):
        with pytest.raises(NotFound, match=template_id):
            await event_maps.put(ENV, EventMap("x", template_id))
    assert await event_maps.all(ENV) == []


async def test_an_unmapped_event_is_not_found(event_maps):
    """Reading and deleting an event that is not mapped say so."""
    with pytest.raises(NotFound):
        await event_maps.get(ENV, "x")
    with pytest.raises(NotFound):
        await event_maps.delete(ENV, "x")


async def test_deleting_unmaps(event_maps):
    """A deleted event map is gone."""
    await event_maps.put(ENV, EventMap("x", "nt_a"))

    await event_maps.delete(ENV, "x")

    assert await event_maps.all(ENV) == []


async def test_every_change_moves_the_mapping_revision(event_maps, database):
    """Whoever holds event maps learns of each change by the revision, and of no change that failed."""
    before = await mapping_revision(database)
    await event_maps.put(ENV, EventMap("x", "nt_a"))
    await event_maps.delete(ENV, "x")
    with pytest.raises(NotFound):
        await event_maps.delete(ENV, "x")

    assert await mapping_revision(database) == before + 2


async def test_an_environment_holds_a_bounded_number(event_maps, monkeypatch):
    """No more events can be mapped than a listing shows; those that are can still be mapped again."""
    monkeypatch.setattr(event_map_store, "EVENT_MAPS_MAX", 2)
    await event_maps.put(ENV, EventMap("a", "nt_a"))
    await event_maps.put(ENV, EventMap("b", "nt_a"))

    with pytest.raises(TooLarge):
        await event_maps.put(ENV, EventMap("c", "nt_a"))
    await event_maps.put(ENV, EventMap("b", "nt_b"))

    assert await event_maps.all(ENV) == [EventMap("a", "nt_a"), EventMap("b", "nt_b")]
