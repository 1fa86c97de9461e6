"""Text messages through Vonage (once Nexmo), by its SMS API."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from tidings.channels import Dispatch, segments
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Required, Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.sms import digits, receipts_url, text_of, texted
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import (
    Webhook,
    digest_of,
    moment_ms,
    require,
    require_recent,
    require_secret,
    same,
    signed_hex,
)
from tidings.suppressions import Texted


class VonageSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Vonage API Dashboard → API settings."""

    api_key: Annotated[Required, means("The account's API key.")]
    api_secret: Annotated[Secret, means("The account's API secret.")]
    sender: Annotated[Required, means("A number, or up to 11 letters and digits.")] = msgspec.field(name="from")
    signature_secret: Annotated[
        Secret, means("Webhooks are signed with it, once *signed webhooks* are switched on.")
    ] = ""
    signature_method: Annotated[
        Literal["md5", "sha1", "sha256", "sha512"],
        means("The HMAC that the dashboard names; its default, *MD5 hash*, is no HMAC and not taken."),
    ] = "sha256"


class Vonage(HttpProvider[VonageSettings]):
    """Text messages; it answers 200 whatever happens, and says in the body what happened."""

    key: ClassVar[str] = "vonage"
    channel: ClassVar[str] = "sms"
    name: ClassVar[str] = "Vonage"
    description: ClassVar[str] = "Text messages through Vonage's SMS API."
    URL: ClassVar[str] = "https://rest.nexmo.com"
    # https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "1": Verdict.LATER,  # throttled
        "2": Verdict.REFUSED,  # missing parameters
        "3": Verdict.REFUSED,  # invalid parameters
        "4": Verdict.ACCOUNT,  # invalid credentials
        "5": Verdict.LATER,  # internal error
        "6": Verdict.REFUSED,  # invalid message
        "7": Verdict.BOUNCED,  # the number is barred
        "8": Verdict.ACCOUNT,  # the account is barred
        "9": Verdict.ACCOUNT,  # no balance
        "10": Verdict.LATER,  # too many connections
        "11": Verdict.ACCOUNT,  # not enabled for HTTP
        "12": Verdict.REFUSED,  # too long
        "14": Verdict.ACCOUNT,  # invalid signature
        "15": Verdict.ACCOUNT,  # invalid sender
        "22": Verdict.REFUSED,  # invalid network code
        "23": Verdict.REFUSED,  # invalid callback URL
        "29": Verdict.ACCOUNT,  # not among the numbers a trial may send to
        "32": Verdict.ACCOUNT,  # signature and secret together
        "33": Verdict.GONE,  # the number was deactivated
        "partly": Verdict.UNSURE,  # ours: some parts of a long message were taken
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /sms/json`."""
        text = text_of(dispatch)
        form: dict[str, str | tuple[str, ...]] = {
            "api_key": self.settings.api_key,
            "api_secret": self.settings.api_secret,
            "from": text.sender or self.settings.sender,
            "to": digits(text.to),
            "text": text.body,
            "client-ref": dispatch.message_id,
        }
        if segments(text.body).encoding == "UCS-2":
            form["type"] = "unicode"
        if url := receipts_url(self.account, dispatch):
            form["callback"] = url
        return HttpRequest(url=f"{self.url}/sms/json", form=form)

    def reference(self, response: HttpResponse) -> str | None:
        """Each part of the message has a status of its own; all must be 0."""
        match response.json:
            case {"messages": [{"status": "0", "message-id": str(first)}, *rest]}:
                return first if all(part.get("status") == "0" for part in rest if isinstance(part, dict)) else None
        return None

    def said(self, response: HttpResponse) -> Said:
        """The first part that was not taken. Parts before it went out: then nobody can say that nothing was sent."""
        match response.json:
            case {"messages": list(parts)}:
                refused = [part for part in parts if isinstance(part, dict) and part.get("status") != "0"]
                if len(refused) < len(parts):
                    return Said("partly", "some parts of the message were taken, and others not")
                if refused:
                    return Said(str(refused[0].get("status", "")), str(refused[0].get("error-text", "")))
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET /account/get-balance`."""
        query = f"api_key={self.settings.api_key}&api_secret={self.settings.api_secret}"
        return HttpRequest(method="GET", url=f"{self.url}/account/get-balance?{query}")

    def receipts(self, webhook: Webhook) -> Sequence[Receipt | Texted]:
        """Delivery receipt, or a text to a number of ours, by POST or GET, signed over all its fields."""
        require_secret(self.settings.signature_secret, "signature_secret")
        fields = _fields(webhook)
        theirs = str(fields.pop("sig", ""))
        require_recent(str(fields.get("timestamp", "")), webhook.at)
        text = "".join(f"&{name}={_plain(fields[name])}" for name in sorted(fields))
        ours = signed_hex(self.settings.signature_secret, text.encode(), self.settings.signature_method)
        require(same(ours, theirs.lower()))
        if "text" in fields and "status" not in fields:
            # https://developer.vonage.com/en/messaging/sms/guides/inbound-sms, seen 2026-11
            at = moment_ms(fields.get("message-timestamp"), webhook.at)
            return texted(
                fields.get("msisdn"), fields["text"], at=at, fact=digest_of(fields.get("messageId"), "texted")
            )
        word = str(fields.get("status", ""))
        message_id = webhook.message_id or str(fields.get("client-ref", ""))
        if word not in _STATUSES or not message_id:
            return []
        status = _STATUSES[word]
        code = str(fields.get("err-code", ""))[:10]
        reason = (_REASONS.get(code, Reason.FAILED)) if status is Status.UNDELIVERABLE else None
        at = moment_ms(fields.get("message-timestamp"), webhook.at)
        fact = digest_of(fields.get("messageId"), word)
        return [Receipt(message_id=message_id, status=status, reason=reason, at=at, id=fact, detail=f"{word} {code}")]


def _fields(webhook: Webhook) -> dict[str, Any]:
    if webhook.method == "GET":
        return dict(webhook.query)
    if "json" in webhook.headers.get("content-type", ""):
        return {str(name): value for name, value in webhook.json.items()} if isinstance(webhook.json, dict) else {}
    return dict(webhook.form)


def _plain(value: Any) -> str:
    """What would look like another parameter is written as an underscore before it is signed."""
    return str(value).replace("&", "_").replace("=", "_")


_STATUSES: Mapping[str, Status] = {
    "delivered": Status.DELIVERED,
    "expired": Status.UNDELIVERABLE,
    "failed": Status.UNDELIVERABLE,
    "rejected": Status.UNDELIVERABLE,
}
_REASONS: Mapping[str, Reason] = {
    "1": Reason.FAILED,
    "2": Reason.BOUNCED,  # absent for now
    "3": Reason.BOUNCED,  # absent for good
    "5": Reason.UNSUBSCRIBED,  # barred by the user
    "8": Reason.BOUNCED,  # cannot take messages
    "9": Reason.BOUNCED,  # illegal number
}
