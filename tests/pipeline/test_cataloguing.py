import pytest

from tidings.backends.sql.api_key_store import SqlApiKeyStore
from tidings.backends.sql.event_catalogue import SqlEventCatalogue
from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.backends.sql.source_store import SqlSourceStore
from tidings.pipeline import cataloguing
from tidings.pipeline.cataloguing import Cataloguing
from tidings.pipeline.follower import Follower
from tidings.secrets import SecretBox
from tidings.workspaces import SourceChange, SourceSettings


@pytest.fixture
async def follower(house):
    """A follower that catalogues from now on."""
    house.catalogue = SqlEventCatalogue(house.database)
    store = SqlFollowerStore(house.database)
    house.sources = SqlSourceStore(house.database, SecretBox("a secret key for tests"))
    step = Cataloguing(catalogue=house.catalogue, sources=house.sources)
    follower = Follower(stream=house.stream, store=store, step=step)
    await follower.run_once(0)
    return follower


async def follow(house, follower, *bodies):
    """Let calls come in, be applied, and be catalogued."""
    await house.append(*bodies)
    step = house.inbound()
    while await step.run_once(0):
        pass
    while await follower.run_once(0):
        pass


async def test_events_are_known_with_their_properties(house, follower):
    """Every event a source sent is listed; batches add up, and each call is counted once."""
    call = {"type": "track", "userId": "ann", "event": "Order", "properties": {"total": 5}}
    await follow(house, follower, call, {**call, "properties": {}})
    await follow(house, follower, call, {"type": "identify", "userId": "ann", "traits": {"plan": "pro"}})

    identify, order = await house.catalogue.of_source(1, 1)

    assert (identify.type, identify.count) == ("identify", 1)
    assert (order.name, order.count, order.properties["examined"]) == ("Order", 3, 3)
    assert order.properties["paths"]["total"]["count"] == 2
    assert await house.catalogue.of_source(2, 1) == []


async def test_names_are_bounded(house, follower, monkeypatch):
    """Past the bound new names are counted together, so that names with ids in them cannot grow without end."""
    monkeypatch.setattr(cataloguing, "EVENTS_MAX", 2)
    calls = [{"type": "track", "userId": "ann", "event": f"Order {number}"} for number in range(5)]
    await follow(house, follower, *calls)
    await follow(house, follower, *calls)

    known = {event.name: event.count for event in await house.catalogue.of_source(1, 1)}
    assert known == {"Order 0": 2, "Order 1": 2, "(other)": 6}


async def test_what_a_source_takes_out_is_not_catalogued(house, follower):
    """Not even the look of a blocked property is kept."""
    await SqlApiKeyStore(house.database).bootstrap(now=1)
    source = await house.sources.add(1, "web", "write key", now=house.clock.at)
    blocked = SourceSettings(blocked_properties=("properties.ssn",))
    await house.sources.change(1, source.id, SourceChange(settings=blocked))
    properties = {"total": 5, "ssn": "123-45-6789"}
    await follow(house, follower, {"type": "track", "userId": "ann", "event": "Order", "properties": properties})

    (order,) = await house.catalogue.of_source(1, source.id)
    assert set(order.properties["paths"]) == {"total"}
