"""Text messages through Plivo."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

import msgspec

from tidings.channels import Dispatch
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Required, Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse, basic, part
from tidings.providers.sms import digits, receipts_url, text_of
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import Webhook, digest_of, require, same, signed_base64


class PlivoSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Plivo Console → Overview."""

    auth_id: Annotated[Required, means("The account's Auth ID.")]
    auth_token: Annotated[Secret, means("The account's Auth Token; webhooks are signed with it, too.")]
    sender: Annotated[Required, means("A number of yours in E.164, a short code or a registered sender id.")] = (
        msgspec.field(name="from")
    )


class Plivo(HttpProvider[PlivoSettings]):
    """Text messages."""

    key: ClassVar[str] = "plivo"
    channel: ClassVar[str] = "sms"
    name: ClassVar[str] = "Plivo"
    description: ClassVar[str] = "Text messages through Plivo."
    URL: ClassVar[str] = "https://api.plivo.com"
    # https://www.plivo.com/docs/messaging/api/overview#response-codes, seen 2026-11. It has no codes, only words.
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "dst": Verdict.BOUNCED,  # 400 about the destination
        "src": Verdict.ACCOUNT,  # 400 about the sender
        "400": Verdict.REFUSED,
        "401": Verdict.ACCOUNT,
        "402": Verdict.ACCOUNT,
        "404": Verdict.ACCOUNT,
        "405": Verdict.REFUSED,
        "429": Verdict.LATER,
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /v1/Account/{auth_id}/Message/`."""
        text = text_of(dispatch)
        body: dict[str, Any] = {
            "src": digits(text.sender or self.settings.sender),
            "dst": digits(text.to),
            "text": text.body,
        }
        if url := receipts_url(self.account, dispatch):
            body |= {"url": url, "method": "POST"}
        return HttpRequest(url=f"{self._account_url}/Message/", headers=self._headers(), json=body)

    def reference(self, response: HttpResponse) -> str | None:
        """202 and the ids of the messages."""
        match response.status, response.json:
            case 200 | 202, {"message_uuid": [str(first), *_]}:
                return first
        return None

    def said(self, response: HttpResponse) -> Said:
        """Words; they name the field."""
        match response.json:
            case {"error": str(text)}:
                field = next((name for name in ("dst", "src") if f"{name} " in f"{text} "), "")
                return Said(field, text)
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET /v1/Account/{auth_id}/`."""
        return HttpRequest(method="GET", url=f"{self._account_url}/", headers=self._headers())

    def receipts(self, webhook: Webhook) -> list[Receipt]:
        """Delivery report; signed over its URL (which names the message) and a nonce."""
        parts = urlsplit(webhook.url)
        nonce = webhook.headers.get("x-plivo-signature-v2-nonce", "")
        text = f"{parts.scheme}://{parts.netloc}{parts.path}{nonce}"
        ours = signed_base64(self.settings.auth_token, text.encode())
        given = [webhook.headers.get(f"x-plivo-signature-{kind}", "") for kind in ("v2", "ma-v2")]
        require(bool(nonce) and any(same(ours, one) for theirs in given for one in theirs.split(",")[:10]))
        form = webhook.form
        word = form.get("Status", "")
        if word not in _STATUSES or not webhook.message_id:
            return []
        code = form.get("ErrorCode", "")
        status = _STATUSES[word]
        reason = _REASONS.get(code, Reason.FAILED) if status is Status.UNDELIVERABLE else None
        fact = digest_of(form.get("MessageUUID"), word)
        detail = f"{word} {code[:10]}".strip()
        return [
            Receipt(message_id=webhook.message_id, status=status, reason=reason, at=webhook.at, id=fact, detail=detail)
        ]

    @property
    def _account_url(self) -> str:
        return f"{self.url}/v1/Account/{part(self.settings.auth_id)}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": basic(self.settings.auth_id, self.settings.auth_token)}


_STATUSES: Mapping[str, Status] = {
    "delivered": Status.DELIVERED,
    "read": Status.OPENED,
    "undelivered": Status.UNDELIVERABLE,
    "failed": Status.UNDELIVERABLE,
    "rejected": Status.UNDELIVERABLE,
}
_REASONS: Mapping[str, Reason] = {
    "30": Reason.BOUNCED,  # unknown destination
    "40": Reason.BOUNCED,  # unavailable destination
    "50": Reason.BOUNCED,  # blocked or landline
    "200": Reason.UNSUBSCRIBED,  # the recipient opted out
}
