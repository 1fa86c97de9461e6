"""Accounts: signing in, one's own account, and the team."""

import dataclasses
import re

import httpx
import msgspec
import pyotp
import pytest

from tidings.accounts import Account, AccountChange, Role
from tidings.api.application import create_application

HERE = {"Tidings-Environment": "production"}
PASSWORD = "correct horse battery"
EMAIL = "ann@example.com"


@pytest.fixture
async def browser(app):
    """Make a browser that may send our header, and holds no cookie."""
    opened = []

    def another():
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.7", 1))
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://tidings.test", headers=HERE))
        return opened[-1]

    yield another
    for each in opened:
        await each.aclose()


@pytest.fixture
async def owner(browser, services):
    """A browser that came by the one-time link."""
    await services.studio_sessions.mint("one-time", expires_at=services.clock.now_ms() + 60_000)
    came = browser()
    assert (await came.get("/studio/?token=one-time")).status_code == 303
    return came


@pytest.fixture
async def ann(services):
    """An account, as an administrator."""
    account = Account(id="acc_ann", workspace_id=1, email=EMAIL, name="Ann", role=Role.ADMIN, created=1)
    return await services.accounts.add(account, password_hash=await services.proofs.hash(PASSWORD))


@pytest.fixture
async def signed_in(browser, ann):
    """A browser in which Ann is signed in."""
    assert ann.has_password
    came = browser()
    assert (await sign_in(came)).status_code == 200
    return came


async def sign_in(browser, password=PASSWORD, email=EMAIL, **more):
    """Ask to sign in."""
    return await browser.post("/account/sign-in", json={"email": email, "password": password, **more})


