"""Sources over HTTP: making, changing, and rotating their write keys."""

from dataclasses import replace

import httpx
import pytest

from tidings.api.application import create_application
from tidings.api.grants import Grants
from tidings.workspaces import hash_key

API_KEY = "pk_prod_" + "p" * 40


async def opened(services):
    """List what each write key's hash opens."""
    return {grant.key_hash: (grant.source_id, grant.enabled) for grant in await services.sources.grants()}


async def test_a_source_is_made_with_a_write_key(api, services):
    """A new source is answered with its write key, whole, this once; later it is a hint."""
    made = (await api.post("/sources", json={"name": "shop", "settings": {"historical_after_hours": 5}})).json()

    assert (made["name"], made["enabled"]) == ("shop", True)
    assert made["settings"] == {"historical_after_hours": 5, "strip_ip": False, "blocked_properties": []}
    assert (await opened(services))[hash_key(made["write_key"])] == (made["id"], True)
    read = (await api.get(f"/sources/{made['id']}")).json()
    assert made["write_key"] not in str(read)
    assert read["write_key_hint"] == made["write_key_hint"]
    newest = (await api.get(f"/sources/{made['id']}/write-keys/newest")).json()
    assert newest == {"write_key": made["write_key"], "host": "http://tidings.test"}


async def test_a_setting_that_is_not_known_is_refused(api):
    """Who writes `strip_ips` is told, and does not believe that addresses are taken out."""
    refused = await api.post("/sources", json={"name": "shop", "settings": {"strip_ips": True}})

    assert refused.status_code == 400
    assert "strip_ips" in refused.json()["message"]
    assert "shop" not in (await api.get("/sources")).text


async def test_a_new_key_opens_before_it_is_answered(services):
    """A library that is started with it at once loses nothing: an unknown key would be answered 200."""
    grants = Grants(api_keys=services.api_keys, sources=services.sources)
    await grants.refresh()
    transport = httpx.ASGITransport(app=create_application(services=replace(services, grants=grants)))
    headers = {"Authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://tidings.test", headers=headers) as api:
        made = (await api.post("/sources", json={"name": "shop"})).json()
        assert grants.source(made["write_key"]) is not None
        await api.patch(f"/sources/{made['id']}", json={"enabled": False})

    assert not grants.source(made["write_key"]).enabled


async def test_requests_that_no_source_took_are_told(api, services):
    """Whoever put a wrong write key into an app sees that something knocks."""
    assert (await api.get("/sources/refused")).json()["results"] == []
    await services.sources.refused({"unknown_source": 2}, now=5)

    assert (await api.get("/sources/refused")).json()["results"] == [
        {"reason": "unknown_source", "count": 2, "last_at": 5}
    ]


async def test_a_source_is_disabled_and_renamed(api, services):
    """A disabled source's keys are marked so; what is not named stays."""
    made = (await api.post("/sources", json={"name": "shop"})).json()

    changed = (await api.patch(f"/sources/{made['id']}", json={"enabled": False})).json()

    assert (changed["name"], changed["enabled"]) == ("shop", False)
    assert (await opened(services))[hash_key(made["write_key"])] == (made["id"], False)
    assert (await api.patch(f"/sources/{made['id']}", json={"name": "store"})).json()["enabled"] is False


async def test_write_keys_are_rotated_with_overlap(api, services, refused):
    """Both keys open the source until the old one is revoked; revoking twice is harmless."""
    made = (await api.post("/sources", json={"name": "shop"})).json()
    path = f"/sources/{made['id']}/write-keys"

    new = (await api.post(path)).json()
    keys = (await api.get(path)).json()["results"]

    assert {hash_key(made["write_key"]), hash_key(new["write_key"])} <= set(await opened(services))
    assert keys[1]["id"] == new["id"]
    for _ in range(2):
        assert (await api.delete(f"{path}/{keys[0]['id']}")).status_code == 204
    assert hash_key(made["write_key"]) not in await opened(services)
    assert hash_key(new["write_key"]) in await opened(services)
    assert (await api.get(path)).json()["results"][0]["revoked"]
    refused(await api.delete(f"{path}/wk_nothing"), 404)


async def test_there_is_room_for_so_many_keys(api, refused):
    """A source has twenty keys that open it at most."""
    made = (await api.post("/sources", json={"name": "shop"})).json()
    for _ in range(19):
        assert (await api.post(f"/sources/{made['id']}/write-keys")).status_code == 201

    refused(await api.post(f"/sources/{made['id']}/write-keys"), 413, "20 write keys")


async def test_a_source_is_its_environments_own(api, test_api, refused):
    """Another environment's key finds no such source."""
    made = (await api.post("/sources", json={"name": "shop"})).json()

    for answer in (
        await test_api.get(f"/sources/{made['id']}"),
        await test_api.patch(f"/sources/{made['id']}", json={"enabled": False}),
        await test_api.get(f"/sources/{made['id']}/write-keys"),
        await test_api.post(f"/sources/{made['id']}/write-keys"),
    ):
        refused(answer, 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": 5},
        {"name": "x", "settings": {"historical_after_hours": 0}},
        {"name": "x", "settings": {"blocked_properties": ["userId"]}},
    ],
)
async def test_odd_sources_are_refused(api, body):
    """A source needs a name, and settings within bounds."""
    assert (await api.post("/sources", json=body)).status_code == 400
