"""Email through Mailgun's HTTP API."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from tidings.channels import Attachment, Dispatch
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Account, Line, Required, Secret, means
from tidings.providers.email import addressed, headers_of, letter
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import FormFile, HttpRequest, HttpResponse, basic, part
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import (
    Webhook,
    digest_of,
    facts,
    moment_ms,
    require,
    require_recent,
    require_secret,
    same,
    signed_hex,
)

_HOSTS = {"us": "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}


class MailgunSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Mailgun → Sending → Domain settings → Sending API keys, and Webhooks."""

    api_key: Annotated[Secret, means("A sending key, or the account's API key.")]
    domain: Annotated[Required, means("The domain that mail is sent from, as Mailgun knows it.")]
    host: Annotated[Literal["us", "eu"], means("The region in which the domain lies.")] = "us"
    from_address: Annotated[
        Line, means("The sender of mails whose template names none; empty is `TIDINGS_EMAIL_FROM`.")
    ] = ""
    webhook_signing_key: Annotated[Secret, means("The key that webhooks are signed with.")] = ""


class Mailgun(HttpProvider[MailgunSettings]):
    """Email through Mailgun."""

    key: ClassVar[str] = "mailgun"
    channel: ClassVar[str] = "email"
    name: ClassVar[str] = "Mailgun"
    description: ClassVar[str] = "Email through Mailgun's HTTP API, in the US or the EU."
    URL: ClassVar[str] = _HOSTS["us"]
    # https://documentation.mailgun.com/docs/mailgun/api-reference/mg-error-codes, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "to": Verdict.GONE,  # 400, "to parameter is not a valid address"
        "400": Verdict.REFUSED,
        "401": Verdict.ACCOUNT,
        "402": Verdict.ACCOUNT,
        "403": Verdict.ACCOUNT,
        "404": Verdict.ACCOUNT,  # the domain is not this account's
        "413": Verdict.REFUSED,
        "429": Verdict.LATER,
    }

    def __init__(self, settings: MailgunSettings, account: Account) -> None:
        super().__init__(settings, account)
        self.url = settings.base_url.rstrip("/") or _HOSTS[settings.host]

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /v3/{domain}/messages`."""
        email = letter(dispatch)
        form: dict[str, str | tuple[str, ...]] = {
            "from": addressed(email.sender or self.settings.from_address or self.account.email_from, "sender"),
            "to": addressed(email.to, "to"),
            "subject": email.subject,
            "v:tidings": dispatch.message_id,
        }
        optional: dict[str, str | tuple[str, ...]] = {
            "text": email.text,
            "html": email.html,
            "cc": email.cc,
            "bcc": email.bcc,
            "h:Reply-To": email.reply_to,
        }
        form |= {name: value for name, value in optional.items() if value}
        form |= {f"h:{name}": value for name, value in headers_of(email)}
        if not email.text and not email.html:
            form["text"] = " "
        files = tuple(_attached(file) for file in email.attachments)
        url = f"{self.url}/v3/{part(self.settings.domain)}/messages"
        return HttpRequest(url=url, headers=self._headers(), form=form, files=files)

    def reference(self, response: HttpResponse) -> str | None:
        """200 and the id that the mail has."""
        match response.status, response.json:
            case 200, {"id": str(message_id)}:
                return message_id.strip("<>")
        return None

    def said(self, response: HttpResponse) -> Said:
        """A message in words; a few say which parameter is wrong."""
        match response.json:
            case {"message": str(text)}:
                return Said("to" if text.startswith(("'to' parameter", "to parameter")) else "", text)
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """`GET /v4/domains/{domain}`."""
        return HttpRequest(
            method="GET", url=f"{self.url}/v4/domains/{part(self.settings.domain)}", headers=self._headers()
        )

    def receipts(self, webhook: Webhook) -> list[Receipt]:
        """Webhooks of today's kind: a signature, and one event."""
        require_secret(self.settings.webhook_signing_key, "webhook_signing_key")
        match webhook.json:
            case {"signature": {"timestamp": str(at), "token": str(token), "signature": str(theirs)}, **rest}:
                require_recent(at, webhook.at)
                require(same(signed_hex(self.settings.webhook_signing_key, f"{at}{token}".encode()), theirs))
                return [found for fact in facts(rest.get("event-data")) if (found := _receipt(fact, webhook.at))]
        require(signed=False)
        return []

    def _headers(self) -> dict[str, str]:
        return {"Authorization": basic("api", self.settings.api_key)}


def _attached(file: Attachment) -> FormFile:
    if file.content_id:  # Mailgun takes the name of a shown picture as its id
        return FormFile("inline", file.content_id, file.content_type, file.data)
    return FormFile("attachment", file.filename, file.content_type, file.data)


def _receipt(fact: Mapping[str, Any], now: int) -> Receipt | None:
    """https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads, seen 2026-11."""
    match fact:
        case {"event": str(event), "user-variables": {"tidings": str(message_id)}} if event in _EVENTS:
            status, reason = _EVENTS[event]
            if event == "failed":
                if fact.get("severity") != "permanent":
                    return None  # Mailgun goes on trying
                reason = Reason.BOUNCED if fact.get("reason") in {"bounce", "generic"} else Reason.FAILED
            at = moment_ms(fact.get("timestamp"), now)
            return Receipt(
                message_id=message_id,
                status=status,
                reason=reason,
                at=at,
                id=str(fact.get("id") or digest_of(event, message_id, at))[:100],
                detail=str(fact.get("reason") or event)[:100],
            )
    return None


_EVENTS: Mapping[str, tuple[Status, Reason | None]] = {
    "delivered": (Status.DELIVERED, None),
    "opened": (Status.OPENED, None),
    "clicked": (Status.CLICKED, None),
    "failed": (Status.UNDELIVERABLE, Reason.BOUNCED),
    "complained": (Status.UNDELIVERABLE, Reason.UNSUBSCRIBED),
    "unsubscribed": (Status.UNDELIVERABLE, Reason.UNSUBSCRIBED),
}