async def invited(owner, role="designer", email="bob@example.com"):
    """Invite somebody, and give the account and the token of the link."""
    answer = await owner.post("/accounts", json={"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    return answer.json()["account"], answer.json()["link"]["url"].partition("#")[2]


async def test_signing_in_sets_a_cookie_that_scripts_cannot_read(browser, ann):
    """The answer says who it is; the cookie opens the API."""
    came = browser()

    answer = await sign_in(came, email=" ANN@example.com ")

    assert answer.json()["account"]["id"] == ann.id
    assert not answer.json()["code_required"]
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/", "max-age=2592000"))
    assert "secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    assert (await came.get("/notifications")).status_code == 200
    assert (await came.get("/account")).json()["signed_in"]


async def test_a_cookie_of_https_stays_on_https(services, ann):
    """Where the user came by https, as a trusted proxy says."""
    config = msgspec.structs.replace(services.config, trusted_proxies="203.0.113.7")
    app = create_application(services=dataclasses.replace(services, config=config))
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 1))
    headers = {**HERE, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.9"}
    async with httpx.AsyncClient(transport=transport, base_url="http://tidings.test", headers=headers) as came:
        answer = await sign_in(came)

    assert "secure" in answer.headers["set-cookie"].lower()
    (session,) = await services.studio_sessions.all(ann.id, now=0)
    assert session.address == "198.51.100.0/24"


@pytest.mark.parametrize(
    "proof",
    [
        {"email": EMAIL, "password": "wrong"},
        {"email": "nobody@example.com", "password": PASSWORD},
        {"email": "invited@example.com", "password": PASSWORD},
        {"email": "gone@example.com", "password": PASSWORD},
        {"email": "no address", "password": PASSWORD},
    ],
    ids=["wrong password", "unknown", "no password yet", "disabled", "no address"],
)
async def test_whoever_may_not_is_told_nothing_more(browser, services, ann, proof):
    """A wrong password, nobody's address and an account that is shut: in the same words."""
    kept = await services.proofs.hash(PASSWORD)
    for number, email in enumerate(("invited@example.com", "gone@example.com")):
        other = Account(id=f"acc_{number}", workspace_id=1, email=email, role=Role.ADMIN, created=1)
        await services.accounts.add(other, password_hash=kept if number else None)
    await disable(services, "acc_1")

    answer = await browser().post("/account/sign-in", json=proof)

    assert ann
    assert answer.status_code == 401
    assert answer.json()["message"] == "The email address or the password is wrong."
    assert "set-cookie" not in answer.headers


async def disable(services, account_id):
    """Disable an account."""
    await services.accounts.change(1, account_id, AccountChange(disabled=True), now=2)


async def test_who_guesses_has_to_wait(browser, ann, refused):
    """After five tries, whatever the next one says; an account of nobody no less."""
    for email in (ann.email, "nobody@example.com"):
        for _ in range(5):
            refused(await sign_in(browser(), "wrong", email), 401)
        answer = await sign_in(browser(), PASSWORD, email)
        refused(answer, 429, "wait 1 seconds")
        assert answer.headers["retry-after"] == "1"


async def test_another_site_can_sign_nobody_in(app, ann, refused):
    """A form sends no header of ours."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tidings.test") as form:
        refused(await sign_in(form), 401, "Tidings-Environment")
    assert ann


async def test_the_owner_makes_an_account(owner, refused):
    """The link still works afterwards; this browser is signed in with the account now."""
    refused(await owner.get("/account"), 409, "one-time link")

    refused(await owner.post("/account", json={"email": EMAIL, "password": "short"}), 400, "password: ")
    answer = await owner.post("/account", json={"email": "Ann@Example.com", "name": "Ann", "password": PASSWORD})

    assert answer.status_code == 201
    assert (answer.json()["email"], answer.json()["role"]) == (EMAIL, "admin")
    assert (await owner.get("/account")).json()["name"] == "Ann"
    refused(await owner.post("/account", json={"email": "b@example.com", "password": PASSWORD}), 409)
    assert len((await owner.get("/account/sessions")).json()["results"]) == 1


async def test_somebody_is_invited(owner, browser, refused):
    """By a link that sets the password, once, and signs in; its token is sent to no server by opening it."""
    answer = await owner.post("/accounts", json={"email": "bob@example.com", "role": "designer"})
    link = answer.json()["link"]["url"]
    assert re.fullmatch(r"http://tidings\.test/studio/invitation#[\w-]{43}", link)
    token = link.partition("#")[2]
    assert answer.json()["account"]["invited"]
    refused(await owner.post("/accounts", json={"email": "BOB@example.com", "role": "admin"}), 409)
    bob = browser()

    looked = await bob.post("/account/links/check", json={"token": token})
    assert looked.json() == {"email": "bob@example.com", "name": "", "invited": True}
    refused(await bob.post("/account/links/accept", json={"token": token, "password": "short"}), 400)
    answer = await bob.post("/account/links/accept", json={"token": token, "password": PASSWORD, "name": "Bob"})

    assert answer.json()["account"]["name"] == "Bob"
    assert (await bob.get("/account")).json()["role"] == "designer"
    refused(await bob.post("/account/links/accept", json={"token": token, "password": PASSWORD}), 404, "used")
    refused(await bob.post("/account/links/check", json={"token": token}), 404, "ask for a new one")


async def test_a_reset_link_ends_what_the_old_password_opened(owner, signed_in, browser, ann):
    """And sets the new one; the old one holds until then."""
    link = (await owner.post(f"/accounts/{ann.id}/link", json={})).json()["url"]
    assert (await signed_in.get("/account")).status_code == 200

    token = link.partition("#")[2]
    answer = await browser().post("/account/links/accept", json={"token": token, "password": "another of these"})

    assert answer.json()["account"]["id"] == ann.id
    assert (await signed_in.get("/account")).status_code == 401
    assert (await sign_in(browser())).status_code == 401
    assert (await sign_in(browser(), "another of these")).status_code == 200


async def test_the_team_is_listed_and_changed(owner, browser, refused):
    """A new role holds at once, also where somebody is signed in; who is disabled is out."""
    bob, token = await invited(owner)
    came = browser()
    await came.post("/account/links/accept", json={"token": token, "password": PASSWORD})
    refused(await came.get("/accounts"), 403, "This needs the role Admin or Manager or Developer; yours is Designer.")

    changed = await owner.patch(f"/accounts/{bob['id']}", json={"role": "manager", "name": "Bob"})
    assert (changed.json()["role"], changed.json()["name"]) == ("manager", "Bob")
    assert [each["email"] for each in (await came.get("/accounts")).json()["results"]] == ["bob@example.com"]
    refused(await came.patch(f"/accounts/{bob['id']}", json={"role": "admin"}), 403, "Admin; yours is Manager")
    assert (await owner.patch(f"/accounts/{bob['id']}", json={"disabled": True})).json()["disabled"]
    assert (await came.get("/accounts")).status_code == 401
    assert (await owner.delete(f"/accounts/{bob['id']}")).status_code == 204
    refused(await owner.get(f"/accounts/{bob['id']}"), 404)


async def test_no_key_opens_the_team(api, refused):
    """A key opens one environment; who holds it could make an administrator of all of them."""
    refused(await api.get("/accounts"), 403, "sign in to Studio")
    refused(await api.post("/accounts", json={"email": EMAIL, "role": "admin"}), 403, "`tidings accounts`")


async def test_a_password_is_changed(signed_in, browser, refused):
    """With the old one; all other browsers are signed out."""
    other = browser()
    await sign_in(other)

    wrong = {"current_password": "wrong", "password": "another of these"}
    refused(await signed_in.put("/account/password", json=wrong), 400, "current_password: this is not your password")
    right = {**wrong, "current_password": PASSWORD}
    assert (await signed_in.put("/account/password", json=right)).status_code == 204

    assert (await signed_in.get("/account")).status_code == 200
    assert (await other.get("/account")).status_code == 401
    assert (await sign_in(browser(), "another of these")).status_code == 200


async def second_factor(signed_in):
    """Switch the second factor on, and give the app and the recovery codes."""
    offer = (await signed_in.post("/account/second-factor", json={"current_password": PASSWORD})).json()
    app = pyotp.parse_uri(offer["url"])
    body = {"current_password": PASSWORD, "secret": offer["secret"], "code": app.now()}
    answer = await signed_in.put("/account/second-factor", json=body)
    assert answer.status_code == 200, answer.text
    return app, answer.json()["recovery_codes"]


async def test_a_second_factor_is_asked_for(signed_in, browser, services, refused):
    """After the password; each code opens once, and so does each recovery code."""
    app, codes = await second_factor(signed_in)
    later = app.at(services.clock.now_ms() // 1000 + 30)

    asked = await sign_in(browser())
    assert asked.json() == {"code_required": True, "account": None}
    assert "set-cookie" not in asked.headers
    refused(await sign_in(browser(), code=app.now()), 401, "wrong, or was used before")  # it switched it on
    assert (await sign_in(browser(), code=later)).json()["account"]["second_factor"]
    refused(await sign_in(browser(), code=later), 401)
    assert (await sign_in(browser(), code=codes[0].upper())).status_code == 200
    refused(await sign_in(browser(), code=codes[0]), 401)
    refused(await sign_in(browser(), "wrong", code=codes[1]), 401, "email address or the password")


async def test_a_second_factor_needs_proof(signed_in, refused):
    """A code of the app, before anything is kept; the password, before it is switched off."""
    offer = (await signed_in.post("/account/second-factor", json={"current_password": PASSWORD})).json()
    body = {"current_password": PASSWORD, "secret": offer["secret"], "code": "000000"}
    refused(await signed_in.put("/account/second-factor", json=body), 400, "code: ")
    assert not (await signed_in.get("/account")).json()["second_factor"]

    await second_factor(signed_in)
    refused(await signed_in.post("/account/second-factor/remove", json={"current_password": "wrong"}), 400)
    gone = await signed_in.post("/account/second-factor/remove", json={"current_password": PASSWORD})
    assert gone.status_code == 204
    assert not (await signed_in.get("/account")).json()["second_factor"]


async def test_a_lost_app_is_taken_off_by_an_administrator(owner, signed_in, browser, ann):
    """With the link; without, the code is asked for after the new password, too."""
    await second_factor(signed_in)
    keeping = (await owner.post(f"/accounts/{ann.id}/link", json={})).json()["url"].partition("#")[2]
    answer = await browser().post("/account/links/accept", json={"token": keeping, "password": PASSWORD})
    assert answer.json() == {"code_required": True, "account": None}

    link = await owner.post(f"/accounts/{ann.id}/link", json={"second_factor": "remove"})
    token = link.json()["url"].partition("#")[2]
    answer = await browser().post("/account/links/accept", json={"token": token, "password": PASSWORD})

    assert not answer.json()["account"]["second_factor"]


async def test_one_sees_where_one_is_signed_in(signed_in, browser, services):
    """And ends it there, here, or everywhere."""
    others = [browser() for _ in range(3)]
    for other in others:
        await sign_in(other)

    listed = (await signed_in.get("/account/sessions")).json()["results"]
    assert [each["current"] for each in listed].count(True) == 1
    assert {each["address"] for each in listed} == {"203.0.113.0/24"}
    assert "203.0.113.7" not in str(listed)
    assert (await signed_in.delete(f"/account/sessions/{listed[0]['id']}")).status_code == 204
    assert (await others[2].get("/account")).status_code == 401
    out = await others[1].delete("/account/sessions/current")
    assert out.status_code == 204
    assert 'tidings_studio=""' in out.headers["set-cookie"] or "max-age=0" in out.headers["set-cookie"].lower()
    assert (await others[1].get("/account")).status_code == 401
    assert (await signed_in.get("/account")).status_code == 200
    assert (await signed_in.delete("/account/sessions")).status_code == 204
    assert [(await each.get("/account")).status_code for each in (signed_in, others[0])] == [401, 401]
    assert await services.studio_sessions.all("acc_ann", now=0) == []


async def test_a_name_is_changed(signed_in):
    """One's own."""
    assert (await signed_in.patch("/account", json={"name": " Ann Lee "})).json()["name"] == "Ann Lee"


async def test_studio_knows_who_is_signed_in(signed_in, owner):
    """And as what, so that it shows what may be done."""
    assert (await signed_in.get("/studio/session")).json()["account"] == {
        "id": "acc_ann",
        "email": EMAIL,
        "name": "Ann",
        "role": "admin",
    }
    assert (await owner.get("/studio/session")).json()["account"] is None
    assert (await owner.get("/studio/session")).json()["role"] == "admin"


@pytest.fixture
def acts_as(browser, services):
    """Sign somebody of a role in."""

    async def act(role):
        account = Account(id=f"acc_{role}", workspace_id=1, email=f"{role}@example.com", role=role, created=1)
        await services.accounts.add(account, password_hash=await services.proofs.hash(PASSWORD))
        came = browser()
        assert (await sign_in(came, email=account.email)).status_code == 200
        return came

    return act


BODY = {"notification": {"name": "Hi", "content": {"version": "2022-01-01", "elements": []}}}


async def test_a_designer_designs_and_sets_nothing_up(acts_as, refused):
    """Templates yes, providers no; looking at them, yes."""
    bea = await acts_as(Role.DESIGNER)

    assert (await bea.post("/notifications", json=BODY)).status_code < 300
    refused(await bea.post("/providers", json={"provider": "smtp", "settings": {}}), 403, "Admin or Manager; yours")
    assert (await bea.get("/providers")).status_code == 200
    assert (await bea.get("/sources")).status_code == 200


async def test_a_developer_works_where_messages_are_simulated(acts_as, refused):
    """In test all is theirs, in production they look."""
    dev = await acts_as(Role.DEVELOPER)

    refused(await dev.post("/notifications", json=BODY), 403, "yours is Developer")
    test = {"Tidings-Environment": "test"}
    assert (await dev.post("/notifications", json=BODY, headers=test)).status_code < 300
    assert (await dev.get("/notifications")).status_code == 200
    production, test = (await dev.get("/studio/session")).json()["environments"]
    assert production["changes"] == []
    assert "Notifications" in test["changes"]


async def test_an_analyst_reads_no_logs_and_sees_previews(acts_as, api, refused):
    """A preview is asked for with POST, and changes nothing."""
    template = (await api.post("/notifications", json=BODY)).json()["id"]
    zoe = await acts_as(Role.ANALYST)

    refused(await zoe.get("/messages"), 403, "Support Specialist")
    assert (await zoe.post(f"/notifications/{template}/preview", json={"version": "draft"})).status_code == 200
    refused(await zoe.delete(f"/notifications/{template}"), 403, "Designer")


async def test_a_support_specialist_helps_users(acts_as, refused):
    """Suppressing is about users; topics are not."""
    sam = await acts_as(Role.SUPPORT_SPECIALIST)

    assert (await sam.post("/suppressions", json={"address": "user:ann"})).status_code == 200
    assert (await sam.put("/profiles/ann", json={"profile": {}})).status_code == 200
    refused(await sam.post("/preferences/sections", json={"name": "News"}), 403, "Manager")


async def test_what_a_template_was_made_by_is_the_account(acts_as):
    """As it is the key, where a key made it."""
    bea = await acts_as(Role.DESIGNER)
    made = (await bea.post("/notifications", json=BODY)).json()

    assert made["creator"] == "acc_designer"
