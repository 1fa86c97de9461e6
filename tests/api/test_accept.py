"""The doors for Segment calls, over a real stream and real keys (segment.md §7)."""

import asyncio
import base64
import gzip
import json
import zlib
from dataclasses import dataclass

import httpx
import pytest

from tidings.api.accept import Accept
from tidings.api.grants import Grants
from tidings.errors import Unavailable
from tidings.ingest import unpack
from tidings.workspaces import SourceGrant, hash_key

WRITE_KEY = "wk_" + "k" * 40
API_KEY = "pk_prod_" + "k" * 40
CALL = {"type": "track", "event": "Signed Up", "userId": "ann", "messageId": "m1"}
SINGLE = ("track", "identify", "page", "screen", "group", "alias")
PATHS = [
    *(f"/v1/{name}" for name in (*SINGLE, "t", "i", "p", "s", "g", "a", "batch", "b", "import")),
    *(f"/api/s/{name}" for name in SINGLE),
    *(f"/api/s/s2s/{name}" for name in SINGLE),
    "/beacon/v1/batch",
    "/inbound/segment",
]


def basic(user: str, password: str = "") -> str:
    """Write an `Authorization` header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@dataclass
class House:
    """A front door, and what it kept."""

    accept: Accept
    services: object
    grants: Grants

    def client(self, **headers):
        """Make a client; without headers it holds the write key."""
        transport = httpx.ASGITransport(app=self.accept, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport,
            base_url="http://tidings.test",
            headers=headers or {"Authorization": basic(WRITE_KEY)},
        )

    async def kept(self):
        """Read all records from the stream."""
        entries = await self.services.stream.read(0, 0, count_max=100_000)
        return [record for entry in entries for record in unpack(entry)]


def accept_of(services, grants, **changes) -> Accept:
    """Build a front door."""
    parts = {
        "stream": services.stream,
        "grants": grants,
        "access_tokens": services.oauth.tokens,
        "sources": services.sources,
        "clock": services.clock,
        "wakeup": services.wakeup,
        "strict_write_keys": False,
    }
    return Accept(**parts | changes)


@pytest.fixture
async def house(services):
    """A front door over real stores, with a source and an API key."""
    production, _ = await services.api_keys.environments()
    await services.sources.add(production.id, "app", WRITE_KEY, now=1)
    await services.api_keys.add(production.id, API_KEY, name="segment", now=1)
    grants = Grants(api_keys=services.api_keys, sources=services.sources)
    await grants.refresh()
    return House(accept_of(services, grants), services, grants)


@pytest.fixture
async def client(house):
    """A client with the write key."""
    async with house.client() as client:
        yield client


def refused(answer, status, code):
    """Check the shape that keeps clients from repeating what can never be taken."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert (body["success"], body["code"]) == (False, code)
    assert body["message"]


def shape(path: str):
    """Make a body that this path takes."""
    names = dict(zip("tipsga", ("track", "identify", "page", "screen", "group", "alias"), strict=True))
    name = path.rsplit("/", 1)[1]
    if name in {"batch", "b", "import"}:
        return {"batch": [CALL]}
    kind = "track" if name == "segment" else names.get(name, name)
    return {**CALL, "type": kind, "groupId": "g", "previousId": "x"}


@pytest.mark.parametrize("path", PATHS[:-1])
async def test_every_door_keeps_what_it_answers_200(house, client, path) -> None:
    """§1.1: all paths, with trailing and doubled slashes, answer exactly 200 `{"success": true}` and keep the call."""
    shown = [path, f"{path}/", f"/{path}", f"//{path}//"]
    for spelling in shown:
        answer = await client.post(httpx.URL("http://tidings.test").copy_with(path=spelling), json=shape(path))
        assert (answer.status_code, answer.json()) == (200, {"success": True})
    kept = await house.kept()
    assert [(record.message_id, record.discarded) for record in kept] == [("m1", "")] * len(shown)
    assert {record.historical for record in kept} == {path == "/v1/import"}


async def test_a_record_belongs_to_its_source(house, client) -> None:
    """What is kept carries the environment and source of its key."""
    await client.post("/v1/track", json=CALL)
    [entry] = await house.services.stream.read(0, 0, count_max=1)
    grant = house.grants.source(WRITE_KEY)
    assert (entry.environment_id, entry.source_id) == (grant.environment_id, grant.source_id)


