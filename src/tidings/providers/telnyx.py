"""Text messages through Telnyx."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tidings.channels import Dispatch
from tidings.errors import NotAuthenticated
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Line, Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.sms import receipts_url, text_of, texted
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import Webhook, digest_of, moment_ms, require_recent, require_secret, unbase64
from tidings.suppressions import Texted


class TelnyxSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Telnyx Portal → API Keys, and Public Key."""

    api_key: Annotated[Secret, means("A V2 API key; it begins with `KEY`.")]
    sender: Annotated[Line, means("A number of yours in E.164, a short code or an alphanumeric sender.")] = (
        msgspec.field(name="from", default="")
    )
    messaging_profile_id: Annotated[
        Line, means("Sends from the pool of a messaging profile; needed for alphanumeric senders.")
    ] = ""
    public_key: Annotated[Line, means("The key that webhooks are signed with (Ed25519, base64).")] = ""

    def __post_init__(self) -> None:
        """One of both must say who sends."""
        if not self.messaging_profile_id and not self.sender:
            raise ValueError("give messaging_profile_id or from")


class Telnyx(HttpProvider[TelnyxSettings]):
    """Text messages, and pictures where the network carries them."""

    key: ClassVar[str] = "telnyx"
    channel: ClassVar[str] = "sms"
    name: ClassVar[str] = "Telnyx"
    description: ClassVar[str] = "Text messages through Telnyx."
    URL: ClassVar[str] = "https://api.telnyx.com"
    # https://support.telnyx.com/en/articles/6505121-telnyx-messaging-error-codes, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "10001": Verdict.REFUSED,
        "10002": Verdict.GONE,  # invalid phone number
        "10004": Verdict.REFUSED,  # a parameter is missing
        "10009": Verdict.ACCOUNT,  # wrong key
        "10010": Verdict.ACCOUNT,  # no permission
        "10011": Verdict.LATER,  # too many requests
        "10015": Verdict.REFUSED,
        "20100": Verdict.ACCOUNT,  # no funds
        "40001": Verdict.GONE,  # a landline
        "40002": Verdict.REFUSED,  # taken for spam
        "40008": Verdict.REFUSED,  # undeliverable by policy of a carrier
        "40009": Verdict.REFUSED,  # invalid body
        "40011": Verdict.LATER,  # too many to this number
        "40012": Verdict.REFUSED,
        "40018": Verdict.LATER,  # the queue is full
        "40300": Verdict.UNSUBSCRIBED,  # the recipient answered STOP
        "40301": Verdict.REFUSED,
        "40302": Verdict.REFUSED,  # too long
        "40305": Verdict.ACCOUNT,  # invalid sender
        "40310": Verdict.GONE,  # invalid destination
        "40311": Verdict.ACCOUNT,  # the messaging profile is wrong
        "40312": Verdict.ACCOUNT,  # the messaging profile is disabled
        "40318": Verdict.LATER,  # the queue is full
        "40321": Verdict.ACCOUNT,  # no numbers in the pool
        "40333": Verdict.ACCOUNT,  # spending limit
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /v2/messages`."""
        text = text_of(dispatch)
        optional: dict[str, Any] = {
            "from": text.sender or self.settings.sender,
            "messaging_profile_id": self.settings.messaging_profile_id,
            "webhook_url": receipts_url(self.account, dispatch),
            "media_urls": list(text.media[:10]),
        }
        body = {"to": text.to, "text": text.body} | {name: value for name, value in optional.items() if value}
        return HttpRequest(url=f"{self.url}/v2/messages", headers=self._headers(), json=body)

    def reference(self, response: HttpResponse) -> str | None:
        """200 and an id."""
        match response.status, response.json:
            case 200, {"data": {"id": str(message_id)}}:
                return message_id
        return None

    def said(self, response: HttpResponse) -> Said:
        """The first of a list of errors."""
        match response.json:
            case {"errors": [{"code": str() | int() as code, **first}, *_]}:
                return Said(str(code), str(first.get("detail") or first.get("title") or ""))
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET /v2/balance`."""
        return HttpRequest(method="GET", url=f"{self.url}/v2/balance", headers=self._headers())

    def receipts(self, webhook: Webhook) -> Sequence[Receipt | Texted]:
        """`message.finalized` or `message.received`, signed with Ed25519 over the time and the body."""
        require_secret(self.settings.public_key, "public_key")
        at = webhook.headers.get("telnyx-timestamp", "")
        require_recent(at, webhook.at)
        try:
            key = Ed25519PublicKey.from_public_bytes(unbase64(self.settings.public_key))
            signature = unbase64(webhook.headers.get("telnyx-signature-ed25519", ""))
            key.verify(signature, f"{at}|".encode() + webhook.body)
        except (ValueError, InvalidSignature):
            raise NotAuthenticated("the webhook's signature is missing or wrong") from None
        match webhook.json:
            case {
                "data": {
                    "event_type": "message.finalized",
                    "payload": {"to": [{"status": str(word)}, *_], **payload},
                    **data,
                }
            }:
                return _receipts(webhook, word, payload, str(data.get("id") or ""), data.get("occurred_at"))
            # https://developers.telnyx.com/api-reference/callbacks/inbound-message, seen 2026-11
            case {
                "data": {
                    "event_type": "message.received",
                    "payload": {"id": str(fact), "from": {"phone_number": str(number)}, "text": str(text)},
                    **data,
                }
            }:
                at_ms = moment_ms(data.get("occurred_at"), webhook.at)
                return texted(number, text, at=at_ms, fact=digest_of(fact, "texted"))
        return []

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.api_key}"}


def _receipts(webhook: Webhook, word: str, payload: Mapping[Any, Any], fact: str, moment: Any) -> list[Receipt]:
    if word not in _STATUSES or not webhook.message_id:
        return []
    status = _STATUSES[word]
    code = ""
    match payload.get("errors"):
        case [{"code": str() | int() as first}, *_]:
            code = str(first)[:10]
    reason = _REASONS.get(code, Reason.FAILED) if status is Status.UNDELIVERABLE else None
    return [
        Receipt(
            message_id=webhook.message_id,
            status=status,
            reason=reason,
            at=moment_ms(moment, webhook.at),
            id=fact[:100] or digest_of(webhook.message_id, word),
            detail=f"{word} {code}".strip(),
        )
    ]


_STATUSES: Mapping[str, Status] = {
    "delivered": Status.DELIVERED,
    "sending_failed": Status.UNDELIVERABLE,
    "delivery_failed": Status.UNDELIVERABLE,
}
_REASONS: Mapping[str, Reason] = {
    "40001": Reason.BOUNCED,
    "40004": Reason.BOUNCED,  # the recipient's number was rejected
    "40300": Reason.UNSUBSCRIBED,
    "40310": Reason.BOUNCED,
}
