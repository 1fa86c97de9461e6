"""Text messages through Twilio."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

import msgspec

from tidings.channels import Dispatch
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Line, Required, Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse, basic, part
from tidings.providers.sms import receipts_url, text_of, texted
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import Webhook, digest_of, require, same, signed_base64
from tidings.suppressions import Texted


class TwilioSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Twilio Console → Account Info; Messaging → Services."""

    account_sid: Annotated[Required, means("The account's SID; it begins with `AC`.")]
    auth_token: Annotated[Secret, means("The account's auth token; webhooks are signed with it, too.")]
    messaging_service_sid: Annotated[Line, means("Sends from the pool of a messaging service; else give a sender.")] = (
        ""
    )
    sender: Annotated[Line, means("A number of yours in E.164, a short code or an alphanumeric sender.")] = (
        msgspec.field(name="from", default="")
    )

    def __post_init__(self) -> None:
        """One of both must say who sends."""
        if not self.messaging_service_sid and not self.sender:
            raise ValueError("give messaging_service_sid or from")


class Twilio(HttpProvider[TwilioSettings]):
    """Text messages, and pictures where the network carries them."""

    key: ClassVar[str] = "twilio"
    channel: ClassVar[str] = "sms"
    name: ClassVar[str] = "Twilio"
    description: ClassVar[str] = "Text messages through Twilio."
    URL: ClassVar[str] = "https://api.twilio.com"
    # https://www.twilio.com/docs/api/errors, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "14107": Verdict.LATER,  # rate of a number exceeded
        "20003": Verdict.ACCOUNT,  # wrong sid or token, or suspended
        "20005": Verdict.ACCOUNT,
        "20404": Verdict.ACCOUNT,
        "20429": Verdict.LATER,
        "21211": Verdict.GONE,  # invalid To
        "21212": Verdict.ACCOUNT,  # invalid From
        "21214": Verdict.BOUNCED,  # To cannot be reached
        "21217": Verdict.GONE,  # To does not look like a number
        "21408": Verdict.ACCOUNT,  # no permission for the region
        "21602": Verdict.REFUSED,  # no body
        "21603": Verdict.ACCOUNT,  # no From
        "21606": Verdict.ACCOUNT,  # From is not this account's, or cannot send
        "21608": Verdict.ACCOUNT,  # a trial account may not send there
        "21610": Verdict.UNSUBSCRIBED,  # the recipient answered STOP
        "21611": Verdict.LATER,  # the number's queue is full
        "21612": Verdict.REFUSED,  # From cannot reach To
        "21614": Verdict.GONE,  # no mobile number
        "21617": Verdict.REFUSED,  # more than 1 600 characters
        "21703": Verdict.ACCOUNT,  # the messaging service has no numbers
        "30001": Verdict.LATER,  # queue overflow
        "30002": Verdict.ACCOUNT,  # suspended
        "63038": Verdict.ACCOUNT,  # the day's quota is used up
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST …/Messages.json`."""
        text = text_of(dispatch)
        settings = self.settings
        form: dict[str, str | tuple[str, ...]] = {"To": text.to, "Body": text.body}
        if settings.messaging_service_sid and not text.sender:
            form["MessagingServiceSid"] = settings.messaging_service_sid
        else:
            form["From"] = text.sender or settings.sender
        if url := receipts_url(self.account, dispatch):
            form["StatusCallback"] = url
        if text.media:
            form["MediaUrl"] = text.media[:10]
        return HttpRequest(url=f"{self._account_url}/Messages.json", headers=self._headers(), form=form)

    def override_key(self, name: str) -> str:
        """Twilio's fields begin with a capital; Courier's senders need not write it."""
        return name[:1].upper() + name[1:]

    def reference(self, response: HttpResponse) -> str | None:
        """201 and the message's sid."""
        match response.status, response.json:
            case 200 | 201, {"sid": str(sid)}:
                return sid
        return None

    def said(self, response: HttpResponse) -> Said:
        """A code for everything."""
        match response.json:
            case {"code": int(code), "message": str(text)}:
                return Said(str(code), text)
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET …/Accounts/{sid}.json`."""
        return HttpRequest(method="GET", url=f"{self._account_url}.json", headers=self._headers())

    WELL_TAKEN: ClassVar[str] = "<Response/>"  # plain words would be texted back

    def receipts(self, webhook: Webhook) -> Sequence[Receipt | Texted]:
        """Status callback, or a text to a number of ours; signed over the URL and the fields by their names."""
        form = webhook.form
        text = webhook.url + "".join(name + form[name] for name in sorted(form))
        ours = signed_base64(self.settings.auth_token, text.encode(), "sha1")
        require(same(ours, webhook.headers.get("x-twilio-signature", "")))
        if "Body" in form and "MessageStatus" not in form:
            return _texted(form, webhook.at)
        word = form.get("MessageStatus", "")
        if word not in _STATUSES or not webhook.message_id:
            return []
        code = form.get("ErrorCode", "")
        status = _STATUSES[word]
        reason = _REASONS.get(code, Reason.FAILED) if status is Status.UNDELIVERABLE else None
        detail = f"{word} {code[:10]}".strip()
        fact = digest_of(form.get("MessageSid"), word)
        return [
            Receipt(message_id=webhook.message_id, status=status, reason=reason, at=webhook.at, id=fact, detail=detail)
        ]

    @property
    def _account_url(self) -> str:
        return f"{self.url}/2010-04-01/Accounts/{part(self.settings.account_sid)}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": basic(self.settings.account_sid, self.settings.auth_token)}


def _texted(form: Mapping[str, str], at: int) -> list[Texted]:
    """https://www.twilio.com/docs/messaging/guides/webhook-request, seen 2026-11.

    Where the account has words of its own (Advanced Opt-Out), `OptOutType` says what Twilio made of the text.
    """
    text = form.get("OptOutType") or form["Body"]
    if text.strip().upper() == "YES":  # it lets in again whoever says so, and would deliver
        text = "START"
    return texted(form.get("From"), text, at=at, fact=digest_of(form.get("MessageSid"), "texted"))


_STATUSES: Mapping[str, Status] = {
    "delivered": Status.DELIVERED,
    "read": Status.OPENED,
    "undelivered": Status.UNDELIVERABLE,
    "failed": Status.UNDELIVERABLE,
}
_REASONS: Mapping[str, Reason] = {
    "21610": Reason.UNSUBSCRIBED,
    "30003": Reason.BOUNCED,  # unreachable handset
    "30005": Reason.BOUNCED,  # unknown handset
    "30006": Reason.BOUNCED,  # landline
}
