"""Email services that behave as documented: Postmark, SendGrid, Mailgun and Resend.

Recipients with telling names are treated as they say: `bounce@…` is refused for good.
"""

import base64
import uuid

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tidings.providers.http_message import basic
from tidings.providers.webhook import Webhook, signed_base64, signed_hex
from tidings.testing.http_service import HttpService, ServiceAnswer, ServiceRequest


class PostmarkService(HttpService):
    """Postmark: a token in a header, and a code in every answer."""

    WEBHOOK_PASSWORD = "postmark-webhook-password"  # noqa: S105 - of a service on this machine

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /email` and `GET /server`."""
        if request.headers.get("x-postmark-server-token") != self.KEY:
            return _postmark(
                401, 10, "The Server Token you provided in the X-Postmark-Server-Token request header was invalid."
            )
        match request.method, request.path, request.json:
            case "GET", "/server", _:
                return ServiceAnswer(json={"ID": 1, "Name": "Staging"})
            case "POST", "/email", {"From": str(), "To": str(to), **body}:
                if not body.get("HtmlBody") and not body.get("TextBody"):
                    return _postmark(422, 300, "Provide either email TextBody or HtmlBody or both.")
                if to.startswith("bounce@"):
                    return _postmark(
                        422,
                        406,
                        f"You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: {to}.",
                    )
                accepted = {"To": to, "SubmittedAt": "2026-11-25T00:00:00Z", "MessageID": str(uuid.uuid4())}
                return ServiceAnswer(json={**accepted, "ErrorCode": 0, "Message": "OK"}, taken=True)
            case "POST", "/email", None:
                return _postmark(422, 402, "Received invalid JSON input.")
        return _postmark(422, 300, "Invalid 'From' address.")

    def named(self, request: ServiceRequest) -> str:
        """Our id stands in the metadata."""
        return str(request.json["Metadata"]["tidings"])

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Log in with the password that stands in the webhook's URL."""
        headers = {"authorization": basic("postmark", self.WEBHOOK_PASSWORD), "content-type": "application/json"}
        return Webhook(url=url, headers=headers, body=body, at=at)


def _postmark(status: int, code: int, text: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"ErrorCode": code, "Message": text})


class SendGridService(HttpService):
    """SendGrid: a bearer key, 202 without a body, errors in a list."""

    def __init__(self) -> None:
        super().__init__()
        self._private_key = ec.generate_private_key(ec.SECP256R1())
        raw = self._private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.public_key = base64.b64encode(raw).decode()

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /v3/mail/send` and `GET /v3/scopes`."""
        if request.headers.get("authorization") != f"Bearer {self.KEY}":
            return _sendgrid(401, "The provided authorization grant is invalid, expired, or revoked")
        match request.method, request.path, request.json:
            case "GET", "/v3/scopes", _:
                return ServiceAnswer(json={"scopes": ["mail.send"]})
            case "POST", "/v3/mail/send", {
                "personalizations": [{"to": [{"email": str(to)}]}],
                "subject": str(),
                **body,
            }:
                if to.startswith("bounce@"):
                    return _sendgrid(400, "Does not contain a valid address.", "personalizations.0.to.0.email")
                if "" in [
                    content.get("value") for content in msgspec.convert(body.get("content"), list[dict[str, str]])
                ]:
                    return _sendgrid(
                        400, "The content value must be a string at least one character in length.", "content.0.value"
                    )
                return ServiceAnswer(status=202, headers={"X-Message-Id": uuid.uuid4().hex[:22]}, taken=True)
        return _sendgrid(400, "Bad Request")

    def named(self, request: ServiceRequest) -> str:
        """Our id is a custom argument."""
        return str(request.json["personalizations"][0]["custom_args"]["tidings"])

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Sign the time and the body with the service's own key."""
        moment = str(at // 1000)
        signature = self._private_key.sign(moment.encode() + body, ec.ECDSA(SHA256()))
        headers = {
            "x-twilio-email-event-webhook-timestamp": moment,
            "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        }
        return Webhook(url=url, headers=headers, body=body, at=at)


def _sendgrid(status: int, text: str, field: str | None = None) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"errors": [{"message": text, "field": field, "help": None}]})


