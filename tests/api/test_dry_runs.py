EVENT = "/events/Segment-TrackEvent%3AOrder/dry-run"


async def test_a_mapping_is_tried_before_it_is_made(api, test_api, world):
    """What it would have sent is told for a template that the event is not mapped to; without one, for its own."""
    await world.mapped(api, "Other")
    await world.calls(world.track("Order"), world.track("Order", "bob"))
    template_id = (await api.get("/events")).json()["results"][0]["id"]

    forecast = (await api.post(EVENT, json={"template_id": template_id, "days": 30})).json()

    assert (forecast["calls"], forecast["is_all"], forecast["users"]) == (2, True, 2)
    assert forecast["sample"]["users"] == 2
    other = await api.post("/events/Segment-TrackEvent%3AOther/dry-run", json={})
    assert other.json()["template_id"] == template_id
    assert (await test_api.post(EVENT, json={"template_id": template_id})).status_code == 400


async def test_what_cannot_be_tried_is_refused(api, refused):
    """No template, an unknown one, and too many days."""
    refused(await api.post(EVENT, json={}), 400, "name a template")
    refused(await api.post(EVENT, json={"template_id": "nt_none"}), 400, "there is no template")
    refused(await api.post(EVENT, json={"template_id": "nt_none", "days": 91}), 400, "days")


async def test_by_which_channels_a_user_is_reached(api, services):
    """Each channel, and what is in the way."""
    await services.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com"}, now=1)

    results = (await api.get("/users/ann/channels")).json()["results"]

    reach = {each["channel"]: (each["is_reachable"], each["obstacle"]) for each in results}
    assert (reach["email"], reach["sms"]) == ((True, None), (False, "no_address"))


async def test_a_channel_that_is_closed_names_what_closes_it(api, services):
    """An address on the suppression list is named, so that it can be taken off; then the channel is open again."""
    await services.profiles.change(1, "u:ann", lambda _: {"email": "Ann@Example.com"}, now=1)
    await api.post("/suppressions", json={"address": "email:ann@example.com", "kind": "bounce"})
    results = (await api.get("/users/ann/channels")).json()["results"]
    (closed,) = [each for each in results if each["suppression"]]
    assert (closed["channel"], closed["obstacle"]) == ("email", "kept_back")
    assert closed["suppression"] == "email:ann@example.com"

    await api.delete(f"/suppressions/{closed['suppression']}")

    results = (await api.get("/users/ann/channels")).json()["results"]
    assert not [each for each in results if each["suppression"]]
