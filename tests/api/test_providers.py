import pytest

from tidings.provider_configs import Minute, Sighting, step_of

SMTP = {"host": "mail.example.com", "port": 2525, "username": "ann", "password": "s3cret-password"}


async def create(api, **changes):
    """Switch SMTP on and give what was answered."""
    answer = await api.post("/providers", json={"provider": "smtp", "settings": SMTP, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def stored(services, environments, made):
    """Read the settings as they are kept."""
    return (await services.provider_configs.get(environments.production, made["id"])).settings


async def test_a_provider_is_switched_on(api, services, environments):
    """201 with its settings; the secret is masked and yet kept; workers are told."""
    made = await create(api)

    assert made["id"].startswith("pc_")
    assert (made["provider"], made["title"]) == ("smtp", "Default Configuration")
    assert made["settings"]["password"] == "********"
    assert made["settings"]["host"] == "mail.example.com"
    assert "alias" not in made
    assert (await stored(services, environments, made))["password"] == "s3cret-password"
    assert services.wakeup.topics == ["config"]


async def test_no_answer_ever_holds_a_secret(api):
    """Created, read, listed, replaced, changed: the secret is masked everywhere."""
    made = await create(api)
    path = f"/providers/{made['id']}"
    answers = [
        await api.get(path),
        await api.get("/providers"),
        await api.put(path, json={"provider": "smtp", "settings": SMTP}),
        await api.patch(path, json={"settings": {"password": "another-s3cret"}}),
    ]

    assert all(answer.status_code == 200 and "s3cret" not in answer.text for answer in answers)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_secret_sent_back_masked_stays(api, services, environments, method):
    """What was read can be written again: the mask stands for what is stored."""
    made = await create(api)
    body = {"provider": "smtp", "settings": {**made["settings"], "host": "other.example.com"}}

    answer = await api.request(method, f"/providers/{made['id']}", json=body)

    assert answer.status_code == 200
    kept = await stored(services, environments, made)
    assert (kept["host"], kept["password"]) == ("other.example.com", "s3cret-password")


async def test_replacing_forgets_what_is_left_out(api, services, environments):
    """PUT replaces settings, title and alias whole."""
    made = await create(api, alias="main", title="Main")

    answer = await api.put(f"/providers/{made['id']}", json={"provider": "smtp", "settings": {"host": "h.example.com"}})

    assert answer.json()["title"] == "Default Configuration"
    assert "alias" not in answer.json()
    assert await stored(services, environments, made) == {"host": "h.example.com"}


async def test_changing_merges(api, services, environments):
    """PATCH keeps what it does not mention; null removes a setting or the alias."""
    made = await create(api, alias="main", title="Main")

    answer = await api.patch(f"/providers/{made['id']}", json={"settings": {"port": None, "username": "bob"}})
    assert (answer.json()["title"], answer.json()["alias"]) == ("Main", "main")
    kept = await stored(services, environments, made)
    assert (kept["username"], kept.get("port"), kept["host"]) == ("bob", None, "mail.example.com")

    assert "alias" not in (await api.patch(f"/providers/{made['id']}", json={"alias": None})).json()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"settings": {}}, "provider"),
        ({"provider": "no-such", "settings": {}}, "provider"),
        ({"provider": "smtp", "settings": {}}, "settings.host"),
        ({"provider": "smtp", "settings": {"host": "h", "port": "s3cret"}}, "settings.port"),
        ({"provider": "smtp", "settings": []}, "settings"),
    ],
)
async def test_settings_are_checked(api, refused, body, path):
    """An unknown provider, a missing and an odd setting are named; values are not repeated."""
    answer = await api.post("/providers", json=body)

    assert path in refused(answer, 400)["message"]
    assert "s3cret" not in answer.text


async def test_the_kind_of_a_provider_cannot_be_patched(api, refused):
    """`provider` may be sent, and must match."""
    made = await create(api)

    assert (await api.patch(f"/providers/{made['id']}", json={"provider": "smtp"})).status_code == 200
    refused(await api.patch(f"/providers/{made['id']}", json={"provider": "outbox"}), 400, "provider")


async def test_a_provider_is_switched_off(api, refused):
    """204, and then it is gone."""
    made = await create(api)

    assert (await api.delete(f"/providers/{made['id']}")).status_code == 204
    refused(await api.get(f"/providers/{made['id']}"), 404)
    refused(await api.delete(f"/providers/{made['id']}"), 404)
    assert (await api.get("/providers")).json() == {"paging": {"more": False, "cursor": None}, "results": []}


async def test_a_taken_alias_is_a_conflict(api, refused):
    """Two configurations cannot share an alias."""
    await create(api, alias="main")

    refused(await api.post("/providers", json={"provider": "smtp", "settings": SMTP, "alias": "main"}), 409)


