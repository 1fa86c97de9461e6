"""Who comes into an audience, or leaves it, is told to sources and webhooks, as Courier does."""

import msgspec
import pytest

from tidings.audiences import Change
from tidings.backends.sql import audience_news
from tidings.backends.sql.audience_store import SqlAudienceStore
from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.destinations import Destination
from tidings.pipeline.audiences import AudienceStep

BERN = {"operator": "EQ", "path": "city", "value": "Bern"}
SETTINGS = {
    "courier_source": {"write_key": "wk", "base_url": "https://segment.test/v1"},
    "outbound_webhook": {"url": "https://hook.test/"},
}


@pytest.fixture
async def heard(house):
    """Change things, and read what waits for a destination of each kind."""

    async def listen(kind, **changes):
        of = {"environment_id": 1, "id": f"dst_{kind}", "kind": kind, "name": kind, "settings": SETTINGS[kind]}
        await house.destinations.put(Destination(**{**of, **changes}))
        deliveries, audiences = SqlDeliveryStore(house.database), SqlAudienceStore(house.database)

        async def work(*changes):
            for change in changes:
                await change
            step = AudienceStep(store=audiences, clock=house.clock)
            while await step.run_once():
                pass
            house.clock.at += 1
            due = await deliveries.due(1, f"dst_{kind}", now=house.clock.at, limit=99, in_order=False)
            await deliveries.settle(
                1, f"dst_{kind}", done=[each.position for each in due], again=[], tallies=[], failures=[]
            )
            return sorted((msgspec.json.decode(each.body) for each in due), key=msgspec.json.encode)

        return work

    return listen


def lives(house, user_id, city):
    """Say where a user lives."""
    return house.profiles.change(1, f"u:{user_id}", lambda _: {"city": city}, now=1)


def bern(house, **said):
    """Make the audience of who lives in Bern."""
    return SqlAudienceStore(house.database).put(1, "bern", Change(**said), now=house.clock.at)


async def test_a_source_hears_who_comes_and_goes(house, heard):
    """One track call each, of the user, with what Courier says of it; who stays is not told of."""
    work = await heard("courier_source")
    (call,) = await work(lives(house, "ann", "Bern"), lives(house, "bob", "Rome"), bern(house, filter=BERN))

    assert (call["type"], call["event"], call["userId"]) == ("track", "Audience User Matched", "ann")
    said = {"audience_id": "bern", "audience_version": 1, "reason": "EQ('city', 'Bern') => true", "user_id": "ann"}
    assert call["properties"] == said
    assert await work(lives(house, "ann", "Bern")) == []
    (gone,) = await work(lives(house, "ann", "Rome"))
    assert (gone["event"], gone["properties"]["reason"]) == (
        "Audience User Unmatched",
        "EQ('city', 'Bern') => false",
    )
    (again,) = await work(lives(house, "ann", "Bern"))
    assert again["messageId"] != call["messageId"]


async def test_a_webhook_hears_of_audiences_too(house, heard):
    """A new version, who came, and that all profiles were looked at."""
    work = await heard("outbound_webhook")
    told = await work(lives(house, "ann", "Bern"), lives(house, "bob", "Rome"), bern(house, filter=BERN))

    by_type = {event["type"]: event["data"] for event in told}
    assert sorted(by_type) == ["audiences:calculated", "audiences:updated", "audiences:user:matched"]
    shown = {"operator": "AND", "filters": [BERN]}
    assert by_type["audiences:updated"] == {"audience_id": "bern", "audience_version": 1, "filter": shown}
    assert by_type["audiences:user:matched"]["user_id"] == "ann"
    count = {"audience_id": "bern", "user_count": 1, "total_users": 2, "total_users_filtered": 1}
    assert by_type["audiences:calculated"] == count


@pytest.mark.parametrize("changes", [{"enabled": False}, {"environment_id": 2}])
async def test_who_does_not_listen_is_not_told(house, heard, changes):
    """Neither a destination that is switched off nor one of another environment."""
    work = await heard("outbound_webhook", **changes)

    assert await work(lives(house, "ann", "Bern"), bern(house, filter=BERN)) == []


async def test_what_a_full_queue_does_not_take_is_counted(house, heard, monkeypatch):
    """Audiences wait for no destination: beyond its room changes are skipped, with the reason."""
    monkeypatch.setattr(audience_news, "WAITING_MAX", 1)
    work = await heard("courier_source")

    told = await work(*(lives(house, user_id, "Bern") for user_id in "abc"), bern(house, filter=BERN))

    assert len(told) == 1
    counts = await SqlDeliveryStore(house.database).tallies(1, "dst_courier_source", since_hour=0)
    assert {(each.result, each.reason): each.count for each in counts} == {
        ("received", ""): 3,
        ("skipped", "QUEUE_FULL"): 2,
    }
