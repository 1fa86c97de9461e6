"""Email through Twilio SendGrid's HTTP API (v3)."""

import base64
import time
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tidings.channels import Attachment, Dispatch
from tidings.errors import NotAuthenticated
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Line, Secret, means
from tidings.providers.email import as_base64, copies, headers_of, letter, mailbox
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse, bounded_wait_s
from tidings.providers.mailbox import Mailbox
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import (
    Webhook,
    digest_of,
    facts,
    moment_ms,
    require,
    require_recent,
    require_secret,
    unbase64,
)


class SendGridSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: SendGrid → Settings → API Keys, and Mail Settings → Signed Event Webhook."""

    api_key: Annotated[Secret, means("A key that may send mail; it begins with `SG.`.")]
    from_address: Annotated[
        Line, means("The sender of mails whose template names none; empty is `TIDINGS_EMAIL_FROM`.")
    ] = ""
    ip_pool_name: Annotated[Line, means("The pool of addresses to send from; empty for none.")] = ""
    webhook_public_key: Annotated[Line, means("The verification key of the signed event webhook.")] = ""


class SendGrid(HttpProvider[SendGridSettings]):
    """Email through SendGrid's Mail Send API."""

    key: ClassVar[str] = "sendgrid"
    channel: ClassVar[str] = "email"
    name: ClassVar[str] = "SendGrid"
    description: ClassVar[str] = "Email through Twilio SendGrid's HTTP API."
    URL: ClassVar[str] = "https://api.sendgrid.com"
    # https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses, seen 2026-11.
    # It has no codes, but says which field it does not like.
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "personalizations.0.to.0.email": Verdict.GONE,  # "Does not contain a valid address."
        "from": Verdict.ACCOUNT,  # a sender that was not verified
        "from.email": Verdict.ACCOUNT,
        "400": Verdict.REFUSED,
        "401": Verdict.ACCOUNT,
        "403": Verdict.ACCOUNT,
        "406": Verdict.REFUSED,
        "413": Verdict.REFUSED,  # more than 30 MB
        "429": Verdict.LATER,
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /v3/mail/send`, one recipient."""
        email = letter(dispatch)
        person: dict[str, Any] = {
            "to": [_person(mailbox(email.to, "to"))],
            "custom_args": {"tidings": dispatch.message_id},
        }
        person |= {
            name: [_person(box) for box in copies(texts, name)]
            for name, texts in (("cc", email.cc), ("bcc", email.bcc))
            if texts
        }
        kinds = (("text/plain", email.text), ("text/html", email.html))
        body: dict[str, Any] = {
            "personalizations": [person],
            "from": _person(mailbox(email.sender or self.settings.from_address or self.account.email_from, "sender")),
            "subject": email.subject or " ",  # it refuses an empty one
            "content": [{"type": kind, "value": text} for kind, text in kinds if text]
            or [{"type": "text/plain", "value": " "}],
        }
        if headers := dict(headers_of(email)):
            body["headers"] = headers
        if email.reply_to:
            body["reply_to_list"] = [_person(box) for box in copies((email.reply_to,), "reply_to")]
        if email.attachments:
            body["attachments"] = [_attached(file) for file in email.attachments]
        if self.settings.ip_pool_name:
            body["ip_pool_name"] = self.settings.ip_pool_name
        return HttpRequest(url=f"{self.url}/v3/mail/send", headers=self._headers(), json=body)

    def reference(self, response: HttpResponse) -> str | None:
        """202 and no body; the id is a header."""
        return response.headers.get("x-message-id", "") if response.status == 202 else None

    def said(self, response: HttpResponse) -> Said:
        """A list of errors; the first names a field."""
        match response.json:
            case {"errors": [{"message": str(text), **first}, *_]}:
                return Said(str(first.get("field") or ""), text)
        return Said(text=response.text)

    def wait_s(self, response: HttpResponse) -> float | None:
        """`X-RateLimit-Reset` is the second (since 1970) at which the limit starts anew."""
        if response.retry_after_s is not None or "x-ratelimit-reset" not in response.headers:
            return response.retry_after_s
        try:
            return bounded_wait_s(float(response.headers["x-ratelimit-reset"]) - time.time())
        except ValueError:
            return None

    def probe(self) -> HttpRequest:
        """`GET /v3/scopes`."""
        return HttpRequest(method="GET", url=f"{self.url}/v3/scopes", headers=self._headers())

    def receipts(self, webhook: Webhook) -> list[Receipt]:
        """Event webhook, signed with ECDSA."""
        require_secret(self.settings.webhook_public_key, "webhook_public_key")
        at = webhook.headers.get("x-twilio-email-event-webhook-timestamp", "")
        signature = unbase64(webhook.headers.get("x-twilio-email-event-webhook-signature", ""))
        require_recent(at, webhook.at)
        try:
            key = load_der_public_key(base64.b64decode(self.settings.webhook_public_key))
            require(isinstance(key, EllipticCurvePublicKey))
            assert isinstance(key, EllipticCurvePublicKey)  # noqa: S101 - for the type checker
            key.verify(signature, at.encode() + webhook.body, ECDSA(SHA256()))
        except (ValueError, InvalidSignature):
            raise NotAuthenticated("the webhook's signature is missing or wrong") from None
        return [found for fact in facts(webhook.json) if (found := _receipt(fact, webhook.at))]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.api_key}"}


def _person(box: Mailbox) -> dict[str, str]:
    return {"email": box.address, "name": box.name} if box.name else {"email": box.address}


def _attached(file: Attachment) -> dict[str, str]:
    shown = {"disposition": "inline", "content_id": file.content_id} if file.content_id else {}
    return {"filename": file.filename, "type": file.content_type, "content": as_base64(file.data), **shown}


def _receipt(fact: Mapping[str, Any], now: int) -> Receipt | None:
    """https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event, seen 2026-11."""
    match fact:
        case {"event": str(event), "tidings": str(message_id)} if event in _EVENTS:
            status, reason = _EVENTS[event]
            if event == "bounce" and fact.get("type") == "blocked":
                reason = Reason.FAILED
            return Receipt(
                message_id=message_id,
                status=status,
                reason=reason,
                at=moment_ms(fact.get("timestamp"), now),
                id=str(fact.get("sg_event_id") or digest_of(event, message_id, fact.get("timestamp")))[:100],
                detail=event,
            )
    return None


_EVENTS: Mapping[str, tuple[Status, Reason | None]] = {
    "delivered": (Status.DELIVERED, None),
    "open": (Status.OPENED, None),
    "click": (Status.CLICKED, None),
    "bounce": (Status.UNDELIVERABLE, Reason.BOUNCED),
    "dropped": (Status.UNDELIVERABLE, Reason.FAILED),
    "spamreport": (Status.UNDELIVERABLE, Reason.UNSUBSCRIBED),
}
