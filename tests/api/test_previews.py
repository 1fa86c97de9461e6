"""Previews over HTTP."""

import msgspec

from tidings.backends.sql.follower_store import SqlFollowerStore
from tidings.catalogue import sighted
from tidings.effects import FollowerEffects

CONTENT = {
    "version": "2022-01-01",
    "elements": [
        {
            "type": "channel",
            "channel": "default",
            "elements": [
                {"type": "meta", "title": "Order {{order.id}}"},
                {"type": "text", "content": "Total {{order.totl}} for {{profile.name}}"},
                {"type": "text", "content": "Thanks", "if": "data.vip"},
                {"type": "action", "content": "Open", "href": "http://x.test/{{order.id}}"},
            ],
        }
    ],
}


async def template(api, content=CONTENT, **fields):
    """A draft with this content; its id."""
    body = {"name": "Order", "tags": [], "brand": None, "subscription": None, "routing": None, "content": content}
    made = await api.post("/notifications", json={"notification": {**body, **fields}})
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def test_every_channel_is_shown(api):
    """Each channel's output, what it lacks, what it hides and why, and what an author should know."""
    made = await template(api)
    body = {"data": {"order": {"id": "7", "total": 5}}, "profile": {"name": "Ann"}}
    shown = (await api.post(f"/notifications/{made}/preview", json=body)).json()
    email = shown["channels"]["email"]
    assert email["output"]["subject"] == "Order 7"
    assert email["missing"] == ["order.totl"]
    assert email["hidden"][0]["detail"] == "`data.vip` is missing"
    assert "a link has no https: http://x.test/7" in email["warnings"]
    assert shown["channels"]["slack"]["output"]["blocks"][0]["text"]["text"] == "Order 7"
    assert set(shown["channels"]) >= {"email", "sms", "push", "inbox", "slack", "msteams", "webhook"}
    assert shown["variables"] == ["order.id", "order.totl", "profile.name", "vip"]
    (problem,) = [one for one in shown["problems"] if one["level"] == "error"]
    assert problem["message"] == "order.totl is not in the sample: did you mean order.total?"
    assert problem["path"] == "elements[0].elements[1].content"


async def test_the_log_lends_a_sample(api, world):
    """Without data, the newest event that the template is mapped to is the sample."""
    made = await template(api, alias="Segment-TrackEvent:Order Completed")
    call = {"type": "track", "event": "Order Completed", "properties": {"order": {"id": "42", "totl": 1}}}
    await world.calls(world.track("Order Completed", body=msgspec.json.encode(call)))
    shown = (await api.post(f"/notifications/{made}/preview", json={"channels": ["sms"]})).json()
    assert shown["channels"]["sms"]["output"]["text"].startswith("Total 1 for")
    assert list(shown["channels"]) == ["sms"]


async def test_a_brand_and_a_language(api):
    """The brand's colour and the translation of the profile's language are in the preview."""
    await api.post("/brands", json={"name": "Acme", "id": "acme", "settings": {"colors": {"primary": "#b00b1e"}}})
    await api.put("/translations/default/de", json='msgid "Hello"\nmsgstr "Hallo"\n')
    words = {"type": "text", "content": "{{t 'Hello'}}"}
    content = {
        "version": "2022-01-01",
        "elements": [
            {"type": "channel", "channel": "email",
             "elements": [words, {"type": "action", "content": "Go", "href": "https://x.test"}]}
        ],
    }  # fmt: skip
    made = await template(api, content)
    shown = (await api.post(f"/notifications/{made}/preview", json={"locale": "de-AT"})).json()
    html = shown["channels"]["email"]["output"]["html"]
    assert "Hallo" in html
    assert "#b00b1e" in html


async def test_a_template_that_refuses_says_so(api):
    """`missing_variables: refuse` shows as the error that would keep the message back."""
    made = await template(api, missing_variables="refuse")
    shown = (await api.post(f"/notifications/{made}/preview", json={"channels": ["sms"]})).json()
    assert "order.id has no value" in shown["channels"]["sms"]["error"]
    assert (await api.post("/notifications/nt_none/preview", json={})).status_code == 404


async def test_the_catalogue_knows_what_the_newest_event_lacks(api, services, database, world):
    """Names are compared with every event that came in: a slip is an error, what any of them had is none."""
    made = await template(api, alias="Segment-TrackEvent:Order Completed")
    body = b'{"properties": {"order": {"id": 1, "total": 2}, "vip": true}}'
    mine = services.grants.api_key(api.headers["authorization"][7:]).environment_id
    store = SqlFollowerStore(database)
    after = await store.offset("event-catalogue", 0)
    seen = FollowerEffects(sighted=sighted([(mine, 3, world.track("Order Completed", body=body))]))
    assert await store.apply("event-catalogue", 0, after=after, through=9, effects=seen)
    shown = (await api.post(f"/notifications/{made}/preview", json={"channels": ["sms"]})).json()
    assert shown["problems"] == [
        {
            "level": "error",
            "path": "elements[0].elements[1].content",
            "message": "order.totl is not a property of the events that came in: did you mean order.total?",
        }
    ]
    assert shown["channels"]["sms"]["segments"] == {"encoding": "GSM-7", "units": 31, "count": 1}


async def test_what_is_being_written_is_shown(api, refused):
    """Content in the request stands in the place of the draft's, and is checked as it is; nothing is kept."""
    made = await template(api)
    body = {"channels": ["sms"], "content": {"version": "2022-01-01", "elements": [{"type": "text", "content": "New"}]}}
    shown = (await api.post(f"/notifications/{made}/preview", json=body)).json()
    assert shown["channels"]["sms"]["output"]["text"] == "New"
    assert (await api.get(f"/notifications/{made}", params={"version": "draft"})).json()["content"] == CONTENT
    body["content"]["elements"][0]["content"] = "{{#if"
    refused(await api.post(f"/notifications/{made}/preview", json=body), 400, "content.elements[0].content")
