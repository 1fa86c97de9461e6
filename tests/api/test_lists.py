import pytest

SUBSCRIBED = {"notifications": {"topic": {"status": "OPTED_OUT", "channel_preferences": [{"channel": "email"}]}}}


async def test_a_list_lives(api, refused):
    """Made, read, listed by pattern, deleted and restored with its subscribers."""
    assert (await api.put("/lists/news.sport", json={"name": "Sport", "preferences": SUBSCRIBED})).status_code == 204
    assert (await api.put("/lists/news.sport/subscriptions/ann")).status_code == 204
    found = (await api.get("/lists/news.sport")).json()
    assert (found["id"], found["name"], found["preferences"]) == ("news.sport", "Sport", SUBSCRIBED)

    listed = (await api.get("/lists", params={"pattern": "news.*"})).json()
    assert [item["id"] for item in listed["items"]] == [item["id"] for item in listed["results"]] == ["news.sport"]
    assert (await api.delete("/lists/news.sport")).status_code == 204
    refused(await api.get("/lists/news.sport"), 404)
    assert (await api.put("/lists/news.sport/restore")).status_code == 204
    subscribers = (await api.get("/lists/news.sport/subscriptions")).json()
    assert [item["recipientId"] for item in subscribers["items"]] == ["ann"]


async def test_a_user_and_their_lists(api):
    """Subscribed to several at once, listed, and taken off all."""
    body = {"lists": [{"listId": "a"}, {"listId": "b", "preferences": SUBSCRIBED}]}
    assert (await api.post("/profiles/ann/lists", json=body)).json() == {"status": "SUCCESS"}

    results = (await api.get("/profiles/ann/lists")).json()["results"]
    assert [(item["id"], item.get("preferences")) for item in results] == [("a", None), ("b", SUBSCRIBED)]

    assert (await api.delete("/profiles/ann/lists")).json() == {"status": "SUCCESS"}
    assert (await api.get("/profiles/ann/lists")).json()["results"] == []


@pytest.mark.parametrize(
    ("call", "body", "words"),
    [
        ("PUT /lists/a..b", {"name": "x"}, "list_id"),
        ("PUT /lists/a", {}, "name"),
        ("PUT /lists/a", {"name": ""}, "name"),
        ("PUT /lists/a", {"name": "x", "preferences": {"notifications": {"t": {"status": "SO"}}}}, "preferences"),
        (
            "POST /lists/a/subscriptions",
            {"recipients": [{"recipientId": "x"}, {"recipientId": ""}]},
            "recipients[1]",
        ),
        ("POST /lists/a/subscriptions", {"recipients": [{}]}, "recipients[0]"),
        ("POST /lists/a*/subscriptions", {"recipients": []}, "list_id"),
        ("POST /profiles/ann/lists", {"lists": [{"listId": "a"}, {"listId": "*"}]}, "lists[1].listId"),
        ("GET /lists?pattern=*", None, "pattern"),
    ],
)
async def test_what_is_wrong_is_refused_with_its_path(api, refused, call, body, words):
    """Nothing of a refused request is kept."""
    refused(await api.request(*call.split(), json=body), 400, words)
    assert (await api.get("/lists")).json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/lists/a"), ("DELETE", "/lists/a"), ("PUT", "/lists/a/restore"), ("GET", "/lists/a/subscriptions")],
)
async def test_unknown_lists_are_404(api, test_api, refused, method, path):
    """So is a list of another environment."""
    await test_api.put("/lists/a", json={"name": "theirs"})

    refused(await api.request(method, path), 404)


async def test_who_is_not_on_a_list_cannot_be_taken_off(api, refused):
    """404, and the others stay."""
    await api.post("/lists/a/subscriptions", json={"recipients": [{"recipientId": "ann"}]})

    refused(await api.delete("/lists/a/subscriptions/bob"), 404)
    assert (await api.delete("/lists/a/subscriptions/ann")).status_code == 204
