"""What providers were asked for a message is written again as it went out, without a secret in it."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from tidings.brands import Brand
from tidings.errors import NotFound
from tidings.providers.base import MASK
from tidings.testing import SmtpServer
from tidings.testing.chat_services import SlackService
from tidings.testing.email_services import PostmarkService
from tidings.testing.http_service import HttpMood, HttpService

MAIL = {"to": {"user_id": "ann", "email": "ann@example.com"}, "content": {"title": "Hi {{n}}", "body": "Hello"}}


@pytest.fixture
async def postmark() -> AsyncIterator[HttpService]:
    """An email service."""
    async with PostmarkService() as running:
        yield running


async def configure(house: Any, service: HttpService, key: str = "postmark", **settings: Any) -> None:
    """Switch a provider on at its local service."""
    await house.switch_on(key, {"base_url": service.url, **(settings or {"api_key": service.KEY})})


async def sent(house: Any, message: dict[str, Any], **house_of: Any) -> str:
    """Send, and give the id."""
    message_id = await house.send(message)
    fleet = house.fleet(**house_of)
    await house.outbound(fleet).run_once()
    await fleet.close()
    return str(message_id)


async def test_a_request_is_written_again_as_it_went_out(house: Any, postmark: Any, email_elements: Any) -> None:
    """Method, path, headers and body are those that the service got, but for the key that opens it."""
    await configure(house, postmark)
    await house.map("Order", email_elements())
    override = {"providers": {"postmark": {"override": {"body": {"Tag": "orders"}}}}}
    message_id = await sent(house, {"to": MAIL["to"], "template": "nt_order", "data": {"name": "Bo"}, **override})
    (got,) = postmark.received

    (attempt,) = (await house.rewriter().message(1, message_id)).results

    (request,) = attempt.requests
    assert (attempt.provider_id, attempt.notes, attempt.why) == ("pc_postmark", (), "")
    assert (request.method, request.url) == (got.method, postmark.url + got.path)
    assert request.body.encode() == got.body
    assert '"Tag":"orders"' in request.body
    named = {name.lower(): value for name, value in request.headers.items()}
    assert {name: got.headers[name] for name in named} == named | {"x-postmark-server-token": postmark.KEY}
    assert named["x-postmark-server-token"] == MASK


async def test_the_words_are_those_that_were_sent(house: Any, postmark: Any, email_elements: Any) -> None:
    """A template, a brand and an account that changed since change nothing of them, and what may differ is told."""
    await configure(house, postmark)
    template_id = await house.map("Order", email_elements())
    message_id = await sent(house, {"to": MAIL["to"], "template": template_id, "data": {"name": "Bo"}})
    (got,) = postmark.received
    house.clock.at += 1000
    template = await house.templates.get(1, template_id)
    content = {"version": "2022-01-01", "elements": email_elements("Other words")}
    await house.templates.replace(1, msgspec.structs.replace(template.draft, content=content), aliases=None)
    await house.templates.publish(1, template_id, version=None, by="me", now=house.clock.at)
    (attempt,) = (await house.rewriter().message(1, message_id)).results
    assert (attempt.requests[0].body.encode(), attempt.notes) == (got.body, ())

    brand = Brand(environment_id=1, id="br", name="Acme", created=1, updated=1, published=1,
                  settings={"email": {"footer": {"markdown": "Acme Ltd"}}})  # fmt: skip
    await house.brands.create(brand)
    await configure(house, postmark)
    (attempt,) = (await house.rewriter().message(1, message_id)).results
    assert attempt.requests[0].body.encode() == got.body
    assert [note.split()[0] for note in attempt.notes] == ["Rendered", "The"]


async def test_a_mail_is_written_again_with_its_envelope(house: Any) -> None:
    """By SMTP, sender, recipients and source are those that the server got; its login is not told."""
    async with SmtpServer() as server:
        url = f"smtp://127.0.0.1:{server.port}?starttls=never"
        message_id = await sent(house, MAIL, smtp_url=url)
        (got,) = server.received
        (attempt,) = (await house.rewriter(url).message(1, message_id)).results
        assert attempt.mail is not None
        assert (attempt.mail.mail_from, list(attempt.mail.rcpt_to)) == (got.sender, list(got.recipients))
        assert attempt.mail.message.encode() == got.raw
    (attempt,) = (await house.rewriter().message(1, message_id)).results
    assert attempt.why == "TIDINGS_SMTP_URL, which it went by, is not set any more."


async def test_look_ups_before_a_message_are_written_too(house: Any) -> None:
    """A person at Slack is found by email and a conversation opened; what Slack answered is named, not known."""
    async with SlackService() as slack:
        await configure(house, slack, "slack", bot_token=slack.KEY)
        to = {"user_id": "ann", "slack": {"email": "ann@example.com"}}
        message_id = await sent(house, {**MAIL, "to": to, "routing": {"method": "single", "channels": ["slack"]}})
        paths = [request.path for request in slack.received]
        (attempt,) = (await house.rewriter().message(1, message_id)).results
    assert [request.url.partition("?")[0] for request in attempt.requests] == [slack.url + path for path in paths]
    assert [request.sends for request in attempt.requests] == [False] * (len(paths) - 1) + [True]
    assert '"channel":"as-answered-before"' in attempt.requests[-1].body


async def test_attached_files_are_named_and_left_out(house: Any, postmark: Any) -> None:
    """Their names and sizes are told; what is in them is not, and a long body is cut."""
    await configure(house, postmark)
    elements = [{"type": "meta", "title": "Hi"}, {"type": "html", "content": "<p>" + "x" * 150_000 + "</p>"}]
    file = {"filename": "a.pdf", "contentType": "application/pdf", "data": "QUJDREVG"}
    override = {"channels": {"email": {"override": {"attachments": [file]}}}}
    content = {"version": "2022-01-01", "elements": elements}
    message_id = await sent(house, {"to": MAIL["to"], "content": content, **override})

    (attempt,) = (await house.rewriter().message(1, message_id)).results

    assert attempt.left_out == ("a.pdf (application/pdf, 6 bytes)",)
    (request,) = attempt.requests
    assert (len(request.body), request.cut) == (100_000, True)
    assert request.bytes > 150_000
    assert "QUJDREVG" not in request.body


async def test_an_account_that_a_message_changes_is_written_as_changed(house: Any, postmark: Any) -> None:
    """With the message's own key and path: neither it nor the stored key is told, nor where a message leads."""
    await configure(house, postmark, api_key="a-stored-key-of-old")
    config = {"apiKey": postmark.KEY}
    override = {"config": config, "url": "/email?as=secret-word", "headers": {"X-Note": "a-stored-key-of-old"}}
    message_id = await sent(house, {**MAIL, "providers": {"postmark": {"override": override}}})
    (got,) = postmark.received

    (attempt,) = (await house.rewriter().message(1, message_id)).results

    (request,) = attempt.requests
    assert request.body.encode() == got.body
    assert request.url == f"{postmark.url}/{MASK}"
    assert (request.headers["X-Note"], request.headers["X-Postmark-Server-Token"]) == (MASK, MASK)
    told = msgspec.json.encode(attempt).decode()
    assert postmark.KEY not in told
    assert "a-stored-key-of-old" not in told


