async def test_what_was_kept_is_listed_and_read(api, world):
    """The list is brief; one message is read with all it holds."""
    await world.keep("1-00000001-a", subject="First")
    await world.keep("1-00000002-b", subject="Second", html="<b>x</b>")

    listed = (await api.get("/outbox", params={"limit": 1})).json()
    assert [(item["subject"], item["recipient"], item["channel"]) for item in listed["results"]] == [
        ("Second", "ann", "email")
    ]
    assert "content" not in listed["results"][0]
    following = (await api.get("/outbox", params={"cursor": listed["paging"]["cursor"]})).json()
    assert [item["message_id"] for item in following["results"]] == ["1-00000001-a"]

    (whole,) = (await api.get("/outbox/1-00000002-b")).json()["results"]
    assert whole["content"]["html"] == "<b>x</b>"


async def test_what_was_not_kept_is_not_found(api, refused):
    """404 for a message that went elsewhere."""
    refused(await api.get("/outbox/none"), 404)


async def test_sources_show_hints_alone(api, test_api):
    """A write key is recognised by its end, and never shown."""
    answer = await api.get("/sources")

    (source,) = answer.json()["results"]
    assert (source["name"], source["enabled"], source["write_key_hint"]) == ("web", True, "wk_…wwww")
    assert "w" * 40 not in answer.text
    assert (await test_api.get("/sources")).json()["results"] == []
