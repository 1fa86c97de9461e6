import pytest


@pytest.fixture
async def topic(api):
    """A section with a topic that is on and one that is required."""
    section = (await api.post("/preferences/sections", json={"name": "News"})).json()
    path = f"/preferences/sections/{section['id']}/topics"
    on = (await api.post(path, json={"name": "Weekly", "default_status": "OPTED_IN"})).json()
    required = (await api.post(path, json={"name": "Security", "default_status": "REQUIRED"})).json()
    return {"section": section["id"], "path": path, "on": on["id"], "required": required["id"]}


async def test_sections_and_topics_live(api, refused, topic):
    """Listed, read, replaced and deleted; a section goes last."""
    (section,) = (await api.get("/preferences/sections")).json()["results"]
    assert [each["name"] for each in section["topics"]] == ["Weekly", "Security"]
    path = f"{topic['path']}/{topic['on']}"
    changed = await api.put(path, json={"name": "Daily", "default_status": "OPTED_OUT", "topic_data": {"a": 1}})
    assert changed.json()["created"] == section["topics"][0]["created"]
    assert (await api.get(path)).json()["name"] == "Daily"
    assert len((await api.get(topic["path"])).json()["results"]) == 2

    refused(await api.delete(f"/preferences/sections/{topic['section']}"), 409, "topics")
    for topic_id in (topic["on"], topic["required"]):
        assert (await api.delete(f"{topic['path']}/{topic_id}")).status_code == 204
    assert (await api.delete(f"/preferences/sections/{topic['section']}")).status_code == 204
    refused(await api.get(f"/preferences/sections/{topic['section']}"), 404)
    refused(await api.get(topic["path"]), 404)


async def test_a_user_chooses(api, refused, topic):
    """A choice is kept, shown and forgotten; a required topic cannot be opted out of."""
    path = f"/users/ann/preferences/{topic['on']}"
    wanted = {"status": "OPTED_IN", "has_custom_routing": True, "custom_routing": ["sms", "email"]}
    assert (await api.put(path, json={"topic": wanted})).json() == {"message": "success"}
    shown = (await api.get(path)).json()["topic"]
    assert (shown["status"], shown["custom_routing"], shown["section_name"]) == ("OPTED_IN", ["email", "sms"], "News")

    out = {"topic": {"status": "OPTED_OUT"}}
    refused(await api.put(f"/users/ann/preferences/{topic['required']}", json=out), 400, "topic.status")
    refused(await api.put("/users/ann/preferences/none", json=out), 404)
    refused(await api.get("/users/ann/preferences/none"), 404)
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).json()["topic"]["has_custom_routing"] is False


async def test_choices_in_a_tenant_stand_apart(api, topic):
    """What was chosen there is shown there, and what was chosen everywhere holds where nothing was chosen."""
    path = f"/users/ann/preferences/{topic['on']}"
    await api.put(path, json={"topic": {"status": "OPTED_OUT"}}, params={"tenant_id": "acme"})

    assert (await api.get(path)).json()["topic"]["status"] == "OPTED_IN"
    assert (await api.get(path, params={"tenant_id": "acme"})).json()["topic"]["status"] == "OPTED_OUT"
    assert (await api.get(path, params={"tenant_id": "other"})).json()["topic"]["status"] == "OPTED_IN"


async def test_changing_many_at_once(api, refused, topic):
    """An update keeps what it can and names the rest; a replacement is whole or not at all."""
    out = [{"topic_id": topic[name], "status": "OPTED_OUT"} for name in ("on", "required")]
    updated = (await api.post("/users/ann/preferences", json={"topics": out})).json()
    assert [item["topic_id"] for item in updated["items"]] == [topic["on"]]
    assert [error["topic_id"] for error in updated["errors"]] == [topic["required"]]

    refused(await api.put("/users/ann/preferences", json={"topics": out}), 400, "topics[1]")
    refused(await api.post("/users/ann/preferences", json={"topics": []}), 400, "topics")
    replaced = (await api.put("/users/ann/preferences", json={"topics": []})).json()
    assert replaced == {"items": [], "deleted": [topic["on"]]}
    items = (await api.get("/users/ann/preferences")).json()["items"]
    assert [item["status"] for item in items] == ["OPTED_IN", "REQUIRED"]


async def test_the_suppression_list(api, refused, test_api):
    """Put on, listed, read however it is written, and taken off; another environment has its own."""
    made = await api.post("/suppressions", json={"address": "email:Ann@Example.com", "kind": "complaint"})
    assert made.json()["address"] == "email:ann@example.com"
    assert (await api.get("/suppressions/email:ANN@example.com")).json()["kind"] == "complaint"
    assert len((await api.get("/suppressions")).json()["results"]) == 1
    assert (await test_api.get("/suppressions")).json()["results"] == []

    refused(await api.post("/suppressions", json={"address": "ann@example.com"}), 400, "address")
    assert (await api.delete("/suppressions/email:ann@example.com")).status_code == 204
    refused(await api.delete("/suppressions/email:ann@example.com"), 404)


