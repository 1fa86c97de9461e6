async def test_explaining_by_message_and_by_event(api, refused, world):
    """Both ways tell the same message; a third way is refused, and another environment's is unknown."""
    await world.calls(world.track("Signed Up"))
    (message,) = (await api.get("/messages")).json()["results"]

    by_id = (await api.get("/explain", params={"message": message["id"]})).json()
    by_event = (await api.get("/explain", params={"user": "ann", "event": "Signed Up"})).json()

    assert by_id["answer"] == by_event["answer"]
    assert by_id["message_id"] == message["id"]
    assert by_id["answer"].startswith("UNMAPPED")
    assert by_id["now"][0]["verdict"] == "stopped"
    refused(await api.get("/explain"), 400, "message")
    refused(await api.get("/explain", params={"user": "ann"}), 400, "event")


async def test_another_environment_knows_nothing(test_api, refused, world, api):
    """What is on record elsewhere is not told here."""
    await world.calls(world.track("Signed Up"))
    (message,) = (await api.get("/messages")).json()["results"]

    refused(await test_api.get("/explain", params={"message": message["id"]}), 404)
    told = (await test_api.get("/explain", params={"user": "ann", "event": "Signed Up"})).json()
    assert "nothing asked for one" in told["answer"]
