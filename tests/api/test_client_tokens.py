"""Tokens that an API key issues for apps and browsers."""

import courier
import httpx
import jwt
import pytest

from tidings.api.client_tokens import TokenBody
from tidings.errors import InvalidInput
from tidings.preferences import Section, Topic
from tidings.workspaces import ClientToken, ClientTokens, life_s, scopes_of

NOW = 1_700_000_000_000


@pytest.fixture
def as_token(api, stranger):
    """Have a token issued, and ask with it."""

    async def make(scope, **more):
        answer = await api.post("/auth/issue-token", json={"scope": scope, "expires_in": "1h", **more})
        assert answer.status_code == 200, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}

        async def ask(method, path, **fields):
            return await stranger.request(method, path, headers=headers, **fields)

        return ask

    return make


@pytest.fixture
async def topic(services):
    """A topic to choose."""
    await services.preferences.put_section(
        Section(environment_id=1, id="s", name="S", created=1, updated=1), create=True
    )
    fields = {"environment_id": 1, "section_id": "s", "created": 1, "updated": 1}
    await services.preferences.put_topic(
        Topic(id="news", name="News", default_status="OPTED_IN", **fields), create=True
    )


async def test_what_a_token_opens(as_token, topic, refused):
    """The preferences and devices of the users it names, as far as its scope says; nothing else."""
    ask = await as_token("user_id:ann user_id:a/b read:preferences write:preferences read:user-tokens")
    choice = {"topic": {"status": "OPTED_OUT"}}
    assert (await ask("PUT", "/users/ann/preferences/news", json=choice)).status_code == 200
    assert (await ask("GET", "/users/ann/preferences")).json()["items"][0]["status"] == "OPTED_OUT"
    assert (await ask("GET", "/users/a%2Fb/preferences/news")).status_code == 200
    assert (await ask("GET", "/users/ann/tokens")).status_code == 200
    refused(await ask("PUT", "/users/ann/tokens/t", json={"provider_key": "expo"}), 403)
    refused(await ask("GET", "/users/bob/preferences"), 403)
    refused(await ask("GET", "/brands"), 403)
    for method, path in (
        ("GET", "/profiles/ann"),
        ("POST", "/send"),
        ("GET", "/messages"),
        ("POST", "/auth/issue-token"),
        ("PUT", "/users/ann/preferences"),
    ):
        refused(await ask(method, path, json={}), 403)


async def test_one_brand(as_token, api, refused):
    """A scope may name a brand: then it opens that one, and not the list of all."""
    made = (await api.post("/brands", json={"name": "Acme", "settings": {}})).json()["id"]
    ask = await as_token(f"read:brands:{made}")
    assert (await ask("GET", f"/brands/{made}")).status_code == 200
    refused(await ask("GET", "/brands/other"), 403)
    refused(await ask("GET", "/brands"), 403)
    refused(await ask("DELETE", f"/brands/{made}"), 403)
    assert (await (await as_token("read:brands"))("GET", "/brands")).status_code == 200


async def test_a_token_ends(api, stranger, services, refused):
    """With its time, with its key, and when it was not signed here."""
    grant = services.grants.api_key("pk_prod_" + "p" * 40)
    scopes = frozenset({"read:brands"})
    token = ClientToken(grant.key_id, grant.environment_id, scopes)
    now = services.clock.now_ms()
    good = services.client_tokens.issue(token, now=now, life_s=60)
    gone = ClientToken("key_gone", grant.environment_id, scopes)
    elsewhere = ClientToken(grant.key_id, 99, scopes)
    bad = [
        services.client_tokens.issue(token, now=now - 61_000, life_s=60),
        services.client_tokens.issue(gone, now=now, life_s=60),
        services.client_tokens.issue(elsewhere, now=now, life_s=60),
        ClientTokens(b"another key of thirty-two bytes!").issue(token, now=now, life_s=60),
        jwt.encode(jwt.decode(good, options={"verify_signature": False}), None, algorithm="none"),
        good[:-2],
        "a.b.c",
    ]
    assert (await stranger.get("/brands", headers={"Authorization": f"Bearer {good}"})).status_code == 200
    for each in bad:
        refused(await stranger.get("/brands", headers={"Authorization": f"Bearer {each}"}), 401)


async def test_the_official_client(api, services):
    """It asks for a token, and works with it."""
    transport = api._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://tidings.test") as http:
        issuer = courier.AsyncCourier(api_key="pk_prod_" + "p" * 40, base_url="http://tidings.test", http_client=http)
        issued = await issuer.auth.issue_token(scope="user_id:ann read:preferences", expires_in="2 days")
        client = courier.AsyncCourier(
            api_key=issued.token, base_url="http://tidings.test", http_client=http, max_retries=0
        )
        assert (await client.users.preferences.retrieve("ann")).items == []
        with pytest.raises(courier.PermissionDeniedError):
            await client.profiles.retrieve("ann")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2 hours", 7_200), ("1d", 86_400), ("2.5 hrs", 9_000), ("5s", 5), ("1y", 31_557_600), (90, 90), ("10H", 36_000)],
)
def test_how_long(text, seconds):
    """As Courier's clients write it."""
    assert life_s(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1 h", "0", "2 years", "1e3", "9" * 13, "1 fortnight"])
def test_what_is_no_time(text):
    """It says how to write one."""
    with pytest.raises(InvalidInput):
        life_s(text)


@pytest.mark.parametrize("scope", ["", "everything", "user_id:", "read:brands:", "user_id:ann admin"])
def test_what_is_no_scope(scope):
    """An unknown scope is refused with those there are."""
    with pytest.raises(InvalidInput, match="user_id:<id>"):
        scopes_of(scope)


def test_an_hour_unless_it_is_said():
    """Without `expires_in`."""
    assert life_s(TokenBody(scope="read:brands").expires_in) == 3_600
