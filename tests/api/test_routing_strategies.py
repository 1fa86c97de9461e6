"""Routing strategies over HTTP."""

import pytest

WISH = {"method": "single", "channels": ["email", {"method": "all", "channels": ["sms", "push"]}]}
STRATEGY = {
    "name": "Urgent",
    "routing": WISH,
    "channels": {"email": {"providers": ["postmark", "smtp"], "timeouts": {"channel": 60_000}, "if": "data.x == 1"}},
    "providers": {"postmark": {"timeouts": 5_000}},
    "tags": ["a"],
}


async def test_a_strategy_is_kept_as_it_was_written(api, test_api):
    """201 with all of it; lists leave out what it says; other environments see nothing."""
    answer = await api.post("/routing-strategies", json=STRATEGY)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["id"].startswith("rs_")
    assert STRATEGY.items() <= made.items()
    assert (await api.get(f"/routing-strategies/{made['id']}")).json() == made
    (listed,) = (await api.get("/routing-strategies")).json()["results"]
    assert listed == {name: value for name, value in made.items() if name not in {"routing", "channels", "providers"}}
    assert (await test_api.get(f"/routing-strategies/{made['id']}")).status_code == 404
    assert (await test_api.get("/routing-strategies")).json()["results"] == []


async def test_an_idempotency_key_makes_one(api):
    """Asked again, the first is answered."""
    headers = {"Idempotency-Key": "k"}
    first = await api.post("/routing-strategies", json=STRATEGY, headers=headers)
    again = await api.post("/routing-strategies", json=STRATEGY, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"routing": {"method": "some", "channels": ["email"]}}, "routing.method"),
        ({"routing": {"method": "single", "channels": []}}, "routing.channels"),
        ({"routing": {"method": "single", "channels": [{"strategy_id": "rs_1"}]}}, "routing.channels"),
        ({"channels": {"email": {"if": "data.x ="}}}, "channels.email.if"),
        ({"providers": {"smtp": {"timeouts": -1}}}, "providers.smtp.timeouts"),
    ],
)
async def test_what_a_strategy_cannot_say(api, refused, change, path):
    """A refusal names the place."""
    refused(await api.post("/routing-strategies", json={**STRATEGY, **change}), 400, path)


async def test_a_strategy_is_replaced_whole(api):
    """What is left out is gone; an unknown one is not made."""
    made = (await api.post("/routing-strategies", json=STRATEGY)).json()
    new = {"name": "New", "routing": {"method": "all", "channels": ["sms"]}}
    changed = await api.put(f"/routing-strategies/{made['id']}", json=new)
    assert changed.status_code == 200
    assert (changed.json()["channels"], changed.json()["created"]) == ({}, made["created"])
    assert "tags" not in changed.json()
    assert (await api.put("/routing-strategies/rs_x", json=new)).status_code == 404


async def test_a_strategy_that_templates_use_cannot_be_archived(api, refused):
    """409 while one does, and a list of them; a template names none that is not there."""
    made = (await api.post("/routing-strategies", json=STRATEGY)).json()
    content = {"version": "2022-01-01", "elements": []}
    base = {"name": "A", "tags": [], "brand": None, "subscription": None, "content": content}
    wrong = {"notification": {**base, "routing": {"strategy_id": "rs_x"}}}
    refused(await api.post("/notifications", json=wrong), 400, "notification.routing.strategy_id")
    right = {"notification": {**base, "routing": {"strategy_id": made["id"]}}, "state": "PUBLISHED"}
    template = (await api.post("/notifications", json=right)).json()

    place = f"/routing-strategies/{made['id']}"
    assert [one["id"] for one in (await api.get(f"{place}/notifications")).json()["results"]] == [template["id"]]
    assert (await api.delete(place)).status_code == 409
    none = {"notification": {**base, "routing": None}, "state": "PUBLISHED"}
    assert (await api.put(f"/notifications/{template['id']}", json=none)).status_code == 200
    assert (await api.delete(place)).status_code == 204
    assert (await api.get(f"{place}/notifications")).status_code == 404
    refused(await api.post(f"/notifications/{template['id']}/publish", json={"version": "v001"}), 400, "version")