async def test_the_catalog_says_what_settings_there_are(api):
    """Filtered by keys, channel and a part of the name."""

    async def keys(**query):
        return [entry["provider"] for entry in (await api.get("/providers/catalog", params=query)).json()["results"]]

    assert "smtp" in await keys()
    assert await keys(keys="smtp,other") == ["smtp"]
    assert await keys(channel="EMAIL", name="smt") == ["smtp"]
    assert await keys(channel="sms", name="smt") == []
    entry = (await api.get("/providers/catalog", params={"keys": "smtp"})).json()["results"][0]
    assert entry["settings"]["host"] == {
        "type": "string",
        "required": True,
        "description": "Name or address of the server.",
    }


async def test_an_account_is_tried(api, refused):
    """Logging in says what is wrong, without any secret; nothing is sent."""
    made = await create(api, settings={**SMTP, "host": "127.0.0.1", "port": 1, "timeout_s": 1})

    tried = (await api.post(f"/providers/{made['id']}/check")).json()

    assert tried["ok"] is False
    assert tried["detail"]
    assert "s3cret" not in tried["detail"]
    refused(await api.post("/providers/pc_none/check"), 404)


async def test_where_a_service_reports(api):
    """A provider that tells what became of messages is read with the address to enter there; others have none."""
    settings = {"account_sid": "AC1", "auth_token": "secret", "from": "+15005550006"}
    twilio = (await api.post("/providers", json={"provider": "twilio", "settings": settings})).json()
    smtp = await create(api)

    read = (await api.get(f"/providers/{twilio['id']}")).json()

    assert read["receipts_url"] == f"http://tidings.test/receipts/{twilio['id']}"
    assert "receipts_url" not in (await api.get(f"/providers/{smtp['id']}")).json()


async def test_a_provider_is_switched_off_and_on(api):
    """By changing it; replacing it says nothing of that unless it does."""
    made = await create(api)
    place = f"/providers/{made['id']}"
    assert made["enabled"] is True
    assert (await api.patch(place, json={"enabled": False})).json()["enabled"] is False
    assert (await api.put(place, json={"provider": "smtp", "settings": SMTP})).json()["enabled"] is False
    assert (await api.put(place, json={"provider": "smtp", "settings": SMTP, "enabled": True})).json()[
        "enabled"
    ] is True


async def test_providers_are_arranged(api, test_api):
    """The list is the order in which they are tried; what is not here cannot be put in it."""
    first, second, third = [(await create(api, alias=alias))["id"] for alias in "abc"]
    arranged = await api.put("/providers/order", json={"order": [third, first]})
    assert [one["id"] for one in arranged.json()["results"]] == [third, first, second]
    assert [one["id"] for one in (await api.get("/providers")).json()["results"]] == [third, first, second]
    assert (await test_api.put("/providers/order", json={"order": [first]})).status_code == 404


async def test_how_a_provider_is_doing_is_told(api, services, environments):
    """What workers saw of late; of one that nobody used, that its circuit is closed."""
    made, idle = await create(api, alias="a"), await create(api, alias="b")
    now = services.clock.now_ms()
    seen = Sighting(
        environment_id=environments.production,
        config_id=made["id"],
        parked_until=now + 60_000,
        last_error="429",
        last_error_at=now,
        minutes={now // 60_000: Minute(sent=3, retried=1, took={step_of(0.2): 4})},
    )
    await services.provider_health.note("w", [seen], now=now)
    doing = (await api.get(f"/providers/{made['id']}")).json()["health"]
    assert (doing["circuit"], doing["success_rate"], doing["last_error"]) == ("parked", 0.75, "429")
    assert 190 <= doing["p50_ms"] <= 210
    listed = {one["id"]: one["health"] for one in (await api.get("/providers")).json()["results"]}
    assert (listed[made["id"]], listed[idle["id"]]["circuit"]) == (doing, "closed")


async def test_a_provider_that_strategies_ask_for_stays(api):
    """The last account of its kind; another of the same kind would take its place."""
    made, other = await create(api, alias="a"), await create(api, alias="b")
    wish = {"name": "S", "routing": {"method": "single", "channels": ["email"]}}
    strategy = await api.post("/routing-strategies", json={**wish, "channels": {"email": {"providers": ["smtp"]}}})
    assert (await api.delete(f"/providers/{made['id']}")).status_code == 204
    refusal = await api.delete(f"/providers/{other['id']}")
    assert (refusal.status_code, strategy.json()["id"] in refusal.json()["message"]) == (409, True)
    await api.delete(f"/routing-strategies/{strategy.json()['id']}")
    assert (await api.delete(f"/providers/{other['id']}")).status_code == 204
