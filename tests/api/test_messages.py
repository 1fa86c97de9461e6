import pytest

from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.effects import Effects
from tidings.lists import Subscription
from tidings.messages import Reason, RetryLater, Sent, Status, Undeliverable, Unknown
from tidings.pipeline.expansion import ExpansionStep
from tidings.recipients import Expansion

_KNOWN = ("id", "status", "event", "notification", "recipient", "channel", "provider")


async def sent(world, user_id="ann", event="Signed Up"):
    """Let one mapped track become a message that a provider took; give its id."""
    await world.calls(world.track(event, user_id))
    return await world.attempt(Sent(reference="r-1"), Status.SENT, provider="smtp")


async def test_a_sent_message_is_read_with_its_attempts(api, world):
    """Status, times, event, template and recipient; per provider what it said."""
    template = await world.mapped(api, "Signed Up")
    message_id = await sent(world)

    message = (await api.get(f"/messages/{message_id}")).json()

    assert {key: message[key] for key in _KNOWN} == {
        "id": message_id,
        "status": "SENT",
        "event": "Segment-TrackEvent:Signed Up",
        "notification": template,
        "recipient": "ann",
        "channel": "email",
        "provider": "smtp",
    }
    assert message["sent"] >= message["enqueued"] > 0
    assert not message.keys() & {"error", "reason", "delivered", "opened", "clicked"}
    (provider,) = message["providers"]
    assert provider.pop("sent") >= message["enqueued"]
    assert provider == {
        "channel": {"key": "email", "name": "email", "template": template},
        "provider": "smtp",
        "status": "SENT",
        "reference": {"id": "r-1"},
    }


@pytest.mark.parametrize(
    ("outcome", "status", "shown"),
    [
        (Undeliverable(Reason.BOUNCED, "no such mailbox"), "UNDELIVERABLE", "no such mailbox"),
        (RetryLater("busy"), None, "busy"),
        (Unknown("the line went dead"), None, "the line went dead"),
    ],
)
async def test_what_a_provider_said_is_shown(api, world, outcome, status, shown):
    """A refusal, a delay and an unknown outcome are told in the provider's own words."""
    await world.mapped(api, "Signed Up")
    await world.calls(world.track("Signed Up"))
    ends = {"reason": Reason.BOUNCED, "error": "no such mailbox", "provider": "smtp"}
    message_id = await world.attempt(outcome, Status.UNDELIVERABLE, **ends)

    message = (await api.get(f"/messages/{message_id}")).json()

    assert (message["status"], message["reason"], message["error"]) == ("UNDELIVERABLE", "BOUNCED", "no such mailbox")
    (provider,) = message["providers"]
    assert provider.get("status") == status
    assert provider["error"] == provider["providerResponse"] == shown


async def test_history_is_told_in_order_and_by_type(api, world):
    """Every line has its type and time; `type` picks, in any case."""
    await world.mapped(api, "Signed Up")
    message_id = await sent(world)

    history = (await api.get(f"/messages/{message_id}/history")).json()["results"]
    assert [line["type"] for line in history] == ["ENQUEUED", "MAPPED", "RENDERED"]
    assert all(line["ts"] > 0 for line in history)
    assert history[0]["data"] == {"total": 12345678980}
    picked = (await api.get(f"/messages/{message_id}/history", params={"type": "mapped"})).json()["results"]
    assert picked == [history[1]]


async def test_output_is_what_was_rendered(api, world):
    """Every part is text, empty when the channel has none."""
    await world.mapped(api, "Signed Up")
    message_id = await sent(world)

    assert (await api.get(f"/messages/{message_id}/output")).json() == {
        "results": [
            {
                "channel": "email",
                "channel_id": "email",
                "content": {
                    "html": "<p>Hello</p>",
                    "text": "Hello",
                    "subject": "Hi",
                    "title": "",
                    "body": "",
                    "blocks": [],
                },
            }
        ]
    }


async def test_a_part_is_answered_so_that_a_browser_confines_it(api, world, refused):
    """HTML as HTML under a sandbox, words as plain text, and nothing else."""
    await world.mapped(api, "Signed Up")
    message_id = await sent(world)

    html = await api.get(f"/messages/{message_id}/output/email/html")
    assert html.text == "<p>Hello</p>"
    assert html.headers["content-type"].startswith("text/html")
    assert html.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    text = await api.get(f"/messages/{message_id}/output/email/subject")
    assert (text.text, text.headers["content-type"].split(";")[0]) == ("Hi", "text/plain")
    for part in ("email/title", "email/n", "sms/text"):
        refused(await api.get(f"/messages/{message_id}/output/{part}"), 404)