async def test_the_worker_is_woken(house, client) -> None:
    """Nobody has to look by themselves whether something came."""
    await client.post("/v1/track", json=CALL)
    assert house.services.wakeup.topics == ["stream"]


@pytest.mark.parametrize("authorization", [f"Bearer {API_KEY}", basic(API_KEY)])
async def test_segment_forwards_events(house, authorization) -> None:
    """Segment's own destination sends one whole event with the API key, and reads the event's id back."""
    async with house.client(Authorization=authorization) as client:
        for kind in SINGLE:
            answer = await client.post("/inbound/segment", json={**shape("/v1/group"), "type": kind})
            assert (answer.status_code, answer.json()) == (200, {"success": True, "messageId": "m1"})
    assert [record.type for record in await house.kept()] == list(SINGLE)
    [entry] = await house.services.stream.read(0, 0, count_max=1)
    assert entry.source_id == 0


@pytest.mark.parametrize("authorization", ["", "Bearer nobody", basic(WRITE_KEY), "Basic ?"])
async def test_forwarding_needs_an_api_key(house, authorization) -> None:
    """Without a key that opens an environment nothing is taken."""
    async with house.client(Authorization=authorization) as client:
        refused(await client.post("/inbound/segment", json=CALL), 401, "not_authenticated")
    assert await house.kept() == []


# --- Keys: §1.2, rows 51 and 52, D1 ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "query", "body_key"),
    [
        ({"X-Write-Key": f"{WRITE_KEY}:secret"}, "", "WKEY:***"),
        ({"Authorization": basic(WRITE_KEY)}, "", None),
        ({"Authorization": basic(WRITE_KEY, "password")}, "", "wrong"),
        ({"Authorization": "Basic " + base64.b64encode(WRITE_KEY.encode()).decode()}, "", None),
        ({"Authorization": basic(f" {WRITE_KEY} ")}, "", None),
        ({"X-Other": "1"}, f"?writeKey={WRITE_KEY}", "wrong"),
        ({"X-Other": "1"}, "", WRITE_KEY),
        ({"X-Other": "1"}, "", f" {WRITE_KEY}\n"),
        ({"Authorization": "Bearer token"}, "", WRITE_KEY),
        ({"Authorization": "Basic !!!"}, "", WRITE_KEY),
        ({"Authorization": "Basic /////w=="}, "", WRITE_KEY),
        ({"Authorization": "Digest x"}, "?writeKey=", WRITE_KEY),
        ({"Authorization": basic("")}, "", WRITE_KEY),
    ],
)
@pytest.mark.parametrize("path", ["/v1/track", "/v1/batch"])
async def test_the_write_key_may_stand_in_many_places(house, headers, query, body_key, path) -> None:
    """Rows 51 to 53: header, then Basic, query, body; what cannot be read, or is a token, counts for nothing."""
    key = {} if body_key is None else {"writeKey": body_key}
    async with house.client(**headers) as client:
        answer = await client.post(path + query, json={**shape(path), **key})
    assert answer.status_code == 200
    [record] = await house.kept()
    assert b"writeKey" not in record.body


@pytest.mark.parametrize("key", ["wk_nobody", "x" * 10_240, "\udcff", "wk_\u0000"])
async def test_an_unknown_key_is_answered_200_and_counted(house, key) -> None:
    """Row 51 and D1: as Segment does; nothing is kept, and the operator sees how often."""
    async with house.client(Other="1") as client:
        answer = await client.post("/v1/track", content=json.dumps({**CALL, "writeKey": key}))
    assert answer.json() == {"success": True}
    await house.accept.stop()
    assert await house.kept() == []
    (refused,) = await house.services.sources.refusals()
    assert (refused.reason, refused.count) == ("unknown_source", 1)


@pytest.mark.parametrize("path", ["/v1/track", "/v1/batch"])
async def test_a_missing_key_is_refused(house, path) -> None:
    """D1: an empty key, or none, is 400."""
    async with house.client(Other="1") as client:
        for key in ("", "  ", None, 5, [], {}):
            refused(await client.post(path, json={**shape(path), "writeKey": key}), 400, "write_key_missing")


