"""`GET /messages/{id}/requests`: what providers were asked, without a secret in it."""

from tidings.messages import Sent, Status

SAID = [{"type": "meta", "title": "Hi"}, {"type": "text", "content": "Hello, says hunter2hunter2"}]
WORDS = [{"type": "channel", "channel": "email", "elements": SAID}]


async def test_a_sent_message_tells_what_its_provider_was_asked(api, world):
    """Envelope and source of the mail, in the words on record; the server's login is not among them."""
    await world.mapped(api, "Signed Up", elements=WORDS)
    await world.calls(world.track("Signed Up"))
    message_id = await world.attempt(
        Sent("r"), Status.SENT, html="<p>Word for word, hunter2hunter2</p>", address="ann@example.com", provider="smtp"
    )

    answer = await api.get(f"/messages/{message_id}/requests")

    (attempt,) = answer.json()["results"]
    assert {key: attempt[key] for key in ("number", "channel", "provider", "provider_id", "why", "requests")} == {
        "number": 1,
        "channel": "email",
        "provider": "smtp",
        "provider_id": "",
        "why": "",
        "requests": [],
    }
    mail = attempt["mail"]
    assert (mail["server"], mail["mail_from"], mail["rcpt_to"]) == (
        "mail.test:587",
        "shop@shop.test",
        ["ann@example.com"],
    )
    assert "<p>Word for word, ********</p>" in mail["message"]
    assert mail["bytes"] == len(mail["message"])
    assert attempt["notes"] == ["Rendered again, it would read otherwise today. These are the words as they were sent."]
    assert "hunter2" not in answer.text


async def test_why_nothing_was_asked(api, test_api, world, refused):
    """A message without an attempt says why; one of another environment is not there."""
    await world.mapped(api, "Signed Up")
    await world.calls(world.track("Signed Up"), world.track("Order"))
    told = {
        message["status"]: (await api.get(f"/messages/{message['id']}/requests")).json()
        for message in (await api.get("/messages")).json()["results"]
    }
    assert told["ENQUEUED"] == {"results": [], "why": "No provider has been asked yet."}
    assert told["UNMAPPED"]["why"].startswith("No provider was asked: ")
    (message, *_) = (await api.get("/messages")).json()["results"]
    refused(await test_api.get(f"/messages/{message['id']}/requests"), 404)


async def test_what_is_not_on_record_any_more_is_not_made_up(api, world):
    """Without the address that it went to, nothing is written."""
    await world.mapped(api, "Signed Up", elements=WORDS)
    await world.calls(world.track("Signed Up"))
    message_id = await world.attempt(Sent("r"), Status.SENT, provider="smtp")
    (attempt,) = (await api.get(f"/messages/{message_id}/requests")).json()["results"]
    assert (attempt["mail"], attempt["requests"]) == (None, [])
    assert attempt["why"] == "The address that it went to is not on record any more."
