import msgspec
import pytest

from tidings.errors import Unavailable
from tidings.records import Record

HELLO = {"to": {"user_id": "ann"}, "content": {"title": "Hello", "body": "Hello, {{name}}"}}


async def kept(services):
    """Every record in the stream, in order."""
    entries = [
        entry
        for partition in range(services.stream.partitions)
        for entry in await services.stream.read(partition, 0, count_max=1000)
    ]
    return [(entry, record) for entry in entries for record in msgspec.msgpack.decode(entry.records, type=list[Record])]


async def test_a_send_is_durable_before_it_is_answered(api, services, environments):
    """202 with the request id; by then the record stands in the stream and the worker was woken."""
    answer = await api.post("/send", json={"message": {**HELLO, "data": {"name": "Ann", "n": 12345678980}}})

    assert answer.status_code == 202
    ((entry, record),) = await kept(services)
    assert answer.json() == {"requestId": record.message_id}
    assert (entry.environment_id, entry.source_id, record.type) == (environments.production, 0, "send")
    assert (record.user_id, record.anonymous_id, record.user_key) == ("ann", None, "u:ann")
    assert msgspec.json.decode(record.body) == {**HELLO, "data": {"name": "Ann", "n": 12345678980}}
    assert services.wakeup.topics == ["stream"]


async def test_a_recipient_may_be_an_address_alone(api, services):
    """An ad-hoc recipient belongs to no user."""
    await api.post("/send", json={"message": {**HELLO, "to": {"email": "ann@example.com"}}})

    ((_, record),) = await kept(services)
    assert (record.user_id, record.user_key) == (None, "")


async def test_the_same_idempotency_key_gives_the_same_request(api, test_api, services):
    """The key names the request within its environment; another environment is another world."""
    expires = str(services.clock.now_ms() // 1000 + 3600)
    headers = {"Idempotency-Key": "order-17", "x-idempotency-expiration": expires}
    ids = [
        (await client.post("/send", json={"message": HELLO}, headers=headers)).json()["requestId"]
        for client in (api, api, test_api)
    ]

    assert ids[0] == ids[1] != ids[2]


async def test_without_a_key_every_request_is_new(api):
    """Two equal requests are two messages."""
    ids = {(await api.post("/send", json={"message": HELLO})).json()["requestId"] for _ in range(2)}

    assert len(ids) == 2


async def test_a_form_says_the_same(api, services):
    """Bracketed names nest."""
    form = {"message[to][email]": "ann@example.com", "message[template]": "hello", "message[data][a][b]": "1 2"}

    answer = await api.post("/send", data=form)

    assert answer.status_code == 202
    ((_, record),) = await kept(services)
    assert msgspec.json.decode(record.body) == {
        "to": {"email": "ann@example.com"},
        "template": "hello",
        "data": {"a": {"b": "1 2"}},
    }


async def test_json_that_is_called_a_form_is_json(api, services):
    """`curl -d` names no JSON unless it is told to; what begins as an object is read as one."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = await api.post(
        "/send", content=b' {"message": {"to": {"email": "a@b.example"}, "template": "hello"}}', headers=headers
    )

    assert answer.status_code == 202
    ((_, record),) = await kept(services)
    assert msgspec.json.decode(record.body)["to"] == {"email": "a@b.example"}


@pytest.mark.parametrize("form", ["message[to]=1&message[to][email]=a", "message[]=1", "[a]=1", "a[b=1", "a=%ff"])
async def test_a_form_that_makes_no_sense_is_refused(api, refused, form):
    """A name that cannot be nested is the caller's fault."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    refused(await api.post("/send", content=form, headers=headers), 400)


async def test_storage_that_cannot_take_it_keeps_nothing(broken, refused):
    """503 and when to come back; the client repeats by itself."""

    class Full:
        partitions = 1

        async def append(self, _appends):
            raise Unavailable("the disk is full", retry_after_s=3)

    async with broken(stream=Full()) as api:
        answer = await api.post("/send", json={"message": HELLO})

    refused(answer, 503, "full")
    assert answer.headers["retry-after"] == "3"


async def test_what_is_refused_is_not_kept(api, refused, services):
    """The path of the field is named, and the stream stays empty."""
    message = {**HELLO, "content": {"version": "2022-01-01", "elements": [{"type": "txt"}]}}

    refused(await api.post("/send", json={"message": message}), 400, "message.content.elements[0]")
    assert await kept(services) == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Idempotency-Key", "x" * 256),
        ("x-idempotency-expiration", "soon"),
        ("x-idempotency-expiration", "1000000000"),
        ("x-idempotency-expiration", "2001-01-01T00:00:00Z"),
        ("x-idempotency-expiration", "9" * 15),
    ],
)
async def test_odd_idempotency_headers_are_refused(api, refused, header, value):
    """A key that is too long, and an expiry that is no time in the next year."""
    refused(await api.post("/send", json={"message": HELLO}, headers={header: value}), 400, header)


