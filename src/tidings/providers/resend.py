"""Email through Resend's HTTP API."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from tidings.channels import Attachment, Dispatch
from tidings.messages import Outcome, Reason, Receipt, Sent, Status
from tidings.providers.base import Line, Secret, means
from tidings.providers.email import addressed, as_base64, copies, headers_of, letter
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import Webhook, facts, moment_ms, require_secret, require_standard


class ResendSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Resend → API Keys, and Webhooks → Signing Secret."""

    api_key: Annotated[Secret, means("A key that may send; it begins with `re_`.")]
    from_address: Annotated[
        Line, means("The sender of mails whose template names none; empty is `TIDINGS_EMAIL_FROM`.")
    ] = ""
    webhook_secret: Annotated[Secret, means("The secret that webhooks are signed with; it begins with `whsec_`.")] = ""


class Resend(HttpProvider[ResendSettings]):
    """Email through Resend. It knows repeated messages by their key for a day."""

    key: ClassVar[str] = "resend"
    channel: ClassVar[str] = "email"
    name: ClassVar[str] = "Resend"
    description: ClassVar[str] = "Email through Resend's HTTP API; a repeated message is sent once."
    URL: ClassVar[str] = "https://api.resend.com"
    REPEATABLE_S: ClassVar[float] = 23 * 3600  # it keeps keys for 24 h
    # https://resend.com/docs/api-reference/errors, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "application_error": Verdict.LATER,
        "concurrent_idempotent_requests": Verdict.LATER,
        "daily_quota_exceeded": Verdict.LATER,
        "internal_server_error": Verdict.LATER,
        "invalid_access": Verdict.ACCOUNT,
        "invalid_api_key": Verdict.ACCOUNT,
        "invalid_attachment": Verdict.REFUSED,
        "invalid_from_address": Verdict.ACCOUNT,
        "invalid_idempotent_request": Verdict.UNSURE,  # this message, in other words, was taken before
        "invalid_parameter": Verdict.REFUSED,
        "method_not_allowed": Verdict.ACCOUNT,
        "missing_api_key": Verdict.ACCOUNT,
        "missing_required_field": Verdict.REFUSED,
        "monthly_quota_exceeded": Verdict.ACCOUNT,
        "not_found": Verdict.ACCOUNT,
        "rate_limit_exceeded": Verdict.LATER,
        "restricted_api_key": Verdict.ACCOUNT,
        "security_error": Verdict.REFUSED,
        "validation_error": Verdict.REFUSED,
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /emails` with the message's id as its key."""
        email = letter(dispatch)
        body: dict[str, Any] = {
            "from": addressed(email.sender or self.settings.from_address or self.account.email_from, "sender"),
            "to": [addressed(email.to, "to")],
            "subject": email.subject,
            "tags": [{"name": "tidings", "value": dispatch.message_id}],
        }
        optional = {
            "html": email.html,
            "text": email.text,
            "cc": [box.address for box in copies(email.cc, "cc")],
            "bcc": [box.address for box in copies(email.bcc, "bcc")],
            "reply_to": [box.address for box in copies((email.reply_to,), "reply_to")],
            "headers": dict(headers_of(email)),
            "attachments": [_attached(file) for file in email.attachments],
        }
        headers = {**self._headers(), "Idempotency-Key": dispatch.message_id}
        body |= {name: value for name, value in optional.items() if value}
        return HttpRequest(url=f"{self.url}/emails", headers=headers, json=body)

    def reference(self, response: HttpResponse) -> str | None:
        """200 and an id, the same for a repetition."""
        match response.status, response.json:
            case 200 | 201, {"id": str(message_id)}:
                return message_id
        return None

    def said(self, response: HttpResponse) -> Said:
        """Every error has a name."""
        match response.json:
            case {"name": str(code), "message": str(text)}:
                return Said(code, text)
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET /domains`."""
        return HttpRequest(method="GET", url=f"{self.url}/domains", headers=self._headers())

    def refused(self, response: HttpResponse, dispatch: Dispatch | None = None) -> Outcome:
        """A key that may only send is a good key, though it may not look around."""
        if dispatch is None and self.said(response).code == "restricted_api_key":
            return Sent()
        return super().refused(response, dispatch)

    def receipts(self, webhook: Webhook) -> list[Receipt]:
        """Signed as Svix does."""
        require_secret(self.settings.webhook_secret, "webhook_secret")
        require_standard(webhook, self.settings.webhook_secret, prefix="svix")
        fact_id = webhook.headers.get("svix-id", "")
        return [found for fact in facts(webhook.json) if (found := _receipt(fact, fact_id, webhook.at))]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.api_key}"}


def _attached(file: Attachment) -> dict[str, str]:
    shown = {"content_id": file.content_id} if file.content_id else {}
    return {"filename": file.filename, "content_type": file.content_type, "content": as_base64(file.data), **shown}


def _receipt(fact: Mapping[str, Any], fact_id: str, now: int) -> Receipt | None:
    """https://resend.com/docs/dashboard/webhooks/event-types, seen 2026-11."""
    match fact:
        case {"type": str(kind), "data": {"tags": tags, **data}} if kind in _KINDS:
            message_id = _tag(tags)
            status, reason = _KINDS[kind]
            bounce = data.get("bounce")
            if isinstance(bounce, Mapping) and bounce.get("type") == "Transient":
                reason = Reason.FAILED
            if message_id:
                at = moment_ms(fact.get("created_at"), now)
                return Receipt(
                    message_id=message_id, status=status, reason=reason, at=at, id=fact_id[:100], detail=kind
                )
    return None


def _tag(tags: Any) -> str:
    """Find our tag: in webhooks tags are an object, in the API a list."""
    match tags:
        case {"tidings": str(message_id)}:
            return message_id
        case list():
            return next((str(tag.get("value")) for tag in facts(tags) if tag.get("name") == "tidings"), "")
    return ""


_KINDS: Mapping[str, tuple[Status, Reason | None]] = {
    "email.delivered": (Status.DELIVERED, None),
    "email.opened": (Status.OPENED, None),
    "email.clicked": (Status.CLICKED, None),
    "email.bounced": (Status.UNDELIVERABLE, Reason.BOUNCED),
    "email.failed": (Status.UNDELIVERABLE, Reason.FAILED),
    "email.suppressed": (Status.UNDELIVERABLE, Reason.BOUNCED),
    "email.complained": (Status.UNDELIVERABLE, Reason.UNSUBSCRIBED),
}
