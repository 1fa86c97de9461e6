"""The receipts door: signed requests of providers, and nothing else."""

import json
import time

import pytest

from tidings.messages import Sent, Status
from tidings.provider_configs import ProviderConfig
from tidings.providers.webhook import Webhook
from tidings.testing.email_services import ResendService
from tidings.testing.sms_services import TwilioService


def now_ms() -> int:
    """Tell the time."""
    return int(time.time() * 1000)


@pytest.fixture
async def message_id(api, world):
    """A message that its provider took."""
    await world.mapped(api, "Signed Up")
    await world.calls(world.track("Signed Up"))
    return await world.attempt(Sent("r"), Status.SENT)


@pytest.fixture
async def configured(services):
    """Switch two providers on."""
    resend = {"api_key": ResendService.KEY, "webhook_secret": ResendService.WEBHOOK_SECRET}
    twilio = {"account_sid": TwilioService.ACCOUNT_SID, "auth_token": TwilioService.KEY, "from": "+491"}
    for key, settings in (("resend", resend), ("twilio", twilio)):
        config = ProviderConfig(
            environment_id=1,
            id=f"pc_{key}",
            provider=key,
            title=key,
            alias=None,
            settings=settings,
            created=1,
            updated=1,
        )
        await services.provider_configs.put(config)


async def post(client, webhook: Webhook, path: str):
    """Post a webhook as its service would."""
    return await client.post(path, content=webhook.body, headers=dict(webhook.headers))


async def test_a_delivered_message(stranger, configured, message_id, services):
    """What a provider tells of a message is in its history, without any API key; told again it changes nothing."""
    data = {"tags": {"tidings": message_id}}
    body = json.dumps({"type": "email.delivered", "created_at": "2026-11-25T00:00:00Z", "data": data})
    webhook = ResendService().webhook(body.encode(), url="", at=now_ms())
    for _ in range(2):
        answer = await post(stranger, webhook, "/receipts/pc_resend")
        assert (answer.status_code, answer.text) == (200, "")
    message = await services.messages.get(1, message_id)
    assert message.status is Status.DELIVERED
    history = [entry.type for entry in await services.messages.history(1, message_id)]
    assert history.count("DELIVERED") == 1


async def test_a_forged_webhook(stranger, configured, message_id, services):
    """A wrong signature is refused with 401, and nothing is recorded."""
    body = f'{{"type":"email.delivered","data":{{"tags":{{"tidings":"{message_id}"}}}}}}'.encode()
    webhook = ResendService().webhook(body, url="", at=now_ms())
    answer = await stranger.post("/receipts/pc_resend", content=body + b" ", headers=dict(webhook.headers))
    assert answer.status_code == 401
    assert (await services.messages.get(1, message_id)).status is Status.SENT


async def test_the_address_of_one_message(stranger, configured, message_id, services):
    """Where a provider signs the address, the message in it is known, and no other address is taken."""
    path = f"/receipts/pc_twilio/{message_id}"
    url = str(stranger.base_url).rstrip("/") + path
    webhook = TwilioService().webhook(b'{"MessageSid":"SM1","MessageStatus":"delivered"}', url=url, at=now_ms())
    headers = {**webhook.headers, "content-type": "application/x-www-form-urlencoded"}
    answer = await stranger.post("/receipts/pc_twilio/another", content=webhook.body, headers=headers)
    assert answer.status_code == 401
    answer = await stranger.post(path, content=webhook.body, headers=headers)
    assert answer.status_code == 200
    assert (await services.messages.get(1, message_id)).status is Status.DELIVERED


@pytest.mark.parametrize(
    ("path", "status"),
    [("/receipts/pc_none", 404), ("/receipts/pc_resend", 401), ("/receipts/pc_resend?a=" + "x" * 9000, 413)],
)
async def test_what_is_no_webhook(stranger, configured, path, status):
    """An unknown account, an unsigned body and an endless query are refused in words."""
    answer = await stranger.post(path, content=b"{}")
    assert answer.status_code == status
    assert answer.json()["message"]


async def test_a_text_message_that_says_stop(stranger, configured, services):
    """STOP to a number of the account closes the sender's number, START opens it; the answer texts nothing back."""
    url = str(stranger.base_url).rstrip("/") + "/receipts/pc_twilio"
    for word, listed in (("STOP", 1), ("Where are you?", 1), ("START", 0)):
        body = json.dumps({"MessageSid": f"SM{word[:3]}", "From": "+4915112345678", "To": "+491", "Body": word})
        webhook = TwilioService().webhook(body.encode(), url=url, at=now_ms())
        headers = {**webhook.headers, "content-type": "application/x-www-form-urlencoded"}
        answer = await stranger.post("/receipts/pc_twilio", content=webhook.body, headers=headers)
        assert (answer.status_code, answer.text) == (200, "<Response/>")
        assert answer.headers["content-type"].startswith("application/xml")
        assert len((await services.suppressions.page(1, limit=10, cursor=None)).items) == listed