def digest(schedule, **fields):
    """A topic's digest with one schedule, which is right but for these fields."""
    schedules = [{"frequency": "daily", "time": "09:00", **schedule}]
    return {"digest": {"template_id": "x", "schedules": schedules, **fields}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "name"),
        ({"default_status": "ON"}, "default_status"),
        ({"digest": {"template_id": "x"}}, "digest.schedules"),
        ({"digest": {"template_id": "x", "schedules": []}}, "schedules"),
        ({"digest": {"template_id": "x", "schedules": [{"frequency": "daily"}]}}, "digest.schedules[0].time"),
        ({"digest": {"template_id": "x", "schedules": [{"frequency": "instant", "time": "09:00"}]}}, "[0].time"),
        ({"digest": {"template_id": "x", "schedules": [{"frequency": "daily", "time": "24:00"}]}}, "time"),
        ({"digest": {"template_id": "x", "schedules": [{"frequency": "weekly", "time": "09:00"}]}}, "day_of_week"),
        (digest({"timezone": "Mars/Base"}), "digest.schedules[0].timezone"),
        (digest({"schedule_id": "sch_1"}), "digest.schedules[0].schedule_id"),
        (digest({}, categories=[{"category_key": "a", "retain": "BEST"}]), "digest.categories[0].retain"),
        (digest({}, categories=[{"category_key": "a", "retain": "HIGHEST"}]), "digest.categories[0].sort_key"),
        (digest({}, categories=[{"category_key": "a"}, {"category_key": "a"}]), "digest.categories"),
        (digest({}, audience_id=""), "digest.audience_id"),
        (digest({}, trigger_empty=True), "digest.audience_id"),
    ],
)
async def test_odd_topics_are_refused(api, refused, topic, change, words):
    """With the path of what is wrong; what is not built is not swallowed."""
    body = {"name": "T", "default_status": "OPTED_IN", **change}

    refused(await api.post(topic["path"], json=body), 400, words)


async def test_sending_rules(api, test_api, refused):
    """Kept for the environment and replaced whole; rules that cannot be kept are refused."""
    rules = {
        "window": "Mo-Fr 09:00-17:00",
        "zone": "Europe/Berlin",
        "limits": [{"scope": "user", "period": "day", "max": 5}],
    }
    assert (await api.put("/sending-rules", json=rules)).json() == {
        **rules,
        "exempt_topics": [],
        "tracking": {"opens": True, "clicks": True, "texts": False},
    }
    assert (await api.get("/sending-rules")).json()["limits"] == rules["limits"]
    assert (await test_api.get("/sending-rules")).json()["limits"] == []

    refused(await api.put("/sending-rules", json={"window": "sometimes"}), 400, "window")
    refused(
        await api.put("/sending-rules", json={"limits": [{"scope": "all", "period": "day", "max": 1}]}), 400, "limits"
    )
    assert (await api.get("/sending-rules")).json()["zone"] == "Europe/Berlin"


async def test_what_users_chose_is_listed(api, test_api, refused):
    """Newest first, with the topic's name and what stood before; a tenant needs its user beside it."""
    section = (await api.post("/preferences/sections", json={"name": "S"})).json()["id"]
    body = {"name": "News", "default_status": "OPTED_IN"}
    topic = (await api.post(f"/preferences/sections/{section}/topics", json=body)).json()["id"]
    for status in ("OPTED_OUT", "OPTED_IN"):
        await api.put(f"/users/ann/preferences/{topic}", json={"topic": {"status": status}})

    answer = (await api.get("/preferences/logs", params={"user_id": "ann"})).json()
    newest, oldest = answer["items"]
    assert (newest["topic_name"], newest["status"], newest["previous"]["status"]) == ("News", "OPTED_IN", "OPTED_OUT")
    assert "previous" not in oldest
    assert answer["paging"] == {"more": False, "cursor": None}
    assert (await test_api.get("/preferences/logs")).json()["items"] == []
    refused(await api.get("/preferences/logs", params={"tenant_id": "acme"}), 400, "tenant_id")
    refused(await api.get("/preferences/logs", params={"since": "soon"}), 400, "since")


async def test_the_page_is_published(api, refused):
    """Its version is the time; a brand that is none is refused."""
    answer = (await api.post("/preferences/publish", json={"heading": "Hi", "brand_id": "none"})).json()
    assert answer["published_version"] > 0
    assert answer["page_id"]
    assert (await api.post("/preferences/publish", json={})).status_code == 200
    refused(await api.post("/preferences/publish", json={"brand_id": "br_none"}), 404)


async def test_sections_and_topics_are_arranged(api, refused):
    """Lists are in the order to show; what is left out comes after, and what is not here cannot be put in it."""
    first, second = [(await api.post("/preferences/sections", json={"name": name})).json()["id"] for name in "ab"]
    arranged = (await api.put("/preferences/sections/order", json={"order": [second]})).json()
    assert [one["id"] for one in arranged["results"]] == [second, first]
    assert (await api.get("/preferences/sections")).json() == arranged

    path = f"/preferences/sections/{first}/topics"
    body = {"name": "T", "default_status": "OPTED_IN"}
    one, two = [(await api.post(path, json=body)).json()["id"] for _ in "ab"]
    await api.put(f"{path}/order", json={"order": [two, one]})
    assert [topic["id"] for topic in (await api.get(path)).json()["results"]] == [two, one]
    refused(await api.put(f"/preferences/sections/{second}/topics/order", json={"order": [one]}), 404)