async def test_a_disabled_source_is_answered_200_and_counted(house) -> None:
    """D1: a source that is switched off keeps nothing, and says so in the counts."""

    class Disabled:
        def source(self, key):
            return SourceGrant(1, hash_key(key), 1, 1, enabled=False)

    accept = accept_of(house.services, Disabled())
    async with House(accept, house.services, house.grants).client() as client:
        assert (await client.post("/v1/track", json=CALL)).json() == {"success": True}
    await accept.stop()
    (refused,) = await house.services.sources.refusals()
    assert (refused.reason, refused.count) == ("source_disabled", 1)


async def test_strict_installations_answer_401(house) -> None:
    """D1: with `strict_write_keys` an unknown key is told."""
    strict = accept_of(house.services, house.grants, strict_write_keys=True)
    async with House(strict, house.services, house.grants).client(Authorization=basic("nobody")) as client:
        refused(await client.post("/v1/track", json=CALL), 401, "unknown_source")


async def test_counts_survive_storage_that_is_away(house) -> None:
    """Counts that cannot be written are written the next time, and stopping twice writes them once."""

    class Away:
        counts = None
        away = True

        async def refused(self, counts, *, now):
            assert now
            if self.away:
                raise Unavailable("locked")
            self.counts = counts

    sources = Away()
    accept = accept_of(house.services, house.grants, sources=sources)
    await accept.start()
    await accept.start()
    async with House(accept, house.services, house.grants).client(Authorization=basic("nobody")) as stranger:
        await stranger.post("/v1/track", json=CALL)
    await accept.stop()
    sources.away = False
    await accept.stop()
    assert sources.counts == {"unknown_source": 1}
    sources.counts = None
    await accept.stop()
    assert sources.counts is None


# --- Bodies: rows 1 to 20 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/track", "/v1/batch"])
async def test_a_body_that_is_no_call_is_refused(house, client, path) -> None:
    """Rows 1, 2, 4, 7: 400, and nothing is kept."""
    for content in (b"", b" ", b"{", b"[]", b"5", b"null", b"\xff{}"):
        refused(await client.post(path, content=content), 400, "bad_request")
    assert await house.kept() == []


@pytest.mark.parametrize(
    "kind",
    ["application/json", "text/plain", "application/x-www-form-urlencoded", "application/json;charset=UTF-8", ""],
)
async def test_a_body_is_json_whatever_its_type(house, client, kind) -> None:
    """§1.3: browsers say text/plain, and RudderStack says form."""
    answer = await client.post("/v1/track", content=json.dumps(CALL), headers={"Content-Type": kind})
    assert answer.status_code == 200
    assert len(await house.kept()) == 1


async def test_bare_nan_costs_no_batch(house, client) -> None:
    """Row 3: what Python's library sends for NaN becomes null."""
    content = json.dumps({"batch": [{**CALL, "properties": {"a": float("nan")}}]})
    assert (await client.post("/v1/batch", content=content)).status_code == 200
    [record] = await house.kept()
    assert json.loads(record.body)["properties"] == {"a": None}


async def test_an_event_too_large_is_400_and_a_request_413(client) -> None:
    """Rows 12 and 14: libraries treat both as final."""
    large = {**CALL, "properties": {"x": "x" * 32_769}}
    answer = await client.post("/v1/track", json=large)
    refused(answer, 400, "event_too_large")
    assert "payload limit" in answer.json()["message"]
    refused(await client.post("/v1/batch", content=b" " * (501 * 1024)), 413, "request_too_large")


async def test_a_body_in_chunks_needs_no_length(house, client) -> None:
    """§1.3: chunked bodies work, and are bounded without a length."""

    async def chunks(text):
        for byte in text:
            yield bytes([byte])

    assert (await client.post("/v1/track", content=chunks(json.dumps(CALL).encode()))).status_code == 200
    assert len(await house.kept()) == 1

    async def endless():
        while True:
            yield b" " * 65_536

    refused(await client.post("/v1/batch", content=endless()), 413, "request_too_large")


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {"Content-Encoding": "GZIP"}, {}])
async def test_gzip_is_read_said_or_not(house, client, headers) -> None:
    """§1.3 and row 16: gzip is known by its first bytes as well."""
    content = gzip.compress(json.dumps(CALL).encode())
    assert (await client.post("/v1/track", content=content, headers=headers)).status_code == 200
    assert len(await house.kept()) == 1


async def test_broken_gzip_is_refused(client) -> None:
    """Rows 15 and 16: plain, cut, followed or nested: 400, never 500."""
    plain = json.dumps(CALL).encode()
    packed = gzip.compress(plain)
    for content in (plain, packed[:-9], packed + b"more", gzip.compress(packed), packed[:2], b""):
        answer = await client.post("/v1/track", content=content, headers={"Content-Encoding": "gzip"})
        refused(answer, 400, "bad_request")


