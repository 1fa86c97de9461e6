import pytest

from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.catalogue import sighted
from tidings.effects import FollowerEffects


@pytest.fixture
async def seen(api, services, database, world):
    """Three events of two sources were seen; one of them is mapped, and the log has it."""
    store = SqlFollowerStore(database)
    await world.mapped(api, "Order")
    body = b'{"properties": {"email": "ann@example.com"}}'
    shown = sighted(
        [
            (1, 1, world.track("Order", body=body)),
            (1, 2, world.track("Order", body=b'{"properties": {"total": 5}}')),
            (1, 1, world.track("Signup")),
            (1, 1, world.track("Visit")),
            (2, 9, world.track("Elsewhere")),
        ]
    )
    after = await store.offset("event-catalogue", 0)
    assert await store.apply("event-catalogue", 0, after=after, through=9, effects=FollowerEffects(sighted=shown))
    (sample,) = await world.calls(world.track("Order"))
    return sample


@pytest.mark.usefixtures("seen")
async def test_every_name_is_listed(api, test_api):
    """Each name once, with its calls of all sources, and what it sends."""
    results = (await api.get("/known-events")).json()["results"]

    assert [(each["name"], each["count"], each["sources"]) for each in results] == [
        ("Order", 2, [1, 2]),
        ("Signup", 1, [1]),
        ("Visit", 1, [1]),
    ]
    assert results[0]["event"] == "Segment-TrackEvent:Order"
    assert [each["template_id"] is None for each in results] == [False, True, True]
    assert results[0]["days"][0]["count"] == 2
    assert [each["name"] for each in (await test_api.get("/known-events")).json()["results"]] == ["Elsewhere"]
    assert (await api.get("/known-events", params={"type": "page"})).json()["results"] == []


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"mapped": "false"}, ["Signup", "Visit"]),
        ({"mapped": "true"}, ["Order"]),
        ({"begins": "Si"}, ["Signup"]),
        ({"mapped": "true", "begins": "V"}, []),
    ],
)
async def test_unmapped_names_are_found(api, query, found):
    """By whether they send something, and by how they begin, whatever the size of the pages."""
    for limit in (1, 2, 20):
        names, cursor = [], None
        while True:
            params = {**query, "limit": limit, **({"cursor": cursor} if cursor else {})}
            page = (await api.get("/known-events", params=params)).json()
            names += [each["name"] for each in page["results"]]
            cursor = page["paging"]["cursor"]
            if not page["paging"]["more"]:
                break
        assert names == found


async def test_one_is_told_with_its_shape(api, refused, seen):
    """What its properties look like over all sources, no value of them, and a call to look at."""
    answer = await api.get("/known-events/track", params={"name": "Order"})

    event = answer.json()
    assert [each["path"] for each in event["properties"]] == ["email", "total"]
    assert "ann@" not in answer.text
    assert event["sample_id"] == seen
    assert (await api.get("/known-events/track", params={"name": "Visit"})).json()["sample_id"] is None
    refused(await api.get("/known-events/track", params={"name": "Elsewhere"}), 404, "no source")
    refused(await api.get("/known-events/nonsense"), 400)
