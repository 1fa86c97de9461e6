"""OAuth of Segment's Tracking API: keys of apps, tokens, and sources that enforce it (segment.md §1.2)."""

import base64
import functools
from dataclasses import dataclass, replace
from typing import Any

import httpx
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tidings.api.accept import Accept
from tidings.api.grants import Grants
from tidings.api.services import OAuth
from tidings.errors import Unavailable
from tidings.ingest import unpack
from tidings.workspaces import AccessToken

HERE = "http://tidings.test"
CALL = {"type": "track", "event": "Signed Up", "userId": "ann"}
MINUTE, HOUR = 60_000, 3_600_000
FORM = {
    "grant_type": "client_credentials",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "scope": "tracking_api:write",
}


@functools.cache
def private_key(which: int = 0) -> rsa.RSAPrivateKey:
    """Make a key, once for each number."""
    del which
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(which: int = 0) -> str:
    """Write its public half."""
    spki = PublicFormat.SubjectPublicKeyInfo
    return private_key(which).public_key().public_bytes(Encoding.PEM, spki).decode()


class Hands:
    """A clock that a test moves."""

    def __init__(self, now: int) -> None:
        self.now = now

    def now_ms(self) -> int:
        """Tell the time."""
        return self.now


@pytest.fixture
async def services(services: Any) -> Any:
    """The services, with keys as they are registered, and a clock that the test moves."""
    grants = Grants(api_keys=services.api_keys, sources=services.sources)
    await grants.refresh()
    return replace(services, grants=grants, clock=Hands(services.clock.now_ms()))


