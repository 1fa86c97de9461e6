"""What Courier's first version asked of preferences and routing."""

ANN = {"recipient": "ann", "profile": {"email": "ann@example.com"}}


async def test_what_there_is_to_want(api, test_api, world):
    """Topics are categories with their published templates; a template of no topic is in none."""
    section = (await api.post("/preferences/sections", json={"name": "News"})).json()
    topic = {"name": "Weekly", "default_status": "OPTED_OUT"}
    made = (await api.post(f"/preferences/sections/{section['id']}/topics", json=topic)).json()
    await world.mapped(api, "Order")
    (template,) = (await api.get("/notifications")).json()["results"]

    found = (await api.get("/preferences")).json()

    plain = {"id": template["id"], "title": template["name"], "config": {"type": "OPT_IN"}}
    weekly = {"id": made["id"], "title": "Weekly", "config": {"type": "OPT_OUT"}, "notifications": []}
    assert found == {"uncategorized": [plain], "categories": [weekly]}
    assert (await test_api.get("/preferences")).json() == {"uncategorized": [], "categories": []}


async def test_by_which_ways_somebody_would_get_it(api):
    """Each recipient's providers are told in order, by event or template, with what is in the way; nothing is sent."""
    smtp = {"provider": "smtp", "settings": {"host": "127.0.0.1", "from_address": "shop@example.com"}}
    twilio = {"provider": "twilio", "settings": {"account_sid": "AC", "auth_token": "t", "from": "+491"}}
    for account in (smtp, twilio):
        assert (await api.post("/providers", json=account)).status_code == 201
    elements = [{"type": "text", "content": "Hello"}]
    spoken = [{"type": "channel", "channel": each, "elements": elements} for each in ("email", "push")]
    content = {"version": "2022-01-01", "elements": spoken}
    template = {"name": "Order", "content": content, "alias": "Segment-TrackEvent:Order"}
    made = (await api.post("/notifications", json={"notification": template, "state": "PUBLISHED"})).json()
    asked = {"recipients": [{**ANN, "preferences": {"notifications": {}}}, {"recipient": "bob"}]}

    for event in ("Segment-TrackEvent%3AOrder", made["id"]):
        ((ann, bob),) = (await api.post(f"/send/{event}/routing", json=asked)).json()["results"]
        assert (ann["recipient"], bob["recipient"]) == ("ann", "bob")
        assert ann["routing"]["channelsSummary"] == [
            {"channel": "smtp", "selected": True, "type": "bestOf"},
            {"channel": "twilio", "selected": False, "type": "bestOf", "reason": "INCOMPLETE_PROFILE_DATA"},
            {"channel": "push", "selected": False, "type": "bestOf", "reason": "NO_PROVIDERS"},
        ]
        assert ann["routing"]["preferences"] == {"notifications": {}}
        assert bob["routing"]["preferences"] == {"categories": {}, "notifications": {}}
        assert [each["reason"] for each in bob["routing"]["channelsSummary"]] == [
            "INCOMPLETE_PROFILE_DATA",
            "INCOMPLETE_PROFILE_DATA",
            "NO_PROVIDERS",
        ]
    assert (await api.get("/messages")).json()["results"] == []


async def test_nothing_to_send(api, refused):
    """An event that sends nothing says so; recipients that are none are refused."""
    ((ann,),) = (await api.post("/send/nothing/routing", json={"recipients": [ANN]})).json()["results"]
    assert ann == {"recipient": "ann", "routing": {"reason": "UNMAPPED", "selected": False}}
    refused(await api.post("/send/nothing/routing", json={"recipients": []}), 400, "recipients")
    for wrong, path in (
        ({"preferences": {"notifications": {"x": {"status": "MAYBE"}}}}, "status"),
        ({"profile": {"email": "a\x00b"}}, "recipients[0].profile"),
        ({"recipient": "a\x00"}, "recipient"),
    ):
        refused(await api.post("/send/nothing/routing", json={"recipients": [{**ANN, **wrong}]}), 400, path)
