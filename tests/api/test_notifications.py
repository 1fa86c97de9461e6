import pytest

EMAIL = {"type": "channel", "channel": "email", "elements": [{"type": "text", "content": "Hello, {{name}}"}]}


def content(*elements):
    """Elemental with these elements, or one email."""
    return {"version": "2022-01-01", "elements": list(elements or [EMAIL])}


def payload(**changes):
    """A template to write, with changes."""
    base = {"name": "Welcome", "tags": ["onboarding"], "brand": None, "subscription": None, "routing": None}
    return {"notification": {**base, "content": content(), **changes}}


async def create(api, state="DRAFT", **changes):
    """Create a template and give what was answered."""
    answer = await api.post("/notifications", json={**payload(**changes), "state": state})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_template_is_created_as_a_draft(api):
    """201 with every field, in Courier's shape; without an alias there is no such field."""
    wish = {"name": "S", "routing": {"method": "single", "channels": ["email"]}}
    strategy = {"strategy_id": (await api.post("/routing-strategies", json=wish)).json()["id"]}
    made = await create(api, subscription={"topic_id": "t1"}, brand={"id": "b1"}, routing=strategy)

    assert made["id"].startswith("nt_")
    assert made["state"] == "DRAFT"
    assert made["content"] == content()
    assert (made["name"], made["tags"], made["subscription"]) == ("Welcome", ["onboarding"], {"topic_id": "t1"})
    assert (made["brand"], made["routing"]) == ({"id": "b1"}, strategy)
    assert made["created"] == made["updated"] > 0
    assert "alias" not in made


async def test_a_draft_is_read_as_a_draft(api, refused):
    """Reading answers the published version, and a template without one is found with `version=draft`."""
    made = await create(api)

    refused(await api.get(f"/notifications/{made['id']}"), 404, "version=draft")
    assert (await api.get(f"/notifications/{made['id']}", params={"version": "draft"})).json() == made


async def test_published_at_once(api, services):
    """`state: published`, in any case, publishes in the same request, and workers are told."""
    made = await create(api, state="published")

    assert made["state"] == "PUBLISHED"
    assert (await api.get(f"/notifications/{made['id']}")).json()["content"] == content()
    assert "config" in services.wakeup.topics


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"content": content({"type": "text", "content": "bare"})}, "notification.content.elements[0]"),
        ({"content": {"title": "Hi", "body": "Ann"}}, "notification.content.version"),
        ({"content": {"version": "2019-01-01", "elements": []}}, "notification.content.version"),
        ({"content": {"version": "2022-01-01"}}, "notification.content.elements"),
        (
            {"content": content({**EMAIL, "elements": [{"type": "txt"}]})},
            "notification.content.elements[0].elements[0]",
        ),
        ({"content": []}, "notification.content"),
        ({"name": ""}, "notification.name"),
        ({"name": None}, "notification.name"),
        ({"tags": [1]}, "notification.tags[0]"),
        ({"brand": {}}, "notification.brand"),
        ({"alias": "tenant/x"}, "notification.alias"),
        ({"alias": ""}, "notification.alias"),
        ({"email": {"from": "{{#if a}}"}}, "notification.email.from"),
        ({"email": {"to": 3, "cc": 7}}, "notification.email.cc"),
        ({"if": "data.x +"}, "notification.if"),
        ({"missing_variables": "maybe"}, "notification.missing_variables"),
    ],
)
async def test_what_is_wrong_is_named_by_its_path(api, refused, change, path):
    """A template that cannot be kept is refused with the path of the field."""
    answer = await api.post("/notifications", json=payload(**change))

    assert refused(answer, 400)["message"].startswith(path)
    assert (await api.get("/notifications")).json()["results"] == []


async def test_a_state_that_is_none_is_refused(api, refused):
    """DRAFT and PUBLISHED are all there is."""
    refused(await api.post("/notifications", json={**payload(), "state": "LIVE"}), 400, "state")


async def test_an_empty_template_may_be_created(api):
    """No elements at all are fine: somebody will write them."""
    assert (await create(api, content={"version": "2022-01-01", "elements": []}))["content"]["elements"] == []


async def test_replacing_takes_content_without_channels(api, refused):
    """The channel rule is for new templates alone; the sugar is for sends alone."""
    made = await create(api)
    bare = content({"type": "text", "content": "bare"})

    answer = await api.put(f"/notifications/{made['id']}", json=payload(content=bare))
    assert answer.json()["content"] == bare

    sugar = payload(content={"title": "Hi", "body": "Ann"})
    refused(await api.put(f"/notifications/{made['id']}", json=sugar), 400, "notification.content.version")