async def test_an_unmapped_track_is_a_message_that_says_so(api, world):
    """UNMAPPED, with what to do."""
    (event_id,) = await world.calls(world.track("Login Button Clicked"))

    message = (await api.get(f"/messages/{event_id}")).json()

    assert (message["status"], message["event"]) == ("UNMAPPED", "Segment-TrackEvent:Login Button Clicked")
    assert (message["recipient"], message["notification"], message["providers"]) == ("ann", "", [])
    assert "/events/" in message["error"]
    history = (await api.get(f"/messages/{event_id}/history")).json()["results"]
    assert [line["type"] for line in history] == ["ENQUEUED", "UNMAPPED"]
    assert (await api.get(f"/messages/{event_id}/output")).json() == {"results": []}


@pytest.fixture
async def four(api, world):
    """Two sent messages and two unmapped tracks; gives the sent ids."""
    await world.mapped(api, "Signed Up")
    ids = [await sent(world), await sent(world, "bob")]
    await world.calls(world.track("Odd"), world.track("Odd", "bob"))
    return ids


async def listed(api, query=""):
    """List messages by status and recipient."""
    results = (await api.get(f"/messages{query}")).json()["results"]
    return sorted((item["status"], item["recipient"]) for item in results)


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["SENT ann", "SENT bob", "UNMAPPED ann", "UNMAPPED bob"]),
        ("?status=SENT,UNMAPPED&recipient=bob", ["SENT bob", "UNMAPPED bob"]),
        ("?status=SENT&status=UNMAPPED&recipient=ann", ["SENT ann", "UNMAPPED ann"]),
        ("?status=sent", ["SENT ann", "SENT bob"]),
        ("?status=DELIVERED", []),
        ("?event=Segment-TrackEvent%3AOdd", ["UNMAPPED ann", "UNMAPPED bob"]),
        ("?recipient=nobody", []),
        ("?channel=email", ["SENT ann", "SENT bob"]),
        ("?channel=sms,push", []),
        ("?begins=an", ["SENT ann", "UNMAPPED ann"]),
        ("?begins=1-&status=SENT", ["SENT ann", "SENT bob"]),
        ("?enqueued_before=1000", []),
        ("?tag=spring&tags=sale,autumn", []),
        ("?tenant_id=acme", []),
        ("?provider=smtp", ["SENT ann", "SENT bob"]),
        ("?provider=other", []),
        ("?notification=nt_none", []),
        ("?enqueued_after=1000&recipient=ann", ["SENT ann", "UNMAPPED ann"]),
        ("?enqueued_after=2090-01-01T00:00:00Z", []),
        ("?archived=true", []),
        ("?archived=false&recipient=ann&status=SENT", ["SENT ann"]),
    ],
)
async def test_the_list_is_filtered(api, query, found):
    """Each parameter narrows; arrays may be comma-joined, repeated, or both."""
    assert await listed(api, query) == sorted(tuple(line.split()) for line in found)


async def test_a_message_is_found_by_its_ids(api, four):
    """`messageId`, and `traceId` with the request id."""
    for name in ("messageId", "traceId"):
        results = (await api.get("/messages", params={name: four[1]})).json()["results"]
        assert [item["id"] for item in results] == [four[1]]


@pytest.mark.usefixtures("four")
async def test_pages_hold_every_message_once(api):
    """Newest first, whatever the page size."""
    whole = [item["id"] for item in (await api.get("/messages")).json()["results"]]
    paged, cursor = [], None
    while True:
        page = (await api.get("/messages", params={"limit": 1, **({"cursor": cursor} if cursor else {})})).json()
        paged += [item["id"] for item in page["results"]]
        cursor = page["paging"]["cursor"]
        if not page["paging"]["more"]:
            break

    assert paged == whole
    assert len(set(whole)) == 4


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("status=GONE", "status: is one of"),
        ("enqueued_after=soon", "enqueued_after"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=%21", "cursor"),
        ("archived=maybe", "archived"),
        ("begins=a", "begins"),
        ("enqueued_before=soon", "enqueued_before"),
        ("tags=" + "a," * 21, "20 of a kind"),
    ],
)
async def test_what_cannot_be_asked_is_refused(api, refused, query, path):
    """A filter that is odd is named: no list pretends to be filtered."""
    refused(await api.get(f"/messages?{query}"), 400, path)


@pytest.mark.parametrize("rest", ["", "/history", "/output", "/output/email/html"])
async def test_an_unknown_message_is_not_found(api, refused, rest):
    """Whatever is asked of it."""
    refused(await api.get(f"/messages/1-00000001-000000000000000000000001{rest}"), 404)
    refused(await api.get(f"/messages/nonsense{rest}"), 404)


