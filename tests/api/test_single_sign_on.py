"""Signing in by an identity provider: who comes, who does not, and what is on record of it."""

import base64
import dataclasses
import time
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from tidings.accounts import Account, AccountChange, Role, SingleSignOn
from tidings.api.application import create_application
from tidings.api.studio.identity_provider import IdentityProvider, challenge_of
from tidings.destinations import HttpAnswer, HttpFault

ISSUER, HERE = "https://id.example.com", {"Tidings-Environment": "production"}
BASE = {"email": "ann@example.com", "email_verified": True, "name": "Ann Lee", "sub": "248289"}


class Issuer:
    """A small provider of identities, asked in process, that says what a test has it say."""

    def __init__(self):
        self.key, self.kid = ec.generate_private_key(ec.SECP256R1()), "first"
        self.metadata = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize?realm=1",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "userinfo_endpoint": f"{ISSUER}/me",
        }
        self.claims, self.user_info, self.fault = dict(BASE), {}, None
        self.asked, self._codes = [], {}

    async def carry(self, request):
        """Answer, as an issuer does over HTTP."""
        path = urlsplit(request.url).path
        self.asked.append(path)
        if self.fault is not None:
            return self.fault
        status, said = getattr(self, f"answer_{path.rpartition('/')[2].replace('-', '_')}")(request)
        return HttpAnswer(status=status, body=said if isinstance(said, bytes) else msgspec.json.encode(said))

    async def close(self):
        """Hold nothing."""

    def answer_openid_configuration(self, _request):
        """Discovery."""
        return 200, self.metadata

    def answer_keys(self, _request):
        """Publish the key."""
        return 200, {"keys": [{**ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True), "kid": self.kid}]}

    def answer_me(self, request):
        """Tell of whoever the token is for."""
        return (200, self.user_info) if request.headers["authorization"] == "Bearer access" else (401, {})

    def answer_token(self, request):
        """Give a token for a code, to whom it was given and can prove it."""
        form = dict(parse_qsl(request.body.decode()))
        user = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        if user != "tidings:a+secret%26more":
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form["code"], None)
        known = asked and asked["redirect_uri"] == form["redirect_uri"]
        if not known or asked["code_challenge"] != challenge_of(form["code_verifier"]):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": ISSUER, "aud": "tidings", "iat": now, "exp": now + 60, "nonce": asked["nonce"], **self.claims}
        token = jwt.encode(said, self.key, algorithm="ES256", headers={"kid": self.kid})
        return 200, {"id_token": token, "access_token": "access", "token_type": "Bearer"}

    def let_in(self, url):
        """Take a browser that was sent here, and give what it goes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}


@pytest.fixture
def issuer():
    """The provider of the settings."""
    return Issuer()


class Door:
    """One server, whose settings of the provider a test may change, and browsers before it."""

    def __init__(self, services, issuer):
        self._clock, self._issuer, self._browsers = services.clock, issuer, []
        self._provider = IdentityProvider(_settings(), carrier=issuer, clock=services.clock)
        self._app = create_application(services=dataclasses.replace(services, identity_provider=self._provider))

    def set_up(self, **changes):
        """Start anew, with other settings."""
        self._provider.__init__(_settings(**changes), carrier=self._issuer, clock=self._clock)

    def browser(self):
        """Make one that holds no cookie."""
        transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
        self._browsers.append(httpx.AsyncClient(transport=transport, base_url="https://tidings.test", headers=HERE))
        return self._browsers[-1]

    async def close(self):
        """Close the browsers."""
        for each in self._browsers:
            await each.aclose()


def _settings(**changes):
    said = {"issuer": ISSUER, "client_id": "tidings", "client_secret": "a secret&more", "name": "Example"}
    return SingleSignOn(**{**said, **changes})


@pytest.fixture
async def door(services, issuer):
    """A server that knows the issuer."""
    made = Door(services, issuer)
    yield made
    await made.close()


@pytest.fixture
async def ann(services):
    """An account that was invited."""
    account = Account(id="acc_ann", workspace_id=1, email="ann@example.com", role=Role.DESIGNER, created=1)
    return await services.accounts.add(account)


async def sign_in(browser, issuer, to="/studio/logs", **changed):
    """Go out, and come back."""
    out = await browser.get("/studio/oidc/start", params={"to": to})
    assert out.status_code == 303
    back = {**issuer.let_in(out.headers["location"]), **changed}
    return await browser.get("/studio/oidc/callback", params={key: value for key, value in back.items() if value})


def refusal(answer):
    """Tell why somebody was not let in."""
    assert answer.status_code == 303
    assert "tidings_studio" not in answer.headers.get("set-cookie", "")
    assert answer.headers["location"].startswith("/studio/?refused=")
    return answer.headers["location"].partition("=")[2]


async def log_of(services):
    """Read what is on record: what, by whom, which, how it was answered."""
    page = await services.audit.page(1, 0, limit=10, cursor=None)
    return [(each.type, each.actor.kind, each.target, each.status) for each in page.items]


async def test_who_was_invited_comes_in_and_is_known_from_then_on(door, issuer, ann, services):
    """First by the address, then by the identity, whatever the address; the second factor is the provider's."""
    await services.accounts.set_second_factor(ann.id, "S" * 32)
    browser = door.browser()

    answer = await sign_in(browser, issuer)

    assert answer.headers["location"] == "/studio/logs"
    cookies = [each.lower() for each in answer.headers.get_list("set-cookie")]
    assert all(word in cookies[0] for word in ("tidings_studio=", "httponly", "samesite=lax", "secure"))
    assert "max-age=0" in cookies[1]
    said = (await browser.get("/account")).json()
    assert (said["id"], said["invited"], said["has_identity"], said["has_password"]) == (ann.id, False, True, False)

    issuer.claims["email"] = "ann.lee@example.com"
    assert (await sign_in(door.browser(), issuer)).headers["location"] == "/studio/logs"
    assert await log_of(services) == [
        ("account:sign_in_with_oidc", "account", ann.id, 303),
        ("account:bind_to_oidc", "account", ann.id, 303),
    ]


