import pytest

SEGMENT = "Segment-TrackEvent%3AOrder%20Completed"


@pytest.fixture
async def template_id(api):
    """The id of a template."""
    body = {"notification": {"name": "One", "content": {"version": "2022-01-01", "elements": []}}}
    return (await api.post("/notifications", json=body)).json()["id"]


async def test_an_event_is_mapped_read_listed_and_unmapped(api, refused, services, template_id):
    """The whole life of an event map, for an event with a colon and a blank in its name."""
    services.wakeup.topics.clear()
    body = {"id": template_id, "type": "notification"}
    shown = {"event": "Segment-TrackEvent:Order Completed", **body}

    assert (await api.put(f"/events/{SEGMENT}", json=body)).json() == {"status": "SUCCESS"}
    assert services.wakeup.topics == ["config"]
    assert (await api.get(f"/events/{SEGMENT}")).json() == shown
    assert (await api.get("/events")).json() == {"paging": {"more": False, "cursor": None}, "results": [shown]}

    assert (await api.delete(f"/events/{SEGMENT}")).status_code == 204
    refused(await api.get(f"/events/{SEGMENT}"), 404)
    refused(await api.delete(f"/events/{SEGMENT}"), 404)


async def test_mapping_again_moves_the_event(api, template_id):
    """An event has one template; the last mapping counts."""
    body = {"notification": {"name": "Two", "content": {"version": "2022-01-01", "elements": []}}}
    other = (await api.post("/notifications", json=body)).json()["id"]
    await api.put("/events/hello", json={"id": template_id})
    await api.put("/events/hello", json={"id": other})

    assert (await api.get("/events/hello")).json()["id"] == other


async def test_names_match_exactly(api, refused, template_id):
    """Case and blanks count."""
    await api.put("/events/Login", json={"id": template_id})

    refused(await api.get("/events/login"), 404)
    refused(await api.get("/events/Login%20"), 404)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"id": "nt_none", "type": "notification"}, 404, "nt_none"),
        ({"type": "notification"}, 400, "missing required field `id`"),
        ({"id": 1}, 400, "id: Expected `str`"),
        ({"id": "nt_none", "type": "journey"}, 400, "type: Invalid enum value 'journey'"),
    ],
)
async def test_what_cannot_be_mapped_is_refused(api, refused, body, status, words):
    """An unknown template is 404, a misshapen body 400."""
    refused(await api.put("/events/hello", json=body), status, words)