async def test_an_expiry_is_read_both_ways(api, services):
    """Epoch seconds and epoch milliseconds are told apart by size; ISO-8601 is read too."""
    soon = services.clock.now_ms() + 48 * 3600 * 1000
    for text in (str(soon), str(soon // 1000)):
        headers = {"Idempotency-Key": "k", "x-idempotency-expiration": text}
        assert (await api.post("/send", json={"message": HELLO}, headers=headers)).status_code == 202


async def test_content_that_could_not_be_sent_is_refused(api, services, refused):
    """A broken template is a 400 with its place at once, however long the request: nothing is kept."""
    broken = {"title": "Hello", "body": "Hello, {{#if name}}"}
    refused(await api.post("/send", json={"message": {**HELLO, "content": broken}}), 400, "message.content.body")
    long = {"message": {**HELLO, "content": {**broken, "title": "x" * 40_000}}}
    refused(await api.post("/send", json=long), 400, "message.content.body")
    job = {"message": {"event": "x", "content": broken}}
    refused(await api.post("/bulk", json=job), 400, "message.content.body")
    assert await kept(services) == []


async def test_a_brand_that_could_not_be_drawn_is_refused(api, services, refused):
    """A request may bring a brand for a channel; it is checked as one that is saved."""
    where = "message.channels.email.override.brand"
    for brand, place in (
        ({"settings": {"colors": {"primary": "#12"}}}, ".settings.colors.primary"),
        ({"snippets": {"items": [{"name": "a", "value": "{{#if"}]}}, ".snippets.items[0].value"),
        ({"sittings": {}}, ""),
        ("acme", ""),
    ):
        message = {**HELLO, "channels": {"email": {"override": {"brand": brand}}}}
        refused(await api.post("/send", json={"message": message}), 400, where + place)
    good = {"name": "Once", "settings": {"colors": {"primary": "#123456"}}}
    message = {**HELLO, "channels": {"email": {"override": {"brand": good}}, "sms": {"override": {}}}}
    for _ in range(2):
        assert (await api.post("/send", json={"message": message})).status_code == 202
    assert len(await kept(services)) == 2


async def test_lists_in_the_first_versions_words(api, services, refused):
    """A request of the first version to a list is one of the second, once for each idempotency key."""
    override = {"channel": {"email": {"subject": "S"}}, "smtp": {"config": {"from": "a@example.com"}}}
    body = {"list": "news", "event": "order", "data": {"n": 1}, "brand": "b", "override": override}
    answers = [await api.post("/send/list", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    first, _ = await kept(services)
    assert first[1].message_id == answers[0].json()["messageId"]
    assert msgspec.json.decode(first[1].body) == {
        "to": {"list_id": "news"},
        "template": "order",
        "data": {"n": 1},
        "brand_id": "b",
        "channels": {"email": {"override": {"subject": "S"}}},
        "providers": {"smtp": {"override": {"config": {"from": "a@example.com"}}}},
    }
    assert (await api.post("/send/list", json={"pattern": "news.*", "event": "order"})).status_code == 200
    refused(await api.post("/send/list", json={"event": "order"}), 400, "list")
    refused(await api.post("/send/list", json={"list": "a..b", "event": "order"}), 400, "list")
    refused(await api.post("/send/list", json={"list": "a", "event": "order", "preferences": {"x": 1}}), 400)
