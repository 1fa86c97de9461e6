"""The first run of a new user, with the official clients, their hosts and keys changed and nothing else."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import segment.analytics.client as segment
from courier import Courier, NotFoundError

from tidings.testing import SmtpServer

START = Callable[..., Any]
ELEMENTS = [
    {
        "type": "channel",
        "channel": "email",
        "elements": [
            {"type": "meta", "title": "Order {{orderNumber}}"},
            {"type": "text", "content": "Hi {{profile.given_name}}, it arrives on {{estimatedDelivery}}."},
            {"type": "action", "content": "Track it", "href": "https://example.com/orders/{{orderNumber}}"},
        ],
    }
]
EVENT = "Login Button Clicked"
EVENT_ID = f"Segment-TrackEvent:{EVENT}"


@pytest.fixture
def courier() -> Iterator[Callable[..., Courier]]:
    """Make official Courier clients; only their base URL and key are ours."""
    with ExitStack() as stack:
        yield lambda server, key=API_KEY: stack.enter_context(Courier(api_key=key, base_url=server.url, max_retries=0))


API_KEY = "pk_prod_0123456789abcdefghijklmnopqrstuvwxyz"
WRITE_KEY = "0123456789abcdefghijklmnopqrstuv"


def publish(client: Courier) -> str:
    """Create and publish a template; return its id."""
    template = client.notifications.create(
        notification={
            "name": "Login",
            "tags": [],
            "brand": None,
            "subscription": None,
            "routing": None,
            "content": {"version": "2022-01-01", "elements": ELEMENTS},
        },
    )
    client.notifications.publish(template.id)
    return str(template.id)


def status(client: Courier, message_id: str) -> str:
    """Read a message's status; empty until the request has been applied."""
    try:
        return str(client.messages.retrieve(message_id).status)
    except NotFoundError:
        return ""


def status_of(client: Courier, event: str) -> list[str]:
    """Read the statuses of an event's messages, newest first."""
    return [str(message.status) for message in client.messages.list(event=event).results]


@pytest.mark.parametrize("gzip", [False, True])
async def test_a_segment_call_becomes_an_email(
    serve: START, wait_until: Any, courier: Any, api: Any, gzip: bool
) -> None:
    """Identify, track, publish, map, track again: one email reaches the SMTP server, and the log tells the story."""
    async with SmtpServer() as smtp:
        server = serve(smtp_url=smtp.url, email_from="Shop <shop@example.com>")
        analytics = segment.Client(WRITE_KEY, host=server.url, gzip=gzip, on_error=pytest.fail)
        client = courier(server)
        analytics.identify(
            "userId123",
            {
                "email": "carrier.pigeon@example.com",
                "sms": "+1-123-555-7890",
                "given_name": "Ann",
                "tokens": {"slackToken": "s", "microsoftTeamsToken": "t"},
            },
        )
        properties = {"orderNumber": 12345678980, "estimatedDelivery": dt.date(2026, 12, 1).isoformat()}
        analytics.track("userId123", EVENT, properties)
        analytics.group("userId123", "acme", {"total billed": 830})
        analytics.page("userId123", "Docs", "Home")
        analytics.screen("userId123", "Main")
        analytics.alias("anon-1", "userId123")
        analytics.flush()
        await wait_until(lambda: status_of(client, EVENT_ID) == ["UNMAPPED"])
        stored = client.profiles.retrieve("userId123").profile
        assert stored is not None
        assert stored["tokens"] == {"slackToken": "s", "microsoftTeamsToken": "t"}

        template_id = publish(client)
        http = api(server)
        mapped = await http.put(
            "/events/Segment-TrackEvent:Login%20Button%20Clicked", json={"id": template_id, "type": "notification"}
        )
        assert mapped.status_code == 200
        analytics.track("userId123", EVENT, properties)
        analytics.identify("userId123", {"tokens": {"whatsAppToken": "w"}})
        analytics.flush()
        await wait_until(lambda: status_of(client, EVENT_ID) == ["SENT", "UNMAPPED"])

        (mail,) = smtp.received
        parsed = message_from_bytes(mail.raw, policy=default)
        assert parsed["subject"] == "Order 12345678980"
        assert parsed["to"] == "carrier.pigeon@example.com"
        assert "Hi Ann" in parsed.get_body(("plain",)).get_content()
        assert "https://example.com/orders/12345678980" in parsed.get_body(("html",)).get_content()
        (message,) = [entry for entry in client.messages.list(event=EVENT_ID).results if entry.status == "SENT"]
        history = [event["type"] for event in client.messages.history(message.id).results]
        assert history == ["ENQUEUED", "MAPPED", "PROFILE_LOADED", "RENDERED", "DELIVERING", "SENT"]
        output = client.messages.content(message.id).results[0]
        assert output.content.subject == "Order 12345678980"
        await wait_until(
            lambda: (
                set(client.profiles.retrieve("userId123").profile["tokens"])
                == {"slackToken", "microsoftTeamsToken", "whatsAppToken"}
            )
        )
        assert server.stop() == 0
        assert '"error"' not in server.log.read_text()


async def test_without_a_provider_it_lands_in_the_outbox(serve: START, wait_until: Any, courier: Any, api: Any) -> None:
    """The very first run needs no SMTP server: what would be sent is kept and listed."""
    server = serve()
    client = courier(server)
    answer = client.send.message(
        message={
            "to": {"email": "ann@example.com"},
            "content": {"title": "Hi", "body": "Hello {{name}}"},
            "data": {"name": "Ann"},
        },
    )
    await wait_until(lambda: status(client, answer.request_id) == "SENT")
    http = api(server)
    (item,) = (await http.get("/outbox")).json()["results"]
    assert (item["message_id"], item["recipient"]) == (answer.request_id, "ann@example.com")
    (kept,) = (await http.get(f"/outbox/{answer.request_id}")).json()["results"]
    assert "Hello Ann" in kept["content"]["text"]


async def test_an_idempotency_key_sends_once(serve: START, wait_until: Any, courier: Any) -> None:
    """The same Idempotency-Key is answered with the same request id, and one message is sent."""
    async with SmtpServer() as smtp:
        server = serve(smtp_url=smtp.url)
        client = courier(server)
        message: Any = {"to": {"email": "ann@example.com"}, "content": {"title": "Hi", "body": "Hello"}}
        first, second = (client.send.message(message=message, idempotency_key="order-1").request_id for _ in range(2))
        other = client.send.message(message=message, idempotency_key="order-2").request_id
        assert first == second != other
        await wait_until(lambda: status(client, first) == status(client, other) == "SENT")
        assert len(smtp.received) == 2


async def test_the_test_environment_sends_nothing(serve: START, wait_until: Any, courier: Any, api: Any) -> None:
    """A key of the test environment reaches no provider: its messages end as SIMULATED in the outbox."""
    async with SmtpServer() as smtp:
        server = serve(smtp_url=smtp.url)
        key = make_key(server, "test")
        client = courier(server, key)
        sent = client.send.message(
            message={"to": {"email": "ann@example.com"}, "content": {"title": "Hi", "body": "Hello"}}
        )
        await wait_until(lambda: status(client, sent.request_id) == "SIMULATED")
        assert not smtp.received
        assert (await api(server).get(f"/messages/{sent.request_id}")).status_code == 404


def make_key(server: Any, environment: str) -> str:
    """Make an API key with the command line."""
    answer = server.cli("keys", "create", "--environment", environment, "--name", "tests", "--json")
    return str(answer["key"])