@dataclass
class House:
    """Both wings of the front door, and who comes to it."""

    services: Any
    api: httpx.AsyncClient
    stranger: httpx.AsyncClient
    accept: Accept
    signed: int = 0

    async def source(self, **key: Any) -> tuple[Any, Any]:
        """Make a source and register a key of an app; give both."""
        source = (await self.api.post("/sources", json={"name": "shop"})).json()
        return source, await self.key(source, **key)

    async def key(self, source: Any, **key: Any) -> Any:
        """Register one more key."""
        answer = await self.api.post(f"/sources/{source['id']}/oauth-keys", json={"public_key": public_pem(), **key})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def enforce(self, source: Any, *, on: bool = True) -> None:
        """Let a write key alone open the source no more, or again."""
        answer = await self.api.patch(f"/sources/{source['id']}", json={"enforce_oauth": on})
        assert (answer.status_code, answer.json()["enforce_oauth"]) == (200, on)

    def assertion(self, key: Any, *, which: int = 0, **changes: Any) -> str:
        """Sign as Segment's libraries do, each time anew."""
        now = self.services.clock.now // 1000
        self.signed += 1
        said = {"iss": key["client_id"], "sub": key["client_id"], "aud": HERE, "jti": str(self.signed)}
        said |= {"iat": now - 5, "exp": now + 55, **changes}
        return jwt.encode(said, private_key(which), algorithm="RS256", headers={"kid": key["key_id"]})

    async def ask(self, assertion: str, *, at: str = "/token", **changes: Any) -> httpx.Response:
        """Ask for a token."""
        form = {**FORM, "client_assertion": assertion, **changes}
        return await self.stranger.post(at, data={name: value for name, value in form.items() if value is not None})

    async def token(self, key: Any, **changes: Any) -> str:
        """Get a token."""
        answer = await self.ask(self.assertion(key, **changes))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def call(self, source: Any, bearer: str | None, *, path: str = "/v1/track", **body: Any) -> httpx.Response:
        """Call as a library with a token does, or as one without; the write key is in the body, too."""
        basic = base64.b64encode(f"{source['write_key']}:".encode()).decode()
        authorization = f"Basic {basic}" if bearer is None else f"Bearer {bearer}"
        transport = httpx.ASGITransport(app=self.accept, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            headers = {"Authorization": authorization}
            return await client.post(path, headers=headers, json={**CALL, **body, "writeKey": source["write_key"]})

    async def kept(self) -> int:
        """Count what the stream has."""
        entries = await self.services.stream.read(0, 0, count_max=1_000)
        return sum(len(list(unpack(entry))) for entry in entries)

    async def refusals(self) -> dict[str, int]:
        """Read why no source took a request, and how often."""
        await self.accept.stop()
        return {each.reason: each.count for each in await self.services.sources.refusals()}


@pytest.fixture
def house(services: Any, api: httpx.AsyncClient, stranger: httpx.AsyncClient) -> House:
    """A house with an operator and a stranger before it."""
    parts = {name: getattr(services, name) for name in ("stream", "grants", "sources", "clock", "wakeup")}
    accept = Accept(access_tokens=services.oauth.tokens, strict_write_keys=False, **parts)
    return House(services, api, stranger, accept)


def no_token(answer: httpx.Response, status: int, error: str, words: str = "") -> None:
    """Check the two words that every refusal of `/token` has, and that nobody keeps the answer."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error"] == error, answer.text
    assert words in answer.json()["error_description"], answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_an_app_gets_a_token_and_calls_with_it(house: House) -> None:
    """The answer is the documented one, and what it gives opens a source that takes nothing without."""
    source, key = await house.source()
    await house.enforce(source)

    answer = await house.ask(house.assertion(key))

    assert answer.status_code == 200
    token = answer.json().pop("access_token")
    said = {"access_token": token, "token_type": "Bearer", "scope": "tracking_api:write", "expires_in": 3600}
    assert answer.json() == said
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    for path in ("/v1/track", "/v1/batch"):
        assert (await house.call(source, token, path=path, batch=[CALL])).json() == {"success": True}
    assert await house.kept() == 2


@pytest.mark.parametrize("bearer", [None, "x", "", "eyJhbGciOiJSUzI1NiJ9.e30.x"])
async def test_whether_a_token_counts_is_the_sources_to_say(house: House, bearer: str | None) -> None:
    """Row 53: with OAuth enforced, a bad Bearer or none is 401 beside a valid write key; not enforced, it is taken."""
    source, _ = await house.source()
    assert (await house.call(source, bearer)).status_code == 200
    await house.enforce(source)

    answer = await house.call(source, bearer)

    code = "oauth_token_invalid" if bearer else "oauth_token_missing"
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (401, code, False)
    assert answer.json()["message"]
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert await house.kept() == 1
    assert await house.refusals() == {code: 1}
    await house.enforce(source, on=False)
    assert (await house.call(source, bearer)).status_code == 200


async def test_every_door_of_the_source_is_closed(house: House) -> None:
    """Row 53: a picture stays a picture, and is kept no more than other calls without a token."""
    source, _ = await house.source()
    await house.enforce(source)
    call = base64.b64encode(b'{"userId":"ann","event":"e","writeKey":"%s"}' % source["write_key"].encode()).decode()
    transport = httpx.ASGITransport(app=house.accept)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        assert (await client.get("/v1/pixel/track", params={"data": call})).headers["content-type"] == "image/gif"
        for path in ("/v1/batch", "/beacon/v1/batch", "/api/s/s2s/track"):
            answer = await client.post(path, params={"writeKey": source["write_key"]}, json={**CALL, "batch": [CALL]})
            assert answer.status_code == 401
        jitsu = {"X-Write-Key": f"{source['write_key']}:secret"}
        assert (await client.post("/api/s/track", headers=jitsu, json=CALL)).status_code == 401
    assert await house.kept() == 0


async def test_a_token_opens_the_source_of_its_key_alone(house: House, test_api: httpx.AsyncClient) -> None:
    """Neither another source, nor another environment, nor anything that an API key opens."""
    source, key = await house.source()
    other, _ = await house.source()
    away = (await test_api.post("/sources", json={"name": "shop"})).json()
    added = await test_api.post(f"/sources/{away['id']}/oauth-keys", json={"public_key": public_pem()})
    await test_api.patch(f"/sources/{away['id']}", json={"enforce_oauth": True})
    await house.enforce(other)
    assert added.status_code == 201
    token = await house.token(key)

    assert (await house.call(source, token)).status_code == 200
    for foreign in (other, away):
        assert (await house.call(foreign, token)).json()["code"] == "oauth_token_invalid"
    for path in ("/sources", "/users/ann/preferences", "/messages"):
        answer = await house.stranger.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


async def test_a_token_ends_with_its_key(house: House) -> None:
    """Removing the key ends what was issued by it and nothing else, and registering it again does not revive it."""
    source, key = await house.source()
    second = await house.key(source, client_id=key["client_id"])
    await house.enforce(source)
    first_token, second_token = await house.token(key), await house.token(second)

    assert (await house.api.delete(f"/sources/{source['id']}/oauth-keys/{key['id']}")).status_code == 204

    assert (await house.call(source, first_token)).json()["code"] == "oauth_token_invalid"
    assert (await house.call(source, second_token)).status_code == 200
    no_token(await house.ask(house.assertion(key)), 401, "invalid_client")
    await house.key(source, client_id=key["client_id"], key_id=key["key_id"])
    assert (await house.call(source, first_token)).status_code == 401
    assert (await house.call(source, await house.token(key))).status_code == 200


async def test_a_disabled_source_gives_no_tokens(house: House) -> None:
    """Nor do those it gave open it: it is switched off, as it is for write keys."""
    source, key = await house.source()
    await house.enforce(source)
    token = await house.token(key)
    await house.api.patch(f"/sources/{source['id']}", json={"enabled": False})

    no_token(await house.ask(house.assertion(key)), 401, "invalid_client", "switched off")
    assert (await house.call(source, token)).status_code == 200
    assert await house.kept() == 0
    assert await house.refusals() == {"source_disabled": 1}


async def test_a_token_that_is_over_is_asked_for_again(house: House) -> None:
    """By 511, at which Segment's libraries fetch another token and send the call again; at 401 they drop it."""
    source, key = await house.source()
    await house.enforce(source)
    token = await house.token(key)

    house.services.clock.now += HOUR - 1
    assert (await house.call(source, token)).status_code == 200
    house.services.clock.now += 1
    answer = await house.call(source, token)

    assert (answer.status_code, answer.json()["code"]) == (511, "oauth_token_expired")
    await house.api.delete(f"/sources/{source['id']}/oauth-keys/{key['id']}")
    assert (await house.call(source, token)).json()["code"] == "oauth_token_invalid"


async def test_a_proof_is_used_once(house: House) -> None:
    """Who listened in cannot come with it again; the next one of the app is as good."""
    _, key = await house.source()
    proof = house.assertion(key)
    assert (await house.ask(proof)).status_code == 200
    house.services.clock.now += MINUTE

    no_token(await house.ask(proof), 401, "invalid_client", "used before")
    assert (await house.ask(house.assertion(key))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error", "words"),
    [
        ({"aud": "https://oauth2.segment.io"}, 401, "invalid_client", f"address of this server, {HERE}"),
        ({"exp": 5}, 400, "invalid_request", "Token is expired"),
        ({"iat": 2**39}, 400, "invalid_request", "Token used before issued"),
        ({"which": 1}, 401, "invalid_client", "not signed by the app's key of this kid"),
        ({"iss": "nobody", "sub": "nobody"}, 401, "invalid_client", "not signed by the app's key of this kid"),
        ({"sub": "another"}, 401, "invalid_client", "iss and sub"),
    ],
)
async def test_what_proves_nothing_is_refused(
    house: House, changes: dict[str, Any], status: int, error: str, words: str
) -> None:
    """In the words of RFC 6749; two of the sentences are Segment's, by which its libraries set their clocks."""
    _, key = await house.source()

    no_token(await house.ask(house.assertion(key, **changes)), status, error, words)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_request"),
        ({"client_assertion": "\ud800"}, "invalid_request"),
        ({"scope": "public_api:read_write"}, "invalid_scope"),
        ({"scope": "tracking_api:write public_api:read_write"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": ["tracking_api:write", "tracking_api:write"]}, "invalid_request"),
        ({f"field {each}": "" for each in range(20)}, "invalid_request"),
    ],
)
async def test_odd_forms_are_refused(house: House, changes: dict[str, Any], error: str) -> None:
    """Fields that are missing, strange, twice there or too many."""
    _, key = await house.source()
    form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
    form.setdefault("client_assertion", house.assertion(key))
    encoded = httpx.QueryParams({k: v for k, v in form.items() if v != "\ud800"})
    body = str(encoded) + ("&client_assertion=%ed%a0%80" if form["client_assertion"] == "\ud800" else "")
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}

    no_token(await house.stranger.post("/token", content=body, headers=headers), 400, error)