async def test_a_newcomer_joins_where_the_settings_say_so(door, issuer, services):
    """With the role that they name, once."""
    door.set_up(newcomers=Role.ANALYST, domains=frozenset({"example.com"}))
    browser = door.browser()

    assert (await sign_in(browser, issuer)).headers["location"] == "/studio/logs"
    assert (await sign_in(browser, issuer)).headers["location"] == "/studio/logs"

    (joined,) = await services.accounts.all(1)
    assert (joined.email, joined.name, joined.role) == ("ann@example.com", "Ann Lee", Role.ANALYST)
    assert [each[0] for each in await log_of(services)] == ["account:sign_in_with_oidc", "account:join_with_oidc"]


async def test_a_newcomer_for_whom_there_is_no_room_learns_so(door, issuer, ann, services, monkeypatch):
    """So does one who joins twice at a time; each is on record."""
    door.set_up(newcomers=Role.ANALYST)

    async def nobody(_email):
        return None

    with monkeypatch.context() as earlier:  # both were looked for before either was there
        earlier.setattr(services.accounts, "find", nobody)
        assert refusal(await sign_in(door.browser(), issuer)) == "at_once"
    issuer.claims["email"] = "eve@example.com"
    monkeypatch.setattr("tidings.backends.sql.account_store.ACCOUNTS_MAX", 1)
    assert refusal(await sign_in(door.browser(), issuer)) == "full"

    assert await log_of(services) == [("account:refuse_oidc", "identity", why, 401) for why in ("full", "at_once")]


OTHERS = [
    ({"email": "eve@example.com"}, {}, "not_invited"),
    ({"email_verified": False}, {}, "unverified"),
    ({}, {"domains": frozenset({"example.org"})}, "domain"),
    ({"aud": "other"}, {}, "token"),
    ({"iss": "https://evil.example"}, {}, "token"),
    ({"nonce": "another"}, {}, "token"),
    ({"exp": 1_000_000_000}, {}, "clock"),
    ({}, {"client_secret": "wrong"}, "rejected"),
]


async def test_others_are_refused(door, issuer, ann, services):
    """The reason is in the address and on record, and nobody's name with it."""
    for claims, settings, why in OTHERS:
        issuer.claims = {**BASE, **claims}
        door.set_up(**settings)
        assert refusal(await sign_in(door.browser(), issuer)) == why

    assert await log_of(services) == [("account:refuse_oidc", "identity", why, 401) for _, _, why in OTHERS[::-1]]
    assert not (await services.accounts.get(1, ann.id)).has_identity


async def test_a_disabled_account_is_refused(door, issuer, ann, services):
    """Before it is bound, and afterwards."""
    await services.accounts.change(1, ann.id, AccountChange(disabled=True), now=2)
    assert refusal(await sign_in(door.browser(), issuer)) == "disabled"
    await services.accounts.change(1, ann.id, AccountChange(disabled=False), now=3)
    assert (await sign_in(door.browser(), issuer)).headers["location"] == "/studio/logs"
    await services.accounts.change(1, ann.id, AccountChange(disabled=True), now=4)
    assert refusal(await sign_in(door.browser(), issuer)) == "disabled"


async def test_another_person_with_the_same_address_is_refused_until_an_administrator_lets_them(
    door, issuer, ann, services
):
    """Addresses are given to somebody else, once people leave."""
    administrator = Account(id="acc_ada", workspace_id=1, email="ada@example.com", role=Role.ADMIN, created=1)
    await services.accounts.add(administrator)
    await sign_in(door.browser(), issuer)
    issuer.claims["sub"] = "another"
    assert refusal(await sign_in(door.browser(), issuer)) == "other_identity"

    issuer.claims |= {"sub": "ada", "email": "ada@example.com"}
    ada = door.browser()
    await sign_in(ada, issuer)
    assert (await ada.delete(f"/accounts/{ann.id}/identity")).status_code == 204

    issuer.claims = {**BASE, "sub": "another"}
    assert (await sign_in(door.browser(), issuer)).headers["location"] == "/studio/logs"


