"""Email through Amazon SES's HTTP API (v2): the same bytes that SMTP sends, signed with AWS keys."""

import base64
import time
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import msgspec

from tidings.channels import Dispatch
from tidings.messages import Reason, Receipt, Status
from tidings.providers.base import Account, Line, Required, Secret, means
from tidings.providers.email import letter
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse, Unanswered, Unreached
from tidings.providers.mime import build
from tidings.providers.sigv4 import AwsKey, signature_headers
from tidings.providers.sns import may_fetch, read_notice, require_signed
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import Webhook, digest_of, facts, moment_ms, require, require_secret

_CERTIFICATES_MAX = 8


class AwsSesSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: AWS → IAM → a user with `ses:SendRawEmail` → Access keys."""

    access_key_id: Annotated[
        Required, means("The id of the access key; it begins with `AKIA`, or `ASIA` when it is temporary.")
    ]
    secret_access_key: Annotated[Secret, means("The secret of the access key.")]
    region: Annotated[
        str,
        msgspec.Meta(max_length=40, pattern=r"^[a-z0-9-]+$"),
        means("The region in which your identities are verified."),
    ] = "us-east-1"
    session_token: Annotated[Secret, means("The token of temporary keys; empty for others.")] = ""
    from_address: Annotated[
        Line, means("The sender of mails whose template names none; empty is `TIDINGS_EMAIL_FROM`.")
    ] = ""
    configuration_set: Annotated[Line, means("The configuration set that says where SES publishes events.")] = ""
    sns_topic_arn: Annotated[
        Line,
        means(
            "The topic that SES publishes events to: SNS signs for everybody, so we must know whose events these are."
        ),
    ] = ""


class AwsSes(HttpProvider[AwsSesSettings]):
    """Email through Amazon SES."""

    key: ClassVar[str] = "aws-ses"
    channel: ClassVar[str] = "email"
    name: ClassVar[str] = "Amazon SES"
    description: ClassVar[str] = "Email through Amazon SES's HTTP API."
    URL: ClassVar[str] = "https://email.us-east-1.amazonaws.com"
    # https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "AccountSuspendedException": Verdict.ACCOUNT,
        "BadRequestException": Verdict.REFUSED,
        "LimitExceededException": Verdict.LATER,
        "MailFromDomainNotVerifiedException": Verdict.ACCOUNT,
        "MessageRejected": Verdict.REFUSED,
        "NotFoundException": Verdict.ACCOUNT,  # no such configuration set
        "SendingPausedException": Verdict.ACCOUNT,
        "TooManyRequestsException": Verdict.LATER,
        # https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html
        "AccessDeniedException": Verdict.ACCOUNT,
        "ExpiredTokenException": Verdict.ACCOUNT,
        "IncompleteSignature": Verdict.ACCOUNT,
        "InternalFailure": Verdict.LATER,
        "InvalidClientTokenId": Verdict.ACCOUNT,
        "InvalidSignatureException": Verdict.ACCOUNT,
        "RequestExpired": Verdict.ACCOUNT,  # this machine's clock is wrong
        "ServiceUnavailable": Verdict.LATER,
        "ThrottlingException": Verdict.LATER,
        "UnrecognizedClientException": Verdict.ACCOUNT,
    }

    def __init__(self, settings: AwsSesSettings, account: Account) -> None:
        super().__init__(settings, account)
        self.url = settings.base_url.rstrip("/") or f"https://email.{settings.region}.amazonaws.com"
        self._aws = AwsKey(
            settings.access_key_id, settings.secret_access_key, settings.region, "ses", settings.session_token
        )
        self._certificates: dict[str, bytes] = {}

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /v2/email/outbound-emails` with a whole mail."""
        email = letter(dispatch)
        mail = build(
            email,
            message_id=dispatch.message_id,
            date_ms=dispatch.at,
            default_sender=self.settings.from_address or self.account.email_from,
        )
        body: dict[str, Any] = {
            "FromEmailAddress": mail.sender,
            "Destination": {"ToAddresses": list(mail.recipients[:1]), "BccAddresses": list(mail.recipients[1:])},
            "Content": {"Raw": {"Data": base64.b64encode(mail.raw).decode()}},
            "EmailTags": [{"Name": "tidings", "Value": dispatch.message_id}],
        }
        if self.settings.configuration_set:
            body["ConfigurationSetName"] = self.settings.configuration_set
        return HttpRequest(url=f"{self.url}/v2/email/outbound-emails", json=body)

    def signed(self, request: HttpRequest) -> HttpRequest:
        """Sign what goes to SES; certificates of SNS need none."""
        if not request.url.startswith(f"{self.url}/v2/"):
            return request
        added = signature_headers(
            self._aws,
            method=request.method,
            url=request.url,
            headers=request.headers,
            body=request.body,
            at_s=time.time(),
        )
        return msgspec.structs.replace(request, headers={**request.headers, **added})

    def reference(self, response: HttpResponse) -> str | None:
        """200 and an id."""
        match response.status, response.json:
            case 200, {"MessageId": str(message_id)}:
                return message_id
        return None

    def said(self, response: HttpResponse) -> Said:
        """The kind of error is a header, its words are in the body."""
        code = response.headers.get("x-amzn-errortype", "").partition(":")[0]
        match response.json:
            case {"message": str(text)} | {"Message": str(text)}:
                return Said(code, text)
        return Said(code, response.text)

    def probe(self) -> HttpRequest:
        """`GET /v2/email/account`."""
        return HttpRequest(method="GET", url=f"{self.url}/v2/email/account")

    async def receive(self, webhook: Webhook) -> list[Receipt]:
        """Read an SNS message: confirm a subscription, or read an event of SES."""
        require_secret(self.settings.sns_topic_arn, "sns_topic_arn")
        notice = read_notice(webhook.body)
        require(notice.topic_arn == self.settings.sns_topic_arn)
        base_url = self.settings.base_url
        require_signed(notice, await self._certificate(notice.signing_cert_url), webhook.at)
        if notice.type == "SubscriptionConfirmation":
            require(may_fetch(notice.subscribe_url, base_url))
            await self._fetch(notice.subscribe_url)
            return []
        return [found for fact in facts(notice.event) if (found := _receipt(fact, notice.message_id, webhook.at))]

    async def _certificate(self, url: str) -> bytes:
        require(may_fetch(url, self.settings.base_url))
        if url not in self._certificates:
            if len(self._certificates) >= _CERTIFICATES_MAX:
                self._certificates.clear()
            self._certificates[url] = await self._fetch(url)
        return self._certificates[url]

    async def _fetch(self, url: str) -> bytes:
        answer = await self._client.call(HttpRequest(method="GET", url=url, sends=False))
        if isinstance(answer, Unreached | Unanswered) or answer.status != 200:
            require(signed=False)
            return b""
        return answer.body