async def test_replacing_what_is_published_leaves_it_published(api):
    """A new draft is not sent until it is published."""
    made = await create(api, state="PUBLISHED")
    await api.put(f"/notifications/{made['id']}", json=payload(name="Better"))

    assert (await api.get(f"/notifications/{made['id']}")).json()["name"] == "Welcome"
    answer = await api.put(f"/notifications/{made['id']}", json={**payload(name="Best"), "state": "PUBLISHED"})
    assert answer.json()["state"] == "PUBLISHED"
    assert (await api.get(f"/notifications/{made['id']}")).json()["name"] == "Best"


async def test_an_alias_is_an_event_map(api, refused):
    """Omitted it stays, text makes it the only one, null removes all."""
    made = await create(api, alias="welcome")
    path = f"/notifications/{made['id']}"
    assert made["alias"] == "welcome"
    assert (await api.get("/events/welcome")).json() == {"event": "welcome", "id": made["id"], "type": "notification"}

    assert (await api.put(path, json=payload())).json()["alias"] == "welcome"
    assert (await api.put(path, json=payload(alias="hello"))).json()["alias"] == "hello"
    refused(await api.get("/events/welcome"), 404)
    assert "alias" not in (await api.put(path, json=payload(alias=None))).json()
    refused(await api.get("/events/hello"), 404)


async def test_several_aliases_are_shown_as_a_list(api):
    """Events may be mapped to a template one by one."""
    made = await create(api, alias="a")
    await api.put("/events/b", json={"id": made["id"], "type": "notification"})

    assert (await api.get(f"/notifications/{made['id']}?version=draft")).json()["alias"] == ["a", "b"]


async def test_a_taken_alias_is_a_conflict(api, refused):
    """An event sends one template."""
    await create(api, alias="welcome")

    refused(await api.post("/notifications", json=payload(alias="welcome")), 409)


async def test_versions_are_numbered_and_can_be_rolled_back_to(api, refused):
    """Publishing makes v001, v002 …; publishing v001 again brings it back."""
    made = await create(api, state="PUBLISHED")
    path = f"/notifications/{made['id']}"
    await api.put(path, json=payload(name="Two"))
    answer = await api.post(f"{path}/publish")
    assert (answer.status_code, answer.content) == (204, b"")
    await api.put(path, json=payload(name="Three"))

    listed = (await api.get(f"{path}/versions")).json()
    assert [node["version"] for node in listed["versions"]] == ["draft", "published:v002", "v001"]
    assert [node.get("has_changes") for node in listed["versions"]] == [True, None, None]
    assert listed["paging"] == {"more": False, "cursor": None}
    assert (await api.get(path, params={"version": "v001"})).json()["name"] == "Welcome"

    assert (await api.post(f"{path}/publish", json={"version": "v001"})).status_code == 204
    assert (await api.get(path)).json()["name"] == "Welcome"
    assert (await api.get(path, params={"version": "draft"})).json()["name"] == "Three"
    refused(await api.get(path, params={"version": "v009"}), 404)
    refused(await api.get(path, params={"version": "v000"}), 400, "version")
    refused(await api.get(path, params={"version": "newest"}), 400, "version: is draft, published, or")
    refused(await api.post(f"{path}/publish", json={"version": "newest"}), 400, "version")


async def test_versions_come_in_pages(api, refused):
    """Ten at most; the cursor goes on where the page ended, and the draft leads the first."""
    made = await create(api)
    path = f"/notifications/{made['id']}"
    for _ in range(3):
        await api.post(f"{path}/publish")

    first = (await api.get(f"{path}/versions", params={"limit": 2})).json()
    second = (await api.get(f"{path}/versions", params={"limit": 2, "cursor": first["paging"]["cursor"]})).json()

    names = [node["version"] for node in first["versions"] + second["versions"]]
    assert names == ["draft", "published:v003", "v002", "v001"]
    assert (first["paging"]["more"], second["paging"]["more"]) == (True, False)
    refused(await api.get(f"{path}/versions", params={"limit": 11}), 400, "limit")


async def test_an_archived_template_stays_readable(api, refused):
    """It leaves the list and can neither be changed nor published, but be read."""
    made = await create(api, state="PUBLISHED")
    path = f"/notifications/{made['id']}"

    assert (await api.delete(path)).status_code == 204

    assert (await api.get("/notifications")).json()["results"] == []
    assert (await api.get(path)).json()["id"] == made["id"]
    refused(await api.put(path, json=payload()), 404)
    refused(await api.post(f"{path}/publish"), 404)


async def test_listing_shows_summaries(api):
    """Newest first, with the topic under both its names."""
    await create(api, name="One", subscription={"topic_id": "t1"})
    two = await create(api, name="Two", state="PUBLISHED")

    listed = (await api.get("/notifications")).json()

    assert listed["paging"] == {"more": False, "cursor": None}
    assert [item["name"] for item in listed["results"]] == ["Two", "One"]
    assert listed["results"][0]["id"] == two["id"]
    assert [item["state"] for item in listed["results"]] == ["PUBLISHED", "DRAFT"]
    assert listed["results"][1]["topic_id"] == listed["results"][1]["subscription_topic_id"] == "t1"
    assert "topic_id" not in listed["results"][0]


