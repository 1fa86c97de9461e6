async def test_somebody_is_found(api, test_api, refused):
    """By how an id, an address or a name begins; another environment's people are not among them."""
    profile = {"email": "ann@example.com", "given_name": "Ann", "family_name": "Smith"}
    await api.post("/profiles/u1", json={"profile": profile})
    await api.post("/profiles/u2", json={"profile": {"phone_number": "+4930123"}})

    (found,) = (await api.get("/profiles", params={"begins": "smith"})).json()["results"]

    assert (found["user_id"], found["anonymous_id"], found["email"], found["name"]) == (
        "u1",
        None,
        "ann@example.com",
        "Ann Smith",
    )
    everyone = (await api.get("/profiles", params={"limit": 1})).json()
    assert [each["user_id"] for each in everyone["results"]] == ["u1"]
    rest = (await api.get("/profiles", params={"limit": 1, "cursor": everyone["paging"]["cursor"]})).json()
    assert [each["phone_number"] for each in rest["results"]] == ["+4930123"]
    assert (await test_api.get("/profiles")).json()["results"] == []
    refused(await api.get("/profiles", params={"cursor": "!"}), 400, "cursor")


async def test_a_users_life_on_one_line(api, test_api, world):
    """Calls and messages, newest first, each as its own listing shows it."""
    await world.mapped(api, "Order")
    await world.calls(world.track("Order"), world.track("Visit"), world.track("Order", "bob"))

    results = (await api.get("/users/ann/timeline")).json()["results"]

    assert sorted(each["kind"] for each in results) == ["event", "event", "message"]
    assert {each["event"]["name"] for each in results if each["event"]} == {"Order", "Visit"}
    assert next(each["message"]["recipient"] for each in results if each["message"]) == "ann"
    assert (await test_api.get("/users/ann/timeline")).json()["results"] == []
