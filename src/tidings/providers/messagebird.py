"""Text messages through MessageBird's REST API (today Bird)."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import jwt

from tidings.channels import Dispatch
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Required, Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.sms import digits, receipts_url, text_of
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import AGE_S_MAX, Webhook, digest_of, moment_ms, require, require_secret, same


class MessageBirdSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: MessageBird Dashboard → Developers → API access."""

    access_key: Annotated[Secret, means("The live access key.")]
    originator: Annotated[Required, means("The sender: a number, or up to 11 letters and digits.")]
    signing_key: Annotated[Secret, means("The key that webhooks are signed with.")] = ""


class MessageBird(HttpProvider[MessageBirdSettings]):
    """Text messages."""

    key: ClassVar[str] = "messagebird-sms"
    channel: ClassVar[str] = "sms"
    name: ClassVar[str] = "MessageBird"
    description: ClassVar[str] = "Text messages through MessageBird."
    URL: ClassVar[str] = "https://rest.messagebird.com"
    # https://developers.messagebird.com/api/#api-errors, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "2": Verdict.ACCOUNT,  # wrong access key
        "9": Verdict.REFUSED,  # a parameter is missing
        "9 recipients": Verdict.BOUNCED,
        "9 recipient": Verdict.BOUNCED,
        "10": Verdict.REFUSED,  # a parameter is invalid
        "10 recipients": Verdict.BOUNCED,
        "10 recipient": Verdict.BOUNCED,
        "20": Verdict.ACCOUNT,
        "21": Verdict.REFUSED,
        "25": Verdict.ACCOUNT,  # no balance
        "98": Verdict.ACCOUNT,
        "99": Verdict.LATER,  # internal error
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /messages`."""
        text = text_of(dispatch)
        body: dict[str, Any] = {
            "recipients": [digits(text.to)],
            "originator": text.sender or self.settings.originator,
            "body": text.body,
            "reference": dispatch.message_id,
            "datacoding": "auto",
        }
        if url := receipts_url(self.account, dispatch):
            body["reportUrl"] = url
        return HttpRequest(url=f"{self.url}/messages", headers=self._headers(), json=body)

    def reference(self, response: HttpResponse) -> str | None:
        """201 and an id."""
        match response.status, response.json:
            case 200 | 201, {"id": str(message_id), "recipients": dict()}:
                return message_id
        return None

    def said(self, response: HttpResponse) -> Said:
        """The first of a list of errors; which field it is about tells whether it is the recipient."""
        match response.json:
            case {"errors": [{"code": int(code), "description": str(text), **first}, *_]}:
                field = str(first.get("parameter") or "")
                about = f"{code} {field}"
                return Said(about if about in self.ANSWERS else str(code), text)
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET /balance`."""
        return HttpRequest(method="GET", url=f"{self.url}/balance", headers=self._headers())

    def receipts(self, webhook: Webhook) -> list[Receipt]:
        """Status report, by GET, with a signed token that names the URL and the body by their hashes."""
        require_secret(self.settings.signing_key, "signing_key")
        token = webhook.headers.get("messagebird-signature-jwt", "")
        try:
            claims = jwt.decode(
                token,
                self.settings.signing_key,
                algorithms=["HS256", "HS384", "HS512"],
                issuer="MessageBird",
                options={"verify_exp": False, "verify_nbf": False, "require": ["nbf", "exp", "jti"]},
            )
        except jwt.InvalidTokenError:
            claims = {}
        now_s = webhook.at / 1000
        require(claims.get("nbf", now_s + 1e9) <= now_s + AGE_S_MAX and claims.get("exp", 0) >= now_s - AGE_S_MAX)
        require(same(str(claims.get("url_hash", "")), hashlib.sha256(webhook.url.encode()).hexdigest()))
        if webhook.body:
            require(same(str(claims.get("payload_hash", "")), hashlib.sha256(webhook.body).hexdigest()))
        fields = webhook.query
        word, message_id = fields.get("status", ""), webhook.message_id or fields.get("reference", "")
        if word not in _STATUSES or not message_id:
            return []
        status, reason = _STATUSES[word]
        at = moment_ms(fields.get("statusDatetime"), webhook.at)
        fact = digest_of(fields.get("id"), fields.get("recipient"), word)
        detail = str(fields.get("statusReason") or word)[:100]
        return [Receipt(message_id=message_id, status=status, reason=reason, at=at, id=fact, detail=detail)]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"AccessKey {self.settings.access_key}", "Accept": "application/json"}


_STATUSES: Mapping[str, tuple[Status, Reason | None]] = {
    "delivered": (Status.DELIVERED, None),
    "delivery_failed": (Status.UNDELIVERABLE, Reason.BOUNCED),
    "expired": (Status.UNDELIVERABLE, Reason.FAILED),
}