async def test_a_gzip_bomb_is_defused(client) -> None:
    """Row 15: a small body of a hundred megabytes is refused after half a one."""
    packing = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packing.compress(b" " * 1_000_000) for _ in range(100)) + packing.flush()
    answer = await client.post("/v1/batch", content=bomb, headers={"Content-Encoding": "gzip"})
    refused(answer, 413, "request_too_large")


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "x"])
async def test_other_encodings_are_415(client, encoding) -> None:
    """Row 17: said so that clients do not repeat it."""
    answer = await client.post("/v1/track", json=CALL, headers={"Content-Encoding": encoding})
    refused(answer, 415, "encoding_unsupported")


async def test_too_many_items_are_one_discarded_record(house, client) -> None:
    """Row 18: 200, none processed, and the log says why."""
    assert (await client.post("/v1/batch", json={"batch": [{}] * 2501})).status_code == 200
    [record] = await house.kept()
    assert record.discarded == "batch_too_many_events"


async def test_an_empty_batch_is_200(house, client) -> None:
    """Row 19: nothing to keep is no fault."""
    assert (await client.post("/v1/batch", json={"batch": []})).json() == {"success": True}
    assert await house.kept() == []


@pytest.mark.parametrize("body", [{}, {"batch": {}}, {"batch": "x"}, CALL])
async def test_a_batch_without_a_list_is_400(client, body) -> None:
    """Rows 20 and 24."""
    refused(await client.post("/v1/batch", json=body), 400, "bad_request")


async def test_a_bad_item_is_kept_as_discarded(house, client) -> None:
    """D2: in a batch the item alone is discarded, in its place."""
    items = [CALL, {**CALL, "event": "", "messageId": "m2"}, {**CALL, "messageId": "m3"}]
    assert (await client.post("/v1/batch", json={"batch": items})).status_code == 200
    assert [record.discarded for record in await house.kept()] == ["", "event_not_defined", ""]


async def test_a_bad_single_call_is_400_with_its_slug(house, client) -> None:
    """D2: on its own the call is refused, and the log keeps why: a browser shows its user nothing."""
    refused(await client.post("/v1/track", json={"userId": "ann"}), 400, "event_not_defined")
    [record] = await house.kept()
    assert (record.type, record.user_id, record.discarded) == ("track", "ann", "event_not_defined")


async def test_analytics_js_may_report_on_itself(house, client) -> None:
    """§1.1: `/v1/m` is answered and forgotten."""
    assert (await client.post("/v1/m", content=b'{"series":[]}')).json() == {"success": True}
    assert await house.kept() == []


# --- Transport: rows 54 to 60 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://app.example.com", "null"])
async def test_preflights_reflect_what_is_asked(client, origin) -> None:
    """Row 55: a fixed list of headers would break the next version of a library."""
    asked = "authorization,x-retry-count,anonymousid"
    for path in PATHS:
        answer = await client.options(
            path,
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": asked,
                "Access-Control-Request-Private-Network": "true",
            },
        )
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["access-control-allow-headers"] == asked
        assert answer.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
        assert answer.headers["access-control-allow-private-network"] == "true"
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert 600 <= int(answer.headers["access-control-max-age"]) <= 900


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "/v1/track", json.dumps(CALL), 200),
        ("POST", "/v1/track", "{", 400),
        ("POST", "/v1/nothing", "{}", 404),
        ("GET", "/v1/track", "", 405),
        ("HEAD", "/v1/batch", "", 405),
        ("DELETE", "/v1/batch", "", 405),
        ("POST", "/inbound/segment", "{}", 401),
    ],
)
async def test_browsers_may_read_every_answer(client, method, path, content, status) -> None:
    """§1.3 and row 54: an error without CORS headers looks like a network fault, and is repeated."""
    answer = await client.request(method, path, content=content, headers={"Origin": "https://a.test"})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "https://a.test"
    assert answer.headers["access-control-expose-headers"] == "Retry-After, X-RateLimit-Reset"
    assert answer.headers["vary"] == "Origin"
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/track", 405, "method_not_allowed"),
    ],
)
async def test_wrong_paths_and_methods_say_so(client, method, path, status, code) -> None:
    """Row 54: in JSON with `code` and `message`."""
    refused(await client.request(method, path), status, code)


