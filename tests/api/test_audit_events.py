"""What was changed, and by whom."""

import dataclasses

import httpx
import pytest

from tidings.accounts import Account, Role
from tidings.api.application import create_application
from tidings.errors import Unavailable

HERE = {"Tidings-Environment": "production"}
TEMPLATE = {"notification": {"name": "Hi", "content": {"version": "2022-01-01", "elements": []}}}


@pytest.fixture
async def owner(app, services):
    """A browser that came by the one-time link, from somewhere."""
    await services.studio_sessions.mint("one-time", expires_at=services.clock.now_ms() + 60_000)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://tidings.test", headers=HERE) as came:
        assert (await came.get("/studio/?token=one-time")).status_code == 303
        yield came


async def log_of(client):
    """The log, newest first."""
    return (await client.get("/audit-events")).json()["results"]


async def test_what_a_key_changes_is_on_record(api, services):
    """Who, what, which, how it was answered; also what was refused."""
    made = (await api.post("/notifications", json=TEMPLATE)).json()["id"]
    await api.post(f"/notifications/{made}/publish")
    await api.delete("/notifications/nt_none")
    (key, *_) = await services.api_keys.all(1, 1)

    refused, published, created = await log_of(api)

    assert published["actor"] == {"id": key.id, "email": None, "kind": "api_key"}
    assert (published["type"], published["source"], published["target"]) == ("notifications:publish", "api", made)
    assert (published["method"], published["route"]) == ("POST", "/notifications/{notification_id}/publish")
    assert published["status"] < 300
    assert (created["type"], created["target"]) == ("notifications:create", made)
    assert (refused["target"], refused["status"]) == ("nt_none", 404)
    assert (await api.get(f"/audit-events/{published['auditEventId']}")).json() == published


async def test_looking_is_not_on_record(api):
    """Nor what is asked many times a second, nor what changes nothing."""
    made = (await api.post("/notifications", json=TEMPLATE)).json()["id"]
    before = len(await log_of(api))

    await api.get("/notifications")
    await api.post(f"/notifications/{made}/preview", json={"version": "draft"})
    await api.post("/send", json={"message": {"to": {"user_id": "ann"}, "template": made}})
    await api.put("/profiles/ann", json={"profile": {}})

    assert len(await log_of(api)) == before


async def test_what_people_change_about_users_is_on_record_without_their_names(owner):
    """From which neighbourhood, and nothing that the right to be forgotten would have to find."""
    await owner.put("/profiles/ann", json={"profile": {"email": "ann@example.com"}})
    await owner.post("/suppressions", json={"address": "email:ann@example.com"})

    answer = await owner.get("/audit-events")

    suppressed, written = answer.json()["results"]
    assert (written["type"], written["target"], written["address"]) == ("profiles:replace", "", "203.0.113.0/24")
    assert suppressed["type"] == "profiles:add"
    assert written["actor"] == {"id": "", "email": None, "kind": "link"}
    assert "ann" not in answer.text
    assert "203.0.113.7" not in answer.text


async def test_what_belongs_to_the_workspace_is_in_every_environments_log(owner, test_api):
    """Accounts, and who signed in; a password never."""
    bob = {"email": "bob@example.com", "role": "admin"}
    invited = (await owner.post("/accounts", json=bob)).json()
    token = invited["link"]["url"].partition("#")[2]
    await owner.post("/account/links/accept", json={"token": token, "password": "correct horse battery"})
    await owner.post("/notifications", json=TEMPLATE)
    wrong = {"email": "bob@example.com", "password": "wrong horse battery"}
    assert (await owner.post("/account/sign-in", json=wrong)).status_code == 401

    answer = await test_api.get("/audit-events")

    accepted, invitation = answer.json()["results"]
    assert (invitation["type"], invitation["target"]) == ("team:invite", invited["account"]["id"])
    assert accepted["actor"] == {"id": invited["account"]["id"], "email": "bob@example.com", "kind": "account"}
    assert "horse" not in answer.text
    assert token not in answer.text


async def test_pages_are_handed_on(api):
    """As everywhere."""
    for _ in range(3):
        await api.post("/notifications", json=TEMPLATE)

    first = (await api.get("/audit-events?limit=2")).json()
    second = (await api.get(f"/audit-events?limit=2&cursor={first['paging']['cursor']}")).json()

    assert (len(first["results"]), len(second["results"])) == (2, 1)
    assert not second["paging"]["more"]


async def test_only_some_roles_look(services, app, refused):
    """Admins and Managers."""
    account = Account(id="acc_dev", workspace_id=1, email="dev@example.com", role=Role.DEVELOPER, created=1)
    await services.accounts.add(account, password_hash=await services.proofs.hash("correct horse battery"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://tidings.test", headers=HERE
    ) as dev:
        proof = {"email": "dev@example.com", "password": "correct horse battery"}
        assert (await dev.post("/account/sign-in", json=proof)).status_code == 200
        refused(await dev.get("/audit-events"), 403, "Admin or Manager; yours is Developer")


async def test_a_log_that_cannot_be_written_stops_nothing(services, api):
    """The change was made, and is answered."""

    class Away:
        async def append(self, event):
            raise Unavailable(f"no room for {event.id}")

    app = create_application(services=dataclasses.replace(services, audit=Away()))
    headers = dict(api.headers)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://tidings.test", headers=headers
    ) as client:
        assert (await client.post("/notifications", json=TEMPLATE)).status_code < 300
