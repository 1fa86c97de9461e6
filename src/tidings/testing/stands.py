"""Where each provider is rehearsed: a local service, the settings that fit it, and something to send.

The tests of every provider and `tidings rehearse` use the same stands.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tidings.channels import (
    ChannelContent,
    DiscordContent,
    Dispatch,
    EmailContent,
    PushContent,
    SlackContent,
    SmsContent,
    TeamsContent,
    TelegramContent,
    WebhookContent,
    WhatsAppContent,
)
from tidings.providers.base import Account, Provider
from tidings.providers.catalog import CATALOG, decode_settings
from tidings.routing import STATIC
from tidings.testing.chat_services import (
    DiscordService,
    ReceiverService,
    SlackService,
    TeamsService,
    TelegramService,
    WhatsAppService,
)
from tidings.testing.email_services import MailgunService, PostmarkService, ResendService, SendGridService
from tidings.testing.http_service import HttpService
from tidings.testing.push_services import ApnService, BrowserService, ExpoService, FirebaseService
from tidings.testing.ses_service import SesService
from tidings.testing.sms_services import (
    MessageBirdService,
    PlivoService,
    TelnyxService,
    TwilioService,
    VonageService,
)

BASE = HttpService.KEY
RECEIPTS_URL = "https://hooks.shop.test/receipts/pc_1"
ACCOUNT = Account(email_from="Shop <shop@shop.test>", receipts_url=RECEIPTS_URL, private_urls=True)


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """One provider's rehearsal."""

    service: type[HttpService]
    settings: Callable[[Any], Mapping[str, Any]]
    """The account that the service knows."""
    wrong: Mapping[str, Any]
    """Settings that make it an account that the service does not know."""
    address: str | Callable[[Any], str]
    """Where to; what the running service gives, for some."""
    content: ChannelContent
    bounces: str | Callable[[Any], str] = ""
    """An address that the service refuses for good; empty where it has no such answer."""
    bad: ChannelContent | None = None
    """The content for that address, where content names it."""


def provider_at(key: str, service: HttpService, **changed: Any) -> Provider:
    """Start the account of a stand at its running service."""
    given = {"base_url": service.url, "timeout_s": 5, **STANDS[key].settings(service), **changed}
    return CATALOG[key].start(decode_settings(key, given), ACCOUNT)


def dispatch_of(key: str, number: int = 1, *, service: Any = None, **changed: Any) -> Dispatch:
    """Make what the stand's provider is to send; `number` tells messages apart."""
    stand = STANDS[key]
    fields: dict[str, Any] = {"content": stand.content} | changed
    if "address" not in fields:
        fields["address"] = place(stand.address, service)
    return Dispatch(
        environment_id=1,
        message_id=f"1-{number:08x}-{number:024x}",
        recipient="ann",
        channel=CATALOG[key].provider.channel,
        at=1_700_000_000_000,
        **fields,
    )


def place(address: str | Callable[[Any], str], service: Any) -> str:
    """Say where to, at a running service."""
    return address if isinstance(address, str) else address(service)


def _mail(to: str = "ann.smith@example.com") -> EmailContent:
    return EmailContent(
        to=f"Ann Smith <{to}>",
        subject="Your diagnosis",
        html="<p>is private</p>",
        text="is private",
        cc=("cy@example.com",),
        reply_to="desk@shop.test",
        unsubscribe_url="https://shop.test/u/1",
        headers=(("X-Order", "42"),),
    )


def _email(service: type[HttpService], settings: Callable[[Any], Mapping[str, Any]], **wrong: Any) -> Stand:
    bounces = "bounce@example.com"
    return Stand(
        service=service,
        settings=settings,
        wrong=wrong,
        address="ann.smith@example.com",
        content=_mail(),
        bounces=bounces,
        bad=EmailContent(to=bounces, subject="Hi", html="", text="Hello"),
    )


def _sms(service: type[HttpService], settings: Callable[[Any], Mapping[str, Any]], **wrong: Any) -> Stand:
    address, bounces = "+4915112345678", "+4915112340000"
    return Stand(
        service=service,
        settings=settings,
        wrong=wrong,
        address=address,
        content=SmsContent(to=address, body="Your diagnosis is private", media=("https://shop.test/a.png",)),
        bounces=bounces,
        bad=SmsContent(to=bounces, body="Hello"),
    )


def _push(
    service: type[HttpService],
    settings: Callable[[Any], Mapping[str, Any]],
    address: str | Callable[[Any], str],
    bounces: str | Callable[[Any], str],
    **wrong: Any,
) -> Stand:
    content = PushContent(
        to="device-token",
        title="Your diagnosis",
        body="is private",
        image="https://shop.test/a.png",
        click_action="https://shop.test/orders/1",
        data={"order": {"id": 1}},
    )
    return Stand(service=service, settings=settings, wrong=wrong, address=address, content=content, bounces=bounces)


def _chat(
    service: type[HttpService],
    settings: Callable[[Any], Mapping[str, Any]],
    content: ChannelContent,
    address: str | Callable[[Any], str],
    bounces: str | Callable[[Any], str],
    **wrong: Any,
) -> Stand:
    return Stand(service=service, settings=settings, wrong=wrong, address=address, content=content, bounces=bounces)


_FROM = "+4915199999999"
_WRONG = "wrong-key-0123456789abcdef"

