import base64

import pytest

from tidings.errors import Unavailable


def basic(user, password):
    """Write a Basic header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


KEY = "pk_prod_" + "p" * 40


@pytest.mark.parametrize(
    "authorization",
    [f"Bearer {KEY}", f"bearer   {KEY} ", basic(KEY, ""), basic("ann@example.com", KEY), f"BASIC {basic(KEY, '')[6:]}"],
)
async def test_a_key_may_be_sent_in_several_ways(stranger, authorization):
    """Bearer, Basic with the key as user, and Basic with an e-mail as user and the key as password all open."""
    answer = await stranger.get("/debug", headers={"Authorization": authorization})

    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer wrong", KEY, "Basic !!!", basic("wrong", "wrong"), "Basic //79", "Digest x"],
)
async def test_without_a_valid_key_nothing_opens(stranger, refused, authorization):
    """A missing, unknown or misshapen key is answered alike: 401 and how to get one, never the key."""
    answer = await stranger.get("/profiles/ann", headers={"Authorization": authorization})

    body = refused(answer, 401, "tidings keys create")
    assert body["type"] == "authentication_error"
    assert "wrong" not in answer.text


@pytest.mark.parametrize("path", ["/send", "/profiles/a", "/notifications", "/events/a", "/messages", "/providers"])
async def test_every_courier_path_asks_for_a_key(stranger, path):
    """No path tells a stranger anything, whatever the method."""
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = await stranger.request(method, path)
        assert answer.status_code in {401, 405}


@pytest.mark.parametrize("path", ["/inbound-events", "/outbox", "/sources", "/debug", "/providers/catalog"])
async def test_our_own_paths_ask_for_a_key(stranger, refused, path):
    """Nor do our own."""
    refused(await stranger.get(path), 401)


async def test_an_unknown_path_is_not_found(api, refused):
    """404 in the same shape as every refusal."""
    assert refused(await api.get("/no/such/path"), 404) == {"message": "Not Found", "type": "invalid_request_error"}


async def test_a_wrong_method_names_the_right_ones(api, refused):
    """405 says which methods there are."""
    answer = await api.delete("/send")

    refused(answer, 405, "DELETE is not possible here")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "required"),
        (b"{", "Invalid Request"),
        (b"[]", "Expected `object`"),
        (b'{"profile": 1}', "profile: Expected `object`, got `int`"),
        (b'{"profil": {}}', "missing required field `profile`"),
        (b'{"profile": {"a": NaN}}', "Invalid Request"),
        (b'{"profile": {"a": 1e999}}', "out of range"),
        (b'{"profile": {"a": "\xff"}}', "Invalid Request"),
        (b'{"profile":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}", "nested too deeply"),
    ],
)
async def test_a_misshapen_body_is_refused_with_its_place(api, refused, body, words):
    """A body that cannot be read is a 400 that says where, never a fault of ours."""
    body = refused(
        await api.put("/profiles/ann", content=body, headers={"Content-Type": "application/json"}), 400, words
    )

    assert body["type"] == "invalid_request_error"


async def test_a_body_beyond_a_mebibyte_is_refused(api, refused):
    """1 MiB is the limit; the answer says so."""
    refused(await api.post("/send", content=b" " * (1024 * 1024 + 1)), 413, "1 MiB")


async def test_a_body_that_lies_about_its_length_is_refused_too(api, refused):
    """A body sent in chunks is counted as it comes."""

    async def chunks():
        for _ in range(40):
            yield b" " * 65_536

    refused(await api.post("/send", content=chunks()), 413, "1 MiB")


async def test_a_body_that_never_ends_is_given_up(services):
    """A sender that stalls holds its connection for a bounded time."""
    import asyncio

    from tidings.api.application import create_application
    from tidings.api.deadline import BodyDeadline

    inner = create_application(services=services)._app._app
    stalled = BodyDeadline(inner, seconds=0.01)

    async def receive():
        await asyncio.Event().wait()

    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/send", "raw_path": b"/send", "query_string": b"", "scheme": "http",
        "headers": [(b"authorization", f"Bearer {KEY}".encode())], "server": ("tidings.test", 80), "client": ("x", 1),
        "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"}, "extensions": {}, "state": {},
    }  # fmt: skip
    await stalled(scope, receive, send)

    assert sent[0]["status"] == 408


async def test_storage_that_is_away_asks_to_come_back(broken, refused):
    """503 with the seconds to wait, when nothing was kept."""

    class Away:
        async def all(self, _environment_id):
            raise Unavailable("the database is locked", retry_after_s=7)

    async with broken(event_maps=Away()) as api:
        answer = await api.get("/events")

    assert refused(answer, 503, "locked")["type"] == "api_error"
    assert answer.headers["retry-after"] == "7"


async def test_a_fault_of_ours_shows_nothing_of_the_inside(broken, refused, capsys):
    """500 without a traceback, which stands in the log instead."""

    class Broken:
        async def all(self, _environment_id):
            raise KeyError("a secret of the inside")

    async with broken(event_maps=Broken()) as api:
        answer = await api.get("/events")

    assert refused(answer, 500)["type"] == "api_error"
    assert "secret" not in answer.text
    assert "request.failed" in capsys.readouterr().out


async def test_head_and_options_do_not_fail(api):
    """Methods that probes use are answered without a fault."""
    for method in ("HEAD", "OPTIONS"):
        assert (await api.request(method, "/notifications")).status_code < 500


async def test_a_conflict_tells_clients_not_to_repeat(api, refused):
    """Official clients repeat a 409 unless told otherwise."""
    template = {"name": "One", "alias": "greeting", "content": {"version": "2022-01-01", "elements": []}}
    await api.post("/notifications", json={"notification": template})
    answer = await api.post("/notifications", json={"notification": template})

    refused(answer, 409)
    assert answer.headers["x-should-retry"] == "false"


async def test_who_is_refused_for_a_word_is_told_the_right_ones(api):
    """Of every choice in a body: types of actions, of regulations, kinds, settings."""
    action = {"title": "t", "if": "all", "actions": [{"type": "DORP"}]}
    for path, body, words in (
        ("/destinations", {"kind": "webhook", "name": "x", "filters": [action]}, "DROP, ONLY, SAMPLE, DROP_PROPERTIES"),
        ("/destinations", {"kind": "hook", "name": "x"}, "courier, courier_cloud"),
        (
            "/destinations",
            {"kind": "courier_cloud", "name": "x", "settings": {"api_key": "k", "region": "ES"}},
            "EU, US",
        ),
        ("/destinations/filters/test", {"if": "all", "call": {"type": "trak"}}, "identify, track, page"),
        ("/regulations", {"regulationType": "FORGET", "subjectType": "USER_ID", "subjectIds": ["a"]}, "DELETE_ONLY"),
    ):
        answer = await api.post(path, json=body)
        assert (answer.status_code, words in answer.json()["message"]) == (400, True), answer.text
