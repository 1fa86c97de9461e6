"""API keys and environments, over the API."""

import dataclasses

import httpx
import pytest

from tidings.api.application import create_application
from tidings.api.grants import Grants

API_KEY = "pk_prod_" + "p" * 40
HERE = {"Tidings-Environment": "production"}


@pytest.fixture
async def grants(services):
    """What keys open, read from the stores."""
    made = Grants(api_keys=services.api_keys, sources=services.sources)
    await made.refresh()
    return made


@pytest.fixture
async def owner(services, grants):
    """A browser that came by the one-time link."""
    app = create_application(services=dataclasses.replace(services, grants=grants))
    await services.studio_sessions.mint("one-time", expires_at=services.clock.now_ms() + 60_000)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tidings.test", headers=HERE) as came:
        assert (await came.get("/studio/?token=one-time")).status_code == 303
        yield came


async def test_a_key_is_shown_once(owner, grants):
    """When it is made; then by its hint. It opens its environment, also with blanks around it."""
    answer = await owner.post("/api-keys", json={"name": " ci "})
    made = answer.json()

    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert made["key"].startswith("pk_prod_")
    assert made["hint"] == f"pk_prod_…{made['key'][-4:]}"
    listed = await owner.get("/api-keys")
    assert made["key"] not in listed.text
    assert {"id": made["id"], "name": "ci"}.items() <= listed.json()["results"][-1].items()
    await grants.refresh()
    owner.cookies.clear()
    for value in (f"Bearer   {made['key']}  ", f" Bearer {made['key']}"):
        assert (await owner.get("/api-keys", headers={"Authorization": value})).status_code == 200


async def test_a_revoked_key_opens_nothing(owner, grants, services):
    """It stays in the list, with the time of its end; all processes are told."""
    made = (await owner.post("/api-keys", json={})).json()

    assert (await owner.delete(f"/api-keys/{made['id']}")).status_code == 204

    assert services.wakeup.topics == ["config", "config"]
    await grants.refresh()
    assert grants.api_key(made["key"]) is None
    assert (await owner.get("/api-keys")).json()["results"][-1]["revoked"]
    assert (await owner.delete("/api-keys/key_none")).status_code == 404


async def test_a_key_makes_keys_of_its_own_environment(api, test_api, refused):
    """And sees and ends no others."""
    made = (await test_api.post("/api-keys", json={"name": "theirs"})).json()

    assert made["key"].startswith("pk_test_")
    assert made["id"] not in (await api.get("/api-keys")).text
    refused(await api.delete(f"/api-keys/{made['id']}"), 404)
    assert (await test_api.delete(f"/api-keys/{made['id']}")).status_code == 204


async def test_it_is_noted_when_a_key_was_used(services, grants):
    """Once an hour."""
    (first, *_) = await services.api_keys.all(1)
    grants.api_key(API_KEY)
    await grants.note_used(now=7_300_000)
    assert (await services.api_keys.all(1))[0].last_used_at == 7_200_000
    await services.api_keys.used([first.id], at=1)
    grants.api_key(API_KEY)
    await grants.note_used(now=7_400_000)
    assert (await services.api_keys.all(1))[0].last_used_at == 1


async def test_an_environment_is_made_and_named(owner, grants, refused):
    """It is empty, has no key, and is opened by its name."""
    made = await owner.post("/environments", json={"name": "staging"})
    assert made.json() == {"id": 3, "name": "staging", "delivery": "simulated"}
    refused(await owner.post("/environments", json={"name": "staging"}), 409)
    refused(await owner.post("/environments", json={"name": "Not A Name"}), 400, "name")
    await grants.refresh()

    there = {"Tidings-Environment": "staging"}
    assert (await owner.get("/api-keys", headers=there)).json()["results"] == []
    key = (await owner.post("/api-keys", json={}, headers=there)).json()
    assert (key["key"][:11], key["hint"]) == ("pk_staging_", f"pk_staging_…{key['key'][-4:]}")
    assert (await owner.patch("/environments/3", json={"name": "rehearsal"})).json()["name"] == "rehearsal"
    refused(await owner.patch("/environments/99", json={"name": "nowhere"}), 404)
    names = [each["name"] for each in (await owner.get("/environments")).json()["results"]]
    assert names == ["production", "test", "rehearsal"]


async def test_it_is_told_how_long_what_is_kept(api):
    """As the settings have it."""
    assert (await api.get("/retention")).json() == {
        "events_days": 0,
        "messages_days": 0,
        "audit_days": 365,
        "archive_days": 0,
        "archives": False,
        "dedup_hours": 24,
    }


async def test_a_key_looks_at_environments_and_makes_none(api, refused):
    """It opens one of them."""
    assert len((await api.get("/environments")).json()["results"]) == 2
    refused(await api.post("/environments", json={"name": "mine"}), 403, "whole workspace")
    refused(await api.patch("/environments/2", json={"name": "mine"}), 403)
