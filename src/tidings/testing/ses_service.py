"""Amazon SES as documented: signed requests in, and events that SNS signs out."""

import base64
import datetime as dt
import re
import time
import uuid

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tidings.providers.sigv4 import AwsKey, signature_headers
from tidings.providers.sns import Notice
from tidings.providers.webhook import Webhook
from tidings.testing.http_service import HttpService, ServiceAnswer, ServiceRequest


class SesService(HttpService):
    """SES v2 for one access key, and the SNS topic that its events are published to."""

    ACCESS_KEY_ID = "AKIDEXAMPLE0TIDINGS0"
    TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"
    REGION = "eu-west-1"

    def __init__(self) -> None:
        super().__init__()
        self._private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = _certificate(self._private_key)
        self.subscriptions_confirmed = 0

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """Send, account, the signing certificate, and the confirmation of a subscription."""
        match request.method, request.path, request.json:
            case "GET", "/sns/certificate.pem", _:
                return ServiceAnswer(body=self.certificate)
            case "GET", "/sns/confirm", _:
                self.subscriptions_confirmed += 1
                return ServiceAnswer(body=b"<ConfirmSubscriptionResponse/>")
        if refusal := self._unsigned(request):
            return _ses(403, refusal, "The request signature we calculated does not match the signature you provided.")
        match request.method, request.path, request.json:
            case "GET", "/v2/email/account", _:
                return ServiceAnswer(json={"SendingEnabled": True})
            case "POST", "/v2/email/outbound-emails", {
                "Destination": {"ToAddresses": [str(to)]},
                "Content": {"Raw": {"Data": str(data)}},
            }:
                if b"\r\nSubject:" not in base64.b64decode(data):
                    return _ses(400, "BadRequestException", "Missing subject")
                if to.startswith("bounce@"):
                    return _ses(
                        400,
                        "MessageRejected",
                        f"Email address is not verified. The following identities failed the check: {to}",
                    )
                return ServiceAnswer(json={"MessageId": uuid.uuid4().hex}, taken=True)
        return _ses(400, "BadRequestException", "Missing destination")

    def _unsigned(self, request: ServiceRequest) -> str:
        """Sign the request again and compare, as AWS does."""
        given = request.headers.get("authorization", "")
        found = re.match(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/ses/aws4_request, SignedHeaders=([^,]+), ", given
        )
        if not found or found[1] != self.ACCESS_KEY_ID:
            return "UnrecognizedClientException"
        moment = dt.datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        if abs(moment.timestamp() - time.time()) > 300:
            return "RequestExpired"
        names = [name for name in found[3].split(";") if name not in {"host", "x-amz-date"}]
        ours = signature_headers(
            AwsKey(self.ACCESS_KEY_ID, self.KEY, found[2], "ses"),
            method=request.method,
            url=self.url + request.path,
            headers={name: request.headers.get(name, "") for name in names},
            body=request.body,
            at_s=moment.timestamp(),
        )
        return "" if ours["Authorization"] == given else "InvalidSignatureException"

    def named(self, request: ServiceRequest) -> str:
        """Our id is a tag."""
        return str(request.json["EmailTags"][0]["Value"])

    def webhook(self, body: bytes, *, url: str, at: int, kind: str = "Notification") -> Webhook:
        """Publish an event to the topic; SNS signs it and posts it."""
        notice = Notice(
            type=kind,
            message_id=str(uuid.uuid5(uuid.NAMESPACE_URL, body.decode())),
            topic_arn=self.TOPIC,
            message=body.decode(),
            timestamp=dt.datetime.fromtimestamp(at / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            signature="",
            signature_version="2",
            signing_cert_url=f"{self.url}/sns/certificate.pem",
            subscribe_url=f"{self.url}/sns/confirm",
            token="" if kind == "Notification" else "2336412f37",
        )
        raw = self._private_key.sign(notice.canonical, padding.PKCS1v15(), SHA256())
        signed = msgspec.structs.replace(notice, signature=base64.b64encode(raw).decode())
        return Webhook(url=url, body=msgspec.json.encode(signed), at=at)


def _certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=2))
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


def _ses(status: int, kind: str, text: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, headers={"x-amzn-ErrorType": f"{kind}:"}, json={"message": text})