async def test_no_scope_is_the_one_there_is(house: House) -> None:
    """RFC 6749 §3.3 leaves it out."""
    _, key = await house.source()
    assert (await house.ask(house.assertion(key), scope=None)).json()["scope"] == "tracking_api:write"


async def test_what_is_no_form_is_refused_in_the_same_shape(house: House) -> None:
    """Of every error: Segment's Python library waits for ever on JSON that lacks one of the two words."""
    no_token(await house.stranger.post("/token", json=FORM), 415, "invalid_request")
    no_token(await house.stranger.post("/token"), 415, "invalid_request")
    no_token(await house.ask("x" * 16_384), 413, "invalid_request", "16384 bytes")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await house.stranger.post("/token", content=b"grant_type=\xff", headers=headers)
    no_token(answer, 400, "invalid_request", "cannot be read")


async def test_storage_that_is_away_is_told(house: House, broken: Any, services: Any) -> None:
    """503, in the same shape, and when to come back; a fault of ours likewise."""
    _, key = await house.source()

    class Away:
        error: Exception = Unavailable("locked", retry_after_s=3)

        async def use(self, *_: Any, **__: Any) -> bool:
            raise self.error

    away = Away()
    async with broken(oauth=OAuth(away, services.oauth.tokens)) as door:
        asked = {**FORM, "client_assertion": house.assertion(key)}
        answer = await door.post("/token", data=asked)
        no_token(answer, 503, "temporarily_unavailable")
        assert (answer.headers["retry-after"], answer.headers["x-ratelimit-reset"]) == ("3", "3")
        away.error = RuntimeError("a secret of ours")
        no_token(await door.post("/token", data=asked), 500, "server_error", "the log says what")