async def test_a_mail_is_written_as_a_message_changes_it(house: Any) -> None:
    """By SMTP, what a message lays over its mail is in the source; a file that it attaches is not."""
    async with SmtpServer() as server:
        url = f"smtp://127.0.0.1:{server.port}?starttls=never"
        files = [{"filename": "a.txt", "content": "words of a file"}]
        body = {"subject": "Another subject", "attachments": files}
        override = {"body": body, "headers": {"X-Order": "42", "X-Api-Key": "opens-something"}}
        message_id = await sent(house, {**MAIL, "providers": {"smtp": {"override": override}}}, smtp_url=url)
        (attempt,) = (await house.rewriter(url).message(1, message_id)).results
    assert attempt.mail is not None
    assert {"Subject: Another subject", "X-Order: 42", f"X-Api-Key: {MASK}"} < set(attempt.mail.message.split("\r\n"))
    assert attempt.left_out == ("a.txt (application/octet-stream, 15 bytes)",)
    assert "d29yZHMg" not in attempt.mail.message


async def test_why_there_is_nothing_to_show(house: Any, postmark: Any) -> None:
    """Before it is sent; when a condition kept it back; in the outbox; and once the account is gone."""
    waiting = await house.send(MAIL)
    assert (await house.rewriter().message(1, waiting)).why == "No provider has been asked yet."
    await house.outbound(house.fleet()).run_once()
    (kept,) = (await house.rewriter().message(1, waiting)).results
    assert kept.why == "It was kept in the outbox: nothing was sent to anybody."

    await configure(house, postmark)
    closed = await sent(house, {**MAIL, "to": {"user_id": "bo"}})
    assert (await house.rewriter().message(1, closed)).why.startswith("No provider was asked: No channel reaches")
    gone = await sent(house, MAIL)
    await house.configs.delete(1, "pc_postmark")
    (attempt,) = (await house.rewriter().message(1, gone)).results
    assert attempt.why.startswith("The account was removed")
    with pytest.raises(NotFound):
        await house.rewriter().message(2, gone)


async def test_a_message_that_was_tried_often(house: Any, postmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt is told; only the newest are written, since each is rendered for it."""
    monkeypatch.setattr("tidings.pipeline.rewriting.ATTEMPTS_MAX", 2)
    await configure(house, postmark)
    postmark.mood = HttpMood.OUTAGE
    message_id = await house.send(MAIL)
    for _ in range(3):
        fleet = house.fleet()
        await house.outbound(fleet).run_once()
        await fleet.close()
        house.clock.at += 3_600_000

    results = (await house.rewriter().message(1, message_id)).results

    assert [(attempt.number, len(attempt.requests)) for attempt in results] == [(1, 0), (2, 1), (3, 1)]
    assert results[0].why == "Only the requests of the newest 50 attempts are written."
    assert results[1].requests == results[2].requests