class MailgunService(HttpService):
    """Mailgun: Basic `api:key`, forms in, JSON out."""

    SIGNING_KEY = "mailgun-signing-key-0a1b2c"
    DOMAIN = "mg.shop.test"

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /v3/{domain}/messages` and `GET /v4/domains/{domain}`."""
        if request.headers.get("authorization") != basic("api", self.KEY):
            return ServiceAnswer(status=401, body=b"Forbidden")
        if self.DOMAIN not in request.path.split("/"):
            return ServiceAnswer(status=404, json={"message": "Domain not found: " + request.path.split("/")[2]})
        if request.method == "GET":
            return ServiceAnswer(json={"domain": {"name": self.DOMAIN, "state": "active"}})
        form = request.form
        if "@" not in form.get("to", "") or form["to"].startswith("bounce@"):
            return ServiceAnswer(
                status=400, json={"message": "'to' parameter is not a valid address. please check documentation"}
            )
        if not (form.get("text") or form.get("html")):
            return ServiceAnswer(
                status=400,
                json={"message": "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified"},
            )
        message_id = f"<{uuid.uuid4().hex}@{self.DOMAIN}>"
        return ServiceAnswer(json={"id": message_id, "message": "Queued. Thank you."}, taken=True)

    def named(self, request: ServiceRequest) -> str:
        """Our id is a variable."""
        return request.form["v:tidings"]

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Sign the time and a token, beside the event."""
        moment, token = str(at // 1000), "c1a7b5f0d9e84f2f8a5ac1d7a8d1"
        signature = signed_hex(self.SIGNING_KEY, f"{moment}{token}".encode())
        signed = {"timestamp": moment, "token": token, "signature": signature}
        whole = {"signature": signed, "event-data": msgspec.json.decode(body)}
        return Webhook(url=url, body=msgspec.json.encode(whole), at=at)


class ResendService(HttpService):
    """Resend: a bearer key, names for errors, and keys that make repetitions harmless."""

    WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"resend-webhook-secret-32-bytes!!").decode()

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, tuple[bytes, str]] = {}

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /emails` and `GET /domains`."""
        if request.headers.get("authorization") != f"Bearer {self.KEY}":
            return _resend(403, "invalid_api_key", "API key is invalid")
        match request.method, request.path, request.json:
            case "GET", "/domains", _:
                return ServiceAnswer(json={"object": "list", "data": []})
            case "POST", "/emails", {"from": str(), "to": [str(to), *_], "subject": str()}:
                if to.startswith("bounce@"):
                    return _resend(422, "validation_error", f"Invalid `to` field: {to}")
                return self._once(request)
        return _resend(422, "missing_required_field", "Missing `to` field.")

    def _once(self, request: ServiceRequest) -> ServiceAnswer:
        key = request.headers.get("idempotency-key", "")
        if key in self._known:
            body, message_id = self._known[key]
            if body != request.body:
                text = "Same idempotency key used with a different request payload."
                return _resend(409, "invalid_idempotent_request", text)
            return ServiceAnswer(json={"id": message_id})
        message_id = str(uuid.uuid4())
        if key:
            self._known[key] = (request.body, message_id)
        return ServiceAnswer(json={"id": message_id}, taken=True)

    def named(self, request: ServiceRequest) -> str:
        """Our id is a tag."""
        return str(request.json["tags"][0]["value"])

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Sign as Svix does."""
        key = base64.b64decode(self.WEBHOOK_SECRET.removeprefix("whsec_"))
        fact, moment = "msg_2bHqXYZ", str(at // 1000)
        signature = "v1," + signed_base64(key, f"{fact}.{moment}.".encode() + body)
        headers = {"svix-id": fact, "svix-timestamp": moment, "svix-signature": signature}
        return Webhook(url=url, headers=headers, body=body, at=at)


def _resend(status: int, name: str, text: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"statusCode": status, "name": name, "message": text})