async def test_cancelling_answers_with_the_message(api, refused, world):
    """200 when it was taken back, 409 when it is too late, both with the record; an unknown id is 404."""
    await world.mapped(api, "Signed Up")
    (waiting,) = await world.calls(world.track("Signed Up"))
    answer = await api.post(f"/messages/{waiting}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "CANCELED")
    assert answer.json()["canceledAt"] > 0

    await world.calls(world.track("Signed Up", user_id="bob"))
    sent = await world.attempt(Sent("r"), Status.SENT, provider="smtp")
    late = await api.post(f"/messages/{sent}/cancel")
    assert (late.status_code, late.json()["status"], late.headers["x-should-retry"]) == (409, "SENT", "false")
    refused(await api.post("/messages/1-00000000-0/cancel"), 404)


async def test_resending_and_archiving(api, refused, world):
    """Sent again it is a new message; archived, a request is listed by `archived` alone."""
    await world.mapped(api, "Signed Up")
    (first,) = await world.calls(world.track("Signed Up"))
    headers = {"Idempotency-Key": "k"}
    ids = {(await api.post(f"/messages/{first}/resend", headers=headers)).json()["messageId"] for _ in range(2)}
    assert len(ids) == 1
    assert {item["id"] for item in (await api.get("/messages")).json()["results"]} == {first, *ids}

    assert (await api.put(f"/requests/{first}/archive")).status_code == 202
    assert {item["id"] for item in (await api.get("/messages")).json()["results"]} == ids
    archived = (await api.get("/messages", params={"archived": "true"})).json()["results"]
    assert [item["id"] for item in archived] == [first]
    refused(await api.put("/requests/1-00000000-0/archive"), 404)
    for _ in range(2):
        assert (await api.post(f"/messages/{next(iter(ids))}/archive")).status_code == 202
    assert (await api.get("/messages")).json()["results"] == []
    refused(await api.post("/messages/1-00000000-0/archive"), 404)


async def test_redriving_by_filter(api, refused, world):
    """What failed for this reason is sent once more, each once; what was wanted cannot be redriven."""
    await world.mapped(api, "Signed Up")
    await world.calls(world.track("Signed Up"))
    dead = await world.attempt(
        Undeliverable(Reason.BOUNCED, "550"), Status.UNDELIVERABLE, reason=Reason.BOUNCED, error="550"
    )
    listed = (await api.get("/messages", params={"reason": "BOUNCED"})).json()["results"]
    assert [item["id"] for item in listed] == [dead]

    body = {"reasons": ["BOUNCED"], "since": 0}
    answer = (await api.post("/messages/redrive", json=body)).json()
    assert (list(answer["redriven"]), answer["seen"], answer["cursor"]) == ([dead], 1, None)
    assert (await api.post("/messages/redrive", json=body)).json()["redriven"] == {}
    assert (await api.post("/messages/redrive", json={"reasons": ["FAILED"]})).json()["seen"] == 0
    others = [{"notification": "nt_other"}, {"list_id": "x"}, {"tenant_id": "x"}, {"begins": "zzz"}, {"until": 1}]
    for other in [*others, {"provider": ["other"]}, {"channel": ["sms"]}, {"tag": ["x"]}]:
        assert (await api.post("/messages/redrive", json={**body, **other})).json()["seen"] == 0
    refused(await api.post("/messages/redrive", json={"statuses": ["SENT"]}), 400, "statuses")
    refused(await api.post("/messages/redrive", json={"reason": "FAILED"}), 400, "reason")  # else it would be all
    refused(await api.get("/messages", params={"reason": "SO"}), 400, "reason")


async def test_a_request_to_nobody_says_so(api, services, environments):
    """What was sent to a list that has nobody in it, or is not there, became no message, and is told why."""
    message = b'{"to":[{"list_id":"nosuch"},{"audience_id":"none"}]}'
    wanted = Expansion(environment_id=environments.production, id="1-00000001-b", received_at=1, body=message)
    async with SqlInboundStore(services.messages._database).transaction(0) as transaction:
        assert await transaction.apply(Effects(expansions=[wanted]), after=0, through=1, received_at=1)
    assert "detail" not in (await api.get("/requests/1-00000001-b")).json()
    await ExpansionStep(store=services.expansions, clock=services.clock).run_once()
    answer = (await api.get("/requests/1-00000001-b")).json()
    assert (answer["status"], answer["messages"]) == ("COMPLETED", 0)
    assert answer["detail"].startswith("nobody was found in list 'nosuch', audience 'none'")


async def test_a_request_to_many_is_told_and_cancelled(api, refused, services, environments):
    """How many messages it became, and what was taken back."""
    await services.lists.subscribe(
        environments.production, [Subscription(list_id="a", user_id="ann")], replace=False, now=1
    )
    wanted = Expansion(environment_id=environments.production, id="1-00000001-a", received_at=1, body=b'{"to":{}}')
    inbound = SqlInboundStore(services.messages._database)
    async with inbound.transaction(0) as transaction:
        assert await transaction.apply(Effects(expansions=[wanted]), after=0, through=1, received_at=1)

    assert (await api.get("/requests/1-00000001-a")).json()["status"] == "PROCESSING"
    assert (await api.post("/requests/1-00000001-a/cancel")).json() == {"id": "1-00000001-a", "canceled": 0}
    assert (await api.get("/requests/1-00000001-a")).json()["status"] == "CANCELED"
    refused(await api.get("/requests/1-00000000-0"), 404)
    refused(await api.post("/requests/1-00000000-0/cancel"), 404)