async def test_whoever_fails_often_is_told_to_wait(house: House) -> None:
    """After twenty; the reason goes along. An app whose proof is right never waits, whoever shares its address."""
    _, key = await house.source()
    for _ in range(20):
        no_token(await house.ask("no jwt"), 400, "invalid_request")

    answer = await house.ask("no jwt")

    no_token(answer, 429, "temporarily_unavailable", "client_assertion is no JWT")
    assert answer.headers["retry-after"] == answer.headers["x-ratelimit-reset"] == "1"
    assert (await house.ask(house.assertion(key))).status_code == 200


@pytest.mark.parametrize("at", ["/token", "//token", "/token/"])
async def test_the_door_is_found_however_its_address_ends(house: House, at: str) -> None:
    """Libraries put `/token` behind what they were given, which may end in a slash."""
    _, key = await house.source()
    assert (await house.ask(house.assertion(key, aud=f"{HERE}/"), at=f"{HERE}{at}")).status_code == 200


async def test_the_public_address_is_what_proofs_are_for(house: House, broken: Any) -> None:
    """Where it is set, it alone; else the address that was asked at, with TLS or without."""
    source, key = await house.source()
    assert (await house.ask(house.assertion(key, aud="https://tidings.test/token"))).status_code == 200
    config = msgspec.structs.replace(house.services.config, public_url="https://calls.example.com/in/")

    async with broken(config=config) as door:
        asked = {**FORM, "client_assertion": house.assertion(key, aud="https://calls.example.com/in")}
        assert (await door.post("/token", data=asked)).status_code == 200
        answer = await door.post("/token", data={**FORM, "client_assertion": house.assertion(key)})
        no_token(answer, 401, "invalid_client", "https://calls.example.com/in")
        (listed,) = (await door.get(f"/sources/{source['id']}/oauth-keys")).json()["results"]
        assert listed["auth_server"] == "https://calls.example.com/in"


