"""Email through Postmark's HTTP API."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from tidings.channels import Attachment, Dispatch
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Line, Secret, means
from tidings.providers.email import addressed, as_base64, headers_of, letter
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import Webhook, digest_of, facts, moment_ms, require_basic, require_secret


class PostmarkSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Postmark → Servers → API Tokens."""

    api_key: Annotated[Secret, means("The token of the server.")]
    from_address: Annotated[
        Line, means("The sender of mails whose template names none; empty is `TIDINGS_EMAIL_FROM`.")
    ] = ""
    message_stream: Annotated[Line, means("The message stream; empty is the server's default transactional one.")] = ""
    webhook_password: Annotated[
        Secret, means("The password in the webhook's URL: Postmark signs nothing, it can only log in.")
    ] = ""


class Postmark(HttpProvider[PostmarkSettings]):
    """Transactional email through Postmark's HTTP API."""

    key: ClassVar[str] = "postmark"
    channel: ClassVar[str] = "email"
    name: ClassVar[str] = "Postmark"
    description: ClassVar[str] = "Transactional email through Postmark's HTTP API."
    URL: ClassVar[str] = "https://api.postmarkapp.com"
    # https://postmarkapp.com/developer/api/overview#error-codes, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "10": Verdict.ACCOUNT,  # bad or missing token
        "100": Verdict.LATER,  # maintenance
        "300": Verdict.REFUSED,  # invalid email request: which field, the text says
        "400": Verdict.ACCOUNT,  # sender signature not found
        "401": Verdict.ACCOUNT,  # sender signature not confirmed
        "402": Verdict.REFUSED,  # invalid JSON
        "405": Verdict.ACCOUNT,  # no credits left
        "406": Verdict.GONE,  # inactive recipient: bounced hard, complained or was suppressed before
        "409": Verdict.REFUSED,  # JSON required
        "411": Verdict.REFUSED,  # forbidden attachment type
        "412": Verdict.ACCOUNT,  # account pending approval
        "413": Verdict.ACCOUNT,  # account may not send
        "429": Verdict.LATER,  # rate limit
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /email`, one message."""
        email = letter(dispatch)
        body: dict[str, Any] = {
            "From": addressed(email.sender or self.settings.from_address or self.account.email_from, "sender"),
            "To": addressed(email.to, "to"),
            "Subject": email.subject,
            "Metadata": {"tidings": dispatch.message_id},
            "Headers": [{"Name": name, "Value": value} for name, value in headers_of(email)],
        }
        optional = {
            "HtmlBody": email.html,
            "TextBody": email.text,
            "Cc": ", ".join(email.cc),
            "Bcc": ", ".join(email.bcc),
            "ReplyTo": email.reply_to,
            "MessageStream": self.settings.message_stream,
            "Attachments": [_attached(file) for file in email.attachments],
        }
        return HttpRequest(
            url=f"{self.url}/email",
            headers=self._headers(),
            json=body | {name: value for name, value in optional.items() if value},
        )

    def reference(self, response: HttpResponse) -> str | None:
        """200 with `ErrorCode` 0."""
        match response.status, response.json:
            case 200, {"ErrorCode": 0, "MessageID": str(message_id)}:
                return message_id
        return None

    def said(self, response: HttpResponse) -> Said:
        """Every refusal has an `ErrorCode`."""
        match response.json:
            case {"ErrorCode": int(code), "Message": str(text)}:
                return Said(str(code), text)
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET /server`."""
        return HttpRequest(method="GET", url=f"{self.url}/server", headers=self._headers())

    def receipts(self, webhook: Webhook) -> list[Receipt]:
        """Delivery, Bounce, SpamComplaint, Open, Click and SubscriptionChange."""
        require_secret(self.settings.webhook_password, "webhook_password")
        require_basic(webhook, self.settings.webhook_password)
        return [found for fact in facts(webhook.json) if (found := _receipt(fact, webhook.at))]

    def _headers(self) -> dict[str, str]:
        return {"Accept": "application/json", "X-Postmark-Server-Token": self.settings.api_key}


def _attached(file: Attachment) -> dict[str, str]:
    shown = {"ContentID": f"cid:{file.content_id}"} if file.content_id else {}
    return {"Name": file.filename, "ContentType": file.content_type, "Content": as_base64(file.data), **shown}


def _receipt(fact: Mapping[str, Any], now: int) -> Receipt | None:
    """https://postmarkapp.com/developer/webhooks/webhooks-overview, seen 2026-11."""
    match fact:
        case {"RecordType": str(kind), "Metadata": {"tidings": str(message_id)}} if kind in _KINDS:
            status, reason, moment = _KINDS[kind]
            at = fact.get(moment)
            return Receipt(
                message_id=message_id,
                status=status,
                reason=Reason.FAILED if kind == "Bounce" and fact.get("Type") not in _BOUNCES else reason,
                at=moment_ms(at, now),
                id=digest_of(kind, fact.get("MessageID"), at),
                detail=str(fact.get("Name") or "")[:100],
            )
    return None


_KINDS: Mapping[str, tuple[Status, Reason | None, str]] = {
    "Delivery": (Status.DELIVERED, None, "DeliveredAt"),
    "Open": (Status.OPENED, None, "ReceivedAt"),
    "Click": (Status.CLICKED, None, "ReceivedAt"),
    "Bounce": (Status.UNDELIVERABLE, Reason.BOUNCED, "BouncedAt"),
    "SpamComplaint": (Status.UNDELIVERABLE, Reason.UNSUBSCRIBED, "BouncedAt"),
}
_BOUNCES = {"HardBounce", "BadEmailAddress", "ManuallyDeactivated", "Undeliverable"}