async def test_listing_filters_by_tags_before_it_pages(api):
    """All tags must match, in any case, and pages are full as long as there is more."""
    for number in range(6):
        await create(api, name=str(number), tags=["Odd", "all"] if number % 2 else ["even", "all"])

    first = (await api.get("/notifications", params={"tags": "odd,ALL", "limit": 2})).json()
    cursor = first["paging"]["cursor"]
    rest = (await api.get("/notifications", params={"tags": "odd,ALL", "limit": 2, "cursor": cursor})).json()

    assert [item["name"] for item in first["results"] + rest["results"]] == ["5", "3", "1"]
    assert rest["paging"]["more"] is False


async def test_listing_by_event(api):
    """`event_id` finds the template that an event sends."""
    await create(api)
    made = await create(api, alias="Segment-TrackEvent:Order Completed")

    listed = (await api.get("/notifications", params={"event_id": "Segment-TrackEvent:Order Completed"})).json()

    assert [item["id"] for item in listed["results"]] == [made["id"]]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"cursor": "not ours"}])
async def test_pages_have_bounds(api, refused, query):
    """A limit out of range and a cursor that is none of ours are the caller's fault."""
    refused(await api.get("/notifications", params=query), 400, next(iter(query)))


async def test_content_is_read_with_checksums(api):
    """Every element carries the MD5 of its words; other words give another one, another place does not."""
    text = {"type": "text", "content": "Hello", "id": "greeting"}
    made = await create(api, state="PUBLISHED", content=content({**EMAIL, "elements": [text]}))
    path = f"/notifications/{made['id']}/content"

    read = (await api.get(path)).json()
    inner = read["elements"][0]["elements"][0]
    assert read["version"] == "2022-01-01"
    assert inner["content"] == "Hello"
    assert len(inner["checksum"]) == len(read["elements"][0]["checksum"]) == 32

    moved = content({**EMAIL, "elements": [{"type": "divider"}, {**text, "id": "second"}]})
    answer = await api.put(path, json={"content": moved})
    assert answer.json() == {
        "id": made["id"],
        "version": "draft",
        "state": "PUBLISHED",
        "elements": [{"id": "second", "checksum": inner["checksum"]}],
    }
    assert (await api.get(path)).json() == read
    assert len((await api.get(path, params={"version": "draft"})).json()["elements"][0]["elements"]) == 2


async def test_content_may_be_published_at_once(api, refused):
    """The version that was published is named; a missing `version` field is ours to fill in."""
    made = await create(api)
    path = f"/notifications/{made['id']}/content"

    answer = await api.put(path, json={"content": {"elements": [EMAIL]}, "state": "PUBLISHED"})

    assert answer.json()["version"] == "v001"
    assert (await api.get(path)).json()["elements"][0]["type"] == "channel"
    refused(await api.put(path, json={"content": {"elements": [{"type": "odd"}]}}), 400, "content.elements[0]")
    refused(await api.put("/notifications/nt_none/content", json={"content": {"elements": []}}), 404)


async def test_an_idempotency_key_creates_once(api, refused):
    """The same key gives the same template, as it stands."""
    headers = {"Idempotency-Key": "k1"}
    answers = [await api.post("/notifications", json=payload(alias="a"), headers=headers) for _ in range(2)]

    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert len((await api.get("/notifications")).json()["results"]) == 1
    other = {"Idempotency-Key": "k2"}
    refused(await api.post("/notifications", json=payload(alias="a"), headers=other), 409, "alias")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_unknown_templates_are_not_found(api, refused, method):
    """Every verb on an unknown id answers 404."""
    refused(await api.request(method, "/notifications/nt_none", json=payload()), 404)
    refused(await api.post("/notifications/nt_none/publish"), 404)
    refused(await api.get("/notifications/nt_none/versions"), 404)


async def test_one_writer_does_not_undo_anothers_work(api, refused):
    """Who says what `updated` was when they read is refused with 409 once somebody wrote since."""
    made = await create(api)
    stale = {**payload(name="Ours"), "updated": made["updated"] - 1}
    refused(await api.put(f"/notifications/{made['id']}", json=stale), 409, "was changed since you read it")
    fresh = {**payload(name="Ours"), "updated": made["updated"]}
    assert (await api.put(f"/notifications/{made['id']}", json=fresh)).json()["name"] == "Ours"


async def test_a_listing_names_the_events(api):
    """A template in a listing says which event sends it."""
    await create(api, alias="Segment-TrackEvent:Order Completed")
    assert (await api.get("/notifications")).json()["results"][0]["alias"] == "Segment-TrackEvent:Order Completed"