STANDS: Mapping[str, Stand] = {
    "apn": _push(
        ApnService,
        lambda service: {
            "private_key": service.private_key,
            "key_id": service.KEY_ID,
            "team_id": service.TEAM,
            "bundle_id": service.BUNDLE,
        },
        "740f4707bebcf74f9b7c25d48e3358945f6aa01d",
        "gone",
        team_id="TEAM000000",
    ),
    "aws-ses": _email(
        SesService,
        lambda service: {
            "access_key_id": service.ACCESS_KEY_ID,
            "secret_access_key": BASE,
            "region": service.REGION,
            "sns_topic_arn": service.TOPIC,
        },
        secret_access_key=_WRONG,
    ),
    "discord": _chat(
        DiscordService,
        lambda _service: {"bot_token": BASE},
        DiscordContent(to="", content="Your diagnosis is private"),
        '{"channel_id":"ann-smith-room"}',
        '{"channel_id":"gone"}',
        bot_token=_WRONG,
    ),
    "expo": _push(
        ExpoService,
        lambda _service: {"access_token": BASE},
        "ExponentPushToken[ann-smith-0123456789]",
        "ExponentPushToken[gone-0123456789]",
        access_token=_WRONG,
    ),
    "firebase-fcm": _push(
        FirebaseService,
        lambda service: {"service_account_json": service.service_account},
        "ann-smith-device-bk3RNwTe3H0CI2k_HHwgIpoDKCIZvvDMExUdFQ3P1",
        "gone-bk3RNwTe3H0CI2k_HHwgIpoDKCIZvvDMExUdFQ3P1",
        service_account_json=FirebaseService.another_account(),
    ),
    "mailgun": _email(
        MailgunService,
        lambda service: {"api_key": BASE, "domain": service.DOMAIN, "webhook_signing_key": service.SIGNING_KEY},
        api_key=_WRONG,
    ),
    "messagebird-sms": _sms(
        MessageBirdService,
        lambda service: {"access_key": BASE, "originator": "Shop", "signing_key": service.SIGNING_KEY},
        access_key=_WRONG,
    ),
    "msteams": _chat(
        TeamsService,
        lambda service: {"app_id": service.APP_ID, "app_password": BASE},
        TeamsContent(to="", text="Your diagnosis is private", card={"type": "AdaptiveCard", "version": "1.5"}),
        '{"conversation_id":"19:ann-smith@thread.v2"}',
        '{"conversation_id":"gone"}',
        app_password=_WRONG,
    ),
    "plivo": _sms(
        PlivoService,
        lambda service: {"auth_id": service.AUTH_ID, "auth_token": BASE, "from": _FROM},
        auth_token=_WRONG,
    ),
    "postmark": _email(
        PostmarkService,
        lambda service: {"api_key": BASE, "webhook_password": service.WEBHOOK_PASSWORD},
        api_key=_WRONG,
    ),
    "resend": _email(
        ResendService, lambda service: {"api_key": BASE, "webhook_secret": service.WEBHOOK_SECRET}, api_key=_WRONG
    ),
    "sendgrid": _email(
        SendGridService, lambda service: {"api_key": BASE, "webhook_public_key": service.public_key}, api_key=_WRONG
    ),
    "slack": _chat(
        SlackService,
        lambda _service: {"bot_token": BASE},
        SlackContent(to="", text="Your diagnosis is private", blocks=({"type": "divider"},)),
        '{"channel":"ann-smith-room"}',
        '{"channel":"gone"}',
        bot_token=_WRONG,
    ),
    "telegram": _chat(
        TelegramService,
        lambda _service: {"bot_token": BASE},
        TelegramContent(to="ann-smith", text="Your diagnosis is private"),
        "@ann-smith",
        "gone",
        bot_token=_WRONG,
    ),
    "telnyx": _sms(
        TelnyxService,
        lambda service: {"api_key": BASE, "from": _FROM, "public_key": service.public_key},
        api_key=_WRONG,
    ),
    "twilio": _sms(
        TwilioService,
        lambda service: {"account_sid": service.ACCOUNT_SID, "auth_token": BASE, "from": _FROM},
        auth_token=_WRONG,
    ),
    "vonage": _sms(
        VonageService,
        lambda service: {
            "api_key": service.API_KEY,
            "api_secret": BASE,
            "from": "Shop",
            "signature_secret": service.SIGNATURE_SECRET,
        },
        api_secret=_WRONG,
    ),
    "web-push": _push(
        BrowserService,
        lambda service: {"private_key": service.private_key, "subject": "mailto:shop@shop.test"},
        lambda service: service.subscription("ann-smith"),
        lambda service: service.subscription("gone"),
        private_key="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE",
    ),
    "webhook": _chat(
        ReceiverService,
        lambda service: {"url": f"{service.url}/hooks/ann-smith", "secret": service.SECRET},
        WebhookContent(to="", payload={"title": "Your diagnosis", "body": "is private"}),
        STATIC,
        lambda service: f'{{"url":"{service.url}/hooks/gone"}}',
        secret=_WRONG,
    ),
    "whatsapp": _chat(
        WhatsAppService,
        lambda service: {
            "access_token": BASE,
            "phone_number_id": service.NUMBER,
            "app_secret": service.APP_SECRET,
            "verify_token": service.VERIFY_TOKEN,
        },
        WhatsAppContent(to="+4915112345678", body="Your diagnosis is private"),
        "+4915112345678",
        "+4915112340000",
        access_token=_WRONG,
    ),
}
