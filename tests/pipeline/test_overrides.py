"""What a request changes of what was rendered, up to a real mail server."""

from email import message_from_bytes
from email.policy import default
from typing import Any

from tidings.messages import Reason, Status
from tidings.testing import SmtpServer

MAIL = {
    "to": {"email": "ann@example.com"},
    "content": {"title": "Hi", "body": "Dear"},
    "routing": {"method": "single", "channels": ["email"]},
}


async def sent(house: Any, **fields: Any) -> tuple[Any, list[Any]]:
    """Send a mail, and read what arrived."""
    async with SmtpServer() as smtp:
        fleet = house.fleet(smtp.url)
        message_id = await house.send({**MAIL, **fields})
        await house.outbound(fleet).run_once()
        await fleet.close()
        return await house.messages.get(1, message_id), [
            message_from_bytes(mail.raw, policy=default) for mail in smtp.received
        ]


async def test_the_providers_override_lies_over_the_channels(house: Any) -> None:
    """First the channel's is laid over what was rendered, then the provider's; what neither names stays."""
    files = [{"filename": "a.txt", "contentType": "text/plain", "data": "aGVsbG8="}]
    channel = {"subject": "Channel", "reply_to": "desk@shop.test", "attachments": files}
    provider = {"body": {"subject": "Provider"}, "attachments": [{**files[0], "filename": "b.txt"}]}
    message, (mail,) = await sent(
        house, channels={"email": {"override": channel}}, providers={"smtp": {"override": provider}}
    )
    assert message.status is Status.SENT
    assert (mail["Subject"], mail["Reply-To"]) == ("Provider", "desk@shop.test")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["b.txt"]


async def test_what_a_provider_cannot_change_ends_its_try(house: Any) -> None:
    """Nothing goes out as if it had not been asked for, and the history names the field."""
    message, mails = await sent(house, providers={"smtp": {"override": {"url": "/x"}}})
    assert mails == []
    assert (message.status, message.reason) == (Status.UNDELIVERABLE, Reason.PROVIDER_ERROR)
    assert message.error == "providers.smtp.override.url: SMTP takes no such change"