def _receipt(fact: Mapping[str, Any], notice_id: str, now: int) -> Receipt | None:
    """https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html, seen 2026-11."""
    kind = str(fact.get("eventType") or fact.get("notificationType") or "")
    match fact:
        case {"mail": {"tags": {"tidings": [str(message_id), *_]}}} if kind in _KINDS:
            status, reason, place = _KINDS[kind]
            part = fact.get(place)
            told = part if isinstance(part, Mapping) else {}
            if kind == "Bounce" and told.get("bounceType") == "Transient":
                reason = Reason.FAILED
            at = moment_ms(told.get("timestamp"), now)
            return Receipt(
                message_id=message_id,
                status=status,
                reason=reason,
                at=at,
                id=notice_id or digest_of(kind, message_id, at),
                detail=str(told.get("bounceSubType") or told.get("complaintFeedbackType") or kind)[:100],
            )
    return None


_KINDS: Mapping[str, tuple[Status, Reason | None, str]] = {
    "Delivery": (Status.DELIVERED, None, "delivery"),
    "Open": (Status.OPENED, None, "open"),
    "Click": (Status.CLICKED, None, "click"),
    "Bounce": (Status.UNDELIVERABLE, Reason.BOUNCED, "bounce"),
    "Reject": (Status.UNDELIVERABLE, Reason.FAILED, "reject"),
    "Complaint": (Status.UNDELIVERABLE, Reason.UNSUBSCRIBED, "complaint"),
}