async def test_what_was_not_begun_here_is_refused(door, issuer, ann):
    """No cookie, another try's state, a code of another browser: nobody is signed in as somebody else."""
    browser, other = door.browser(), door.browser()
    out = await other.get("/studio/oidc/start")
    stolen = issuer.let_in(out.headers["location"])

    assert refusal(await browser.get("/studio/oidc/callback", params=stolen)) == "state"
    assert refusal(await sign_in(browser, issuer, state=stolen["state"])) == "state"
    assert refusal(await sign_in(browser, issuer, state=None)) == "state"
    assert refusal(await sign_in(browser, issuer, code=stolen["code"])) == "rejected"
    browser.cookies.set("tidings_oidc", "made-up", domain="tidings.test", path="/studio/oidc")
    assert refusal(await browser.get("/studio/oidc/callback", params=stolen)) == "state"


async def test_a_provider_that_says_no_is_heard(door, issuer, ann):
    """And one that answers for another issuer is not (RFC 9207)."""
    assert refusal(await sign_in(door.browser(), issuer, code=None, error="access_denied")) == "denied"
    assert refusal(await sign_in(door.browser(), issuer, iss="https://evil.example")) == "token"
    assert (await sign_in(door.browser(), issuer, iss=ISSUER)).headers["location"] == "/studio/logs"


async def test_the_provider_changes_its_keys(door, issuer, ann, services, monkeypatch):
    """An unknown key is looked for once more, though not all the time."""
    browser = door.browser()
    await sign_in(browser, issuer)
    issuer.key, issuer.kid = ec.generate_private_key(ec.SECP256R1()), "second"
    now = services.clock.now_ms()

    assert refusal(await sign_in(browser, issuer)) == "token"
    monkeypatch.setattr(services.clock, "now_ms", lambda: now + 60_000, raising=False)
    assert (await sign_in(browser, issuer)).headers["location"] == "/studio/logs"
    assert issuer.asked.count("/.well-known/openid-configuration") == 1
    assert issuer.asked.count("/keys") == 2


async def test_what_the_token_leaves_out_is_asked_for(door, issuer, ann):
    """At the userinfo endpoint, of the same person."""
    issuer.claims = {"sub": "248289"}
    issuer.user_info = {**BASE, "sub": "another"}
    assert refusal(await sign_in(door.browser(), issuer)) == "token"
    issuer.user_info = dict(BASE)
    assert (await sign_in(door.browser(), issuer)).headers["location"] == "/studio/logs"


async def test_an_issuer_that_makes_no_sense_is_not_asked(door, issuer):
    """It has another name, leaves TLS, or cannot be read."""
    good = issuer.metadata
    for wrong in (
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://id.example.com/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ):
        issuer.metadata = {**good, **wrong}
        door.set_up()
        assert refusal(await door.browser().get("/studio/oidc/start")) == "unreachable"
    assert set(issuer.asked) == {"/.well-known/openid-configuration"}


async def test_an_issuer_that_is_away_is_left_alone_for_a_moment(door, issuer):
    """Whoever tries meanwhile does not wait for it."""
    issuer.fault = HttpFault(code="ECONNREFUSED", detail="the connection failed")
    browser = door.browser()

    for _ in range(3):
        assert refusal(await browser.get("/studio/oidc/start")) == "unreachable"
    assert len(issuer.asked) == 1


async def test_who_tries_too_often_waits(door, issuer, services, monkeypatch):
    """Codes that were made up cost the provider nothing after some."""
    now = services.clock.now_ms()
    monkeypatch.setattr(services.clock, "now_ms", lambda: now)
    browser = door.browser()
    seen = [refusal(await sign_in(browser, issuer, code="made-up")) for _ in range(22)]

    assert seen == ["rejected"] * 20 + ["wait"] * 2


async def test_the_sign_in_page_learns_the_ways_in(services, issuer, refused, stranger):
    """A password may be switched off, and then none is taken."""
    stranger.headers.update(HERE)
    assert (await stranger.get("/account/sign-in")).json() == {
        "password": True,
        "forgotten": False,
        "identity_provider": None,
    }
    assert (await stranger.get("/studio/oidc/start")).status_code == 404

    config = msgspec.structs.replace(
        services.config, oidc_issuer=ISSUER, oidc_client_id="tidings", password_sign_in=False
    )
    closed = Door(dataclasses.replace(services, config=config), issuer)
    browser = closed.browser()
    assert (await browser.get("/account/sign-in")).json() == {
        "password": False,
        "forgotten": False,
        "identity_provider": "Example",
    }
    said = {"email": "ann@example.com", "password": "correct horse battery"}
    refused(await browser.post("/account/sign-in", json=said), 403, "Sign in with Example")
    refused(await browser.post("/account/links/accept", json={"token": "t", "password": "x" * 12}), 403)
    await closed.close()