async def test_keys_are_registered_listed_and_removed(house: House) -> None:
    """What a library needs beside its private key is answered; ids are made up, or taken as they were at Segment."""
    source, made = await house.source()
    house.services.clock.now += 1
    named = await house.key(source, client_id="2abcXYZ", key_id="2defXYZ")
    path = f"/sources/{source['id']}/oauth-keys"

    listed = (await house.api.get(path)).json()["results"]

    assert listed == [made, named]
    assert (made["client_id"][:4], made["key_id"][:4], made["auth_server"]) == ("app_", "key_", HERE)
    assert (named["client_id"], named["key_id"], named["public_key"]) == ("2abcXYZ", "2defXYZ", public_pem())
    assert len(made["fingerprint"]) == 64
    assert (await house.api.delete(f"{path}/{made['id']}")).status_code == 204
    assert (await house.api.get(path)).json()["results"] == [named]


async def test_other_keys_are_refused(house: House, refused: Any) -> None:
    """A private one is sent back without a word of it; an id that is taken is told; so is what is not known."""
    source, key = await house.source()
    path = f"/sources/{source['id']}/oauth-keys"
    pem = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    body = refused(await house.api.post(path, json={"public_key": pem}), 400, "public_key: this is a private key")
    assert pem.splitlines()[1] not in str(body)
    ids = {"client_id": key["client_id"], "key_id": key["key_id"]}
    refused(await house.api.post(path, json={"public_key": public_pem(), **ids}), 409, "registered already")
    for odd in ({}, {"public_key": "x"}, {"public_key": public_pem(), "client_id": "two words"}, {"publicKey": "x"}):
        refused(await house.api.post(path, json=odd), 400)
    refused(await house.api.delete(f"{path}/ok_nothing"), 404)


async def test_keys_are_their_environments_own(house: House, test_api: httpx.AsyncClient, refused: Any) -> None:
    """Another environment's key finds neither the source nor its keys."""
    source, key = await house.source()
    path = f"/sources/{source['id']}/oauth-keys"

    refused(await test_api.get(path), 404)
    refused(await test_api.post(path, json={"public_key": public_pem()}), 404)
    refused(await test_api.delete(f"{path}/{key['id']}"), 404)
    refused(await test_api.patch(f"/sources/{source['id']}", json={"enforce_oauth": True}), 404)


async def test_a_source_without_keys_cannot_enforce(house: House, refused: Any) -> None:
    """It would shut itself. One that enforces says so, and stays so when something else changes."""
    made = (await house.api.post("/sources", json={"name": "shop"})).json()
    path = f"/sources/{made['id']}"
    refused(await house.api.patch(path, json={"enforce_oauth": True}), 409, "has no OAuth key")
    assert (made["enforce_oauth"], (await house.api.get(path)).json()["enforce_oauth"]) == (False, False)
    await house.key(made)
    await house.enforce(made)
    assert (await house.api.patch(path, json={"name": "store"})).json()["enforce_oauth"] is True


async def test_tokens_are_read_by_every_process(house: House, services: Any) -> None:
    """They are kept nowhere: another process that has the secret key reads them."""
    source, key = await house.source()
    token = services.oauth.tokens.read((await house.token(key)).encode())
    now = services.clock.now
    assert token == AccessToken(key["id"], 1, source["id"], now + HOUR)
