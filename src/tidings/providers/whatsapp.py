"""Messages to WhatsApp through Meta's Cloud API."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from tidings.channels import Dispatch, WhatsAppContent
from tidings.errors import InvalidInput
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Required, Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse, part
from tidings.providers.sms import digits
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import Webhook, digest_of, facts, moment_ms, require, require_secret, same, signed_hex


class WhatsAppSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: developers.facebook.com → your app → WhatsApp → API setup."""

    access_token: Annotated[Secret, means("The permanent token of a system user.")]
    phone_number_id: Annotated[Required, means("The id of the number that messages come from, not the number itself.")]
    api_version: Annotated[
        str, msgspec.Meta(max_length=10, pattern=r"^v\d+\.\d+$"), means("The version of Meta's Graph API.")
    ] = "v23.0"
    app_secret: Annotated[Secret, means("The app's secret, with which webhooks are signed.")] = ""
    verify_token: Annotated[Secret, means("Any word of yours: Meta says it when the webhook is set up.")] = ""


class WhatsApp(HttpProvider[WhatsAppSettings]):
    """Session text or a picture within 24 hours of the person's last message, else an approved template."""

    key: ClassVar[str] = "whatsapp"
    channel: ClassVar[str] = "direct_message"
    name: ClassVar[str] = "WhatsApp"
    description: ClassVar[str] = "Messages to WhatsApp through Meta's Cloud API."
    URL: ClassVar[str] = "https://graph.facebook.com"
    # https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "0": Verdict.ACCOUNT,
        "1": Verdict.LATER,
        "2": Verdict.LATER,
        "3": Verdict.ACCOUNT,
        "4": Verdict.LATER,  # too many calls of the app
        "10": Verdict.ACCOUNT,
        "33": Verdict.ACCOUNT,  # the number was deleted
        "100": Verdict.REFUSED,
        "190": Verdict.ACCOUNT,  # the token has ended
        "368": Verdict.ACCOUNT,  # blocked for violating a policy
        "80007": Verdict.LATER,
        "130429": Verdict.LATER,
        "130472": Verdict.REFUSED,  # the person is part of an experiment
        "130497": Verdict.ACCOUNT,  # may not send to that country
        "131000": Verdict.UNSURE,  # "something went wrong"
        "131005": Verdict.ACCOUNT,
        "131008": Verdict.REFUSED,
        "131009": Verdict.REFUSED,
        "131016": Verdict.LATER,
        "131021": Verdict.BOUNCED,  # to oneself
        "131026": Verdict.BOUNCED,  # not on WhatsApp, or a version too old
        "131030": Verdict.ACCOUNT,  # not among the numbers a test account may send to
        "131031": Verdict.ACCOUNT,
        "131042": Verdict.ACCOUNT,  # payment
        "131047": Verdict.REFUSED,  # more than 24 hours: only a template goes out
        "131048": Verdict.LATER,
        "131049": Verdict.REFUSED,
        "131050": Verdict.UNSUBSCRIBED,
        "131051": Verdict.REFUSED,
        "131056": Verdict.LATER,  # too many to this person
        "131057": Verdict.LATER,  # maintenance
        "132000": Verdict.REFUSED,  # the number of parameters
        "132001": Verdict.REFUSED,  # no such template in that language
        "132005": Verdict.REFUSED,
        "132007": Verdict.REFUSED,
        "132012": Verdict.REFUSED,
        "132015": Verdict.REFUSED,  # paused
        "132016": Verdict.REFUSED,  # disabled
        "133010": Verdict.ACCOUNT,  # the sender is not registered
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /{phone_number_id}/messages`."""
        content = dispatch.content
        if not isinstance(content, WhatsAppContent):
            raise InvalidInput("the content is no WhatsApp message")
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": digits(dispatch.address),
            "biz_opaque_callback_data": dispatch.message_id,
        }
        if content.image:
            caption = {"caption": content.body} if content.body else {}
            body |= {"type": "image", "image": {"link": content.image, **caption}}
        elif content.template is None:
            body |= {"type": "text", "text": {"body": content.body, "preview_url": False}}
        else:
            template: dict[str, Any] = {"name": content.template.name, "language": {"code": content.template.language}}
            if content.template.components:
                template["components"] = list(content.template.components)
            body |= {"type": "template", "template": template}
        return HttpRequest(url=f"{self._number}/messages", headers=self._headers(), json=body)

    def reference(self, response: HttpResponse) -> str | None:
        """200 and the message's id."""
        match response.status, response.json:
            case 200, {"messages": [{"id": str(message_id)}, *_]}:
                return message_id
        return None

    def said(self, response: HttpResponse) -> Said:
        """A code for everything, and details."""
        match response.json:
            case {"error": {"code": int(code), **error}}:
                data = error.get("error_data")
                details = data.get("details") if isinstance(data, Mapping) else None
                return Said(str(code), str(details or error.get("message") or ""))
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET /{phone_number_id}`."""
        return HttpRequest(method="GET", url=self._number, headers=self._headers())

    def challenge(self, webhook: Webhook) -> str | None:
        """Say Meta's word back when it knows ours."""
        query = webhook.query
        if webhook.method != "GET" or query.get("hub.mode") != "subscribe":
            return None
        require_secret(self.settings.verify_token, "verify_token")
        require(same(query.get("hub.verify_token", ""), self.settings.verify_token))
        return query.get("hub.challenge", "")[:1000]

    def receipts(self, webhook: Webhook) -> list[Receipt]:
        """`statuses`, signed with the app's secret."""
        require_secret(self.settings.app_secret, "app_secret")
        ours = "sha256=" + signed_hex(self.settings.app_secret, webhook.body)
        require(same(ours, webhook.headers.get("x-hub-signature-256", "")))
        found = []
        told = webhook.json
        for entry in facts(told.get("entry") if isinstance(told, dict) else None):
            for change in facts(entry.get("changes")):
                value = change.get("value")
                statuses = facts(value.get("statuses") or []) if isinstance(value, dict) else []
                found += [one for fact in statuses if (one := _receipt(fact, webhook.at))]
        return found

    @property
    def _number(self) -> str:
        return f"{self.url}/{self.settings.api_version}/{part(self.settings.phone_number_id)}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.access_token}"}


def _receipt(fact: Mapping[str, Any], now: int) -> Receipt | None:
    match fact:
        case {"status": str(word), "biz_opaque_callback_data": str(message_id)} if word in _STATUSES:
            status, reason = _STATUSES[word]
            code = ""
            match fact.get("errors"):
                case [{"code": int(first)}, *_]:
                    code = str(first)
                    reason = Reason.BOUNCED if code == "131026" else reason
            return Receipt(
                message_id=message_id,
                status=status,
                reason=reason,
                at=moment_ms(fact.get("timestamp"), now),
                id=digest_of(fact.get("id"), word),
                detail=f"{word} {code}".strip(),
            )
    return None


_STATUSES: Mapping[str, tuple[Status, Reason | None]] = {
    "delivered": (Status.DELIVERED, None),
    "read": (Status.OPENED, None),
    "failed": (Status.UNDELIVERABLE, Reason.FAILED),
}