@pytest.mark.parametrize(
    "path", [*PATHS, "/v1/batch/", "//v1/track", "/v1/nothing", "/v1/m", "/v1/pixel/track", "/pixel/v1/page"]
)
def test_the_front_door_knows_its_paths(path) -> None:
    """Doors, however slashed, and what would be one on Segment's side."""
    assert Accept.handles(path)


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/send", "/v1/projects/wk/settings", "/analytics.js/v1/wk/analytics.min.js", "/inbound", "/v2/t"],
)
def test_the_front_door_leaves_other_paths(path) -> None:
    """Everything else is somebody else's."""
    assert not Accept.handles(path)


def scope_of(path="/v1/track", **headers):
    """Make a request as a server hands it over."""
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": pairs}


class Sent(list):
    """Notes what was sent."""

    async def __call__(self, message):
        self.append(message)


async def test_a_body_that_stalls_is_408(house) -> None:
    """Row 58: a slow-loris holds its connection for a bounded time, and keeps nothing."""
    accept = accept_of(house.services, house.grants, body_s=0.01)
    parts = [{"type": "http.request", "body": b'{"event":', "more_body": True}]

    async def receive():
        return parts.pop() if parts else await asyncio.Event().wait()

    sent = Sent()
    await accept(scope_of(authorization=basic(WRITE_KEY)), receive, sent)
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "body_timeout"
    assert await house.kept() == []


async def test_a_client_that_leaves_keeps_nothing(house) -> None:
    """Row 58: half a body is no call, even if it is good JSON."""
    parts = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": json.dumps(CALL).encode(), "more_body": True},
    ]

    async def receive():
        return parts.pop()

    sent = Sent()
    await house.accept(scope_of(authorization=basic(WRITE_KEY)), receive, sent)
    assert sent == []
    assert await house.kept() == []


async def test_a_length_too_large_is_refused_unread(house) -> None:
    """Nothing is read of what says itself that it is too large."""

    async def receive():
        raise AssertionError

    for length in ("600000", "9" * 40):
        sent = Sent()
        await house.accept(scope_of(content_length=length), receive, sent)
        assert sent[0]["status"] == 413
        assert (b"connection", b"close") in sent[0]["headers"]


class Broken:
    """A stream that cannot append."""

    partitions = 1

    def __init__(self, error):
        self._error = error

    async def append(self, appends):
        assert appends
        raise self._error


async def test_storage_that_is_away_is_503(house) -> None:
    """Row 59: never 200 and then lost; `Retry-After` says when to come again."""
    accept = accept_of(house.services, house.grants, stream=Broken(Unavailable("full", retry_after_s=7)))
    async with House(accept, house.services, house.grants).client() as client:
        answer = await client.post("/v1/track", json=CALL)
    refused(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "7"
    assert house.services.wakeup.topics == []


async def test_a_fault_of_ours_is_500_without_a_word(house, capsys) -> None:
    """A traceback goes to the log, and never to the client."""
    accept = accept_of(house.services, house.grants, stream=Broken(RuntimeError("a secret of the inside")))
    async with House(accept, house.services, house.grants).client() as client:
        answer = await client.post("/v1/track", json=CALL)
    refused(answer, 500, "internal")
    assert "secret" not in answer.text
    logged = capsys.readouterr()
    assert "a secret of the inside" in logged.out + logged.err


async def test_parallel_requests_do_not_mix(house, client) -> None:
    """Row 59: a hundred requests at once keep their own calls, each once."""
    calls = [{**CALL, "userId": f"u{at}", "messageId": f"m{at}"} for at in range(100)]
    answers = await asyncio.gather(*(client.post("/v1/track", json=call) for call in calls))
    assert {answer.status_code for answer in answers} == {200}
    kept = {(record.user_id, record.message_id) for record in await house.kept()}
    assert kept == {(f"u{at}", f"m{at}") for at in range(100)}


async def test_what_was_answered_200_survives_a_restart(house, client, tmp_path) -> None:
    """Row 60: another reader of the same file finds the call, whatever becomes of this process."""
    await client.post("/v1/track", json=CALL)
    again = await type(house.services.stream).open(tmp_path / "stream.db")
    [entry] = await again.read(0, 0, count_max=10)
    await again.close()
    assert unpack(entry)[0].message_id == "m1"
