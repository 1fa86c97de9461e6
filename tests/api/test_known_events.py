from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.catalogue import sighted
from tidings.effects import FollowerEffects


async def test_a_sources_events_are_listed(api, test_api, services, database, world):
    """Each event has its count, its days and the look of its properties, and no value of them."""
    mine = services.grants.api_key(api.headers["authorization"][7:]).environment_id
    source = (await services.sources.all(mine))[0]
    store = SqlFollowerStore(database)
    seen = sighted([(mine, source.id, world.track("Order", body=b'{"properties": {"email": "ann@example.com"}}'))])
    after = await store.offset("event-catalogue", 0)
    assert await store.apply("event-catalogue", 0, after=after, through=9, effects=FollowerEffects(sighted=seen))

    answer = await api.get(f"/sources/{source.id}/events")

    (event,) = answer.json()["results"]
    assert (event["type"], event["name"], event["count"], event["days"][0]["count"]) == ("track", "Order", 1, 1)
    assert event["properties"] == [
        {"path": "email", "types": ["string"], "formats": ["email"], "shapes": ["email"], "share": 1.0}
    ]
    assert "ann" not in answer.text
    (listed,) = (await api.get("/sources")).json()["results"]
    assert listed["calls"] == {"last_seen": event["last_seen"], "days": event["days"]}
    await test_api.post("/sources", json={"name": "silent"})
    assert [each["calls"] for each in (await test_api.get("/sources")).json()["results"]] == [None]
    assert (await api.get("/sources/0/events")).json()["results"] == []
    assert (await test_api.get(f"/sources/{source.id}/events")).status_code == 404
