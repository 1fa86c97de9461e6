"""Services for text messages that behave as documented: Twilio, Vonage, MessageBird, Plivo and Telnyx.

A recipient whose number ends in 0000 does not exist.
"""

import base64
import hashlib
import uuid
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tidings.providers.http_message import basic
from tidings.providers.webhook import Webhook, signed_base64, signed_hex
from tidings.testing.http_service import HttpService, ServiceAnswer, ServiceRequest


class TwilioService(HttpService):
    """Twilio: Basic, forms in, JSON with codes out."""

    ACCOUNT_SID = "ACd41d8cd98f00b204e9800998ecf8427e"

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST …/Messages.json` and `GET …/Accounts/{sid}.json`."""
        if request.headers.get("authorization") != basic(self.ACCOUNT_SID, self.KEY):
            return _twilio(401, 20003, "Authenticate")
        if request.method == "GET":
            return ServiceAnswer(json={"sid": self.ACCOUNT_SID, "status": "active"})
        form = request.form
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return _twilio(400, 21603, "A 'From' phone number is required.")
        if form.get("To", "").endswith("0000"):
            return _twilio(400, 21211, f"Invalid 'To' Phone Number: {form['To']}")
        if not form.get("Body") and not form.get("MediaUrl"):
            return _twilio(400, 21602, "Message body is required.")
        return ServiceAnswer(status=201, json={"sid": "SM" + uuid.uuid4().hex, "status": "queued"}, taken=True)

    def named(self, request: ServiceRequest) -> str:
        """Our id ends the address for its news, where there is one."""
        return request.form.get("StatusCallback", "").rpartition("/")[2] or super().named(request)

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Sign URL and fields."""
        form = msgspec.json.decode(body, type=dict[str, str])
        text = url + "".join(name + form[name] for name in sorted(form))
        signature = signed_base64(self.KEY, text.encode(), "sha1")
        return Webhook(url=url, headers={"x-twilio-signature": signature}, body=urlencode(form).encode(), at=at)


def _twilio(status: int, code: int, text: str) -> ServiceAnswer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return ServiceAnswer(status=status, json={"code": code, "message": text, "more_info": more, "status": status})


class VonageService(HttpService):
    """Vonage: keys in the form, 200 always."""

    API_KEY = "abcd1234"
    SIGNATURE_SECRET = "vonage-signature-secret-000"  # noqa: S105 - of a service on this machine

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /sms/json` and `GET /account/get-balance`."""
        given = request.query if request.method == "GET" else request.form
        known = (given.get("api_key"), given.get("api_secret")) == (self.API_KEY, self.KEY)
        if request.method == "GET":
            return (
                ServiceAnswer(json={"value": 10.28}) if known else ServiceAnswer(status=401, json={"error-code": "401"})
            )
        if not known:
            return _vonage("4", "Bad Credentials")
        if not given.get("text"):
            return _vonage("2", "Missing Message Body")
        if given["to"].endswith("0000"):
            return _vonage("7", f"Number barred: {given['to']}")
        accepted = {"to": given["to"], "message-id": uuid.uuid4().hex[:20], "status": "0", "remaining-balance": "3.14"}
        return ServiceAnswer(json={"message-count": "1", "messages": [accepted]}, taken=True)

    def named(self, request: ServiceRequest) -> str:
        """Our id is the reference."""
        return request.form["client-ref"]

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Sign all fields, with the time among them."""
        form = msgspec.json.decode(body, type=dict[str, str]) | {"timestamp": str(at // 1000), "nonce": "aaaaaaaa-bbbb"}
        text = "".join(f"&{name}={form[name].replace('&', '_').replace('=', '_')}" for name in sorted(form))
        form["sig"] = signed_hex(self.SIGNATURE_SECRET, text.encode()).upper()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return Webhook(url=url, headers=headers, body=urlencode(form).encode(), at=at)


def _vonage(status: str, text: str) -> ServiceAnswer:
    return ServiceAnswer(json={"message-count": "1", "messages": [{"status": status, "error-text": text}]})


class MessageBirdService(HttpService):
    """MessageBird: an access key, errors in a list, reports by GET with a signed token."""

    SIGNING_KEY = "messagebird-signing-key-0123456789abcdef"

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /messages` and `GET /balance`."""
        if request.headers.get("authorization") != f"AccessKey {self.KEY}":
            return _messagebird(401, 2, "Request not allowed (incorrect access_key)", "access_key")
        match request.method, request.json:
            case "GET", _:
                return ServiceAnswer(json={"payment": "prepaid", "type": "credits", "amount": 9.2})
            case "POST", {"recipients": [str(to)], "originator": str(), "body": str(body)} if body:
                if to.endswith("0000"):
                    return _messagebird(422, 9, f"no (correct) recipients found: {to}", "recipients")
                recipients = {"totalCount": 1, "items": [{"recipient": int(to), "status": "sent"}]}
                return ServiceAnswer(status=201, json={"id": uuid.uuid4().hex, "recipients": recipients}, taken=True)
        return _messagebird(422, 9, "body is required", "body")

    def named(self, request: ServiceRequest) -> str:
        """Our id is the reference."""
        return str(request.json["reference"])

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Report by GET, the facts in the query, and sign a token over the whole address."""
        whole = f"{url}?{urlencode(msgspec.json.decode(body, type=dict[str, str]))}"
        claims = {
            "iss": "MessageBird",
            "nbf": at // 1000,
            "exp": at // 1000 + 60,
            "jti": hashlib.sha256(body).hexdigest()[:32],
            "url_hash": hashlib.sha256(whole.encode()).hexdigest(),
        }
        headers = {"messagebird-signature-jwt": jwt.encode(claims, self.SIGNING_KEY, algorithm="HS256")}
        query = dict(parse_qsl(urlsplit(whole).query))
        return Webhook(url=whole, method="GET", headers=headers, query=query, at=at)


def _messagebird(status: int, code: int, text: str, parameter: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"errors": [{"code": code, "description": text, "parameter": parameter}]})


class PlivoService(HttpService):
    """Plivo: Basic, JSON, errors in words."""

    AUTH_ID = "MAXXXXXXXXXXXXXXXXXX"

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /v1/Account/{auth_id}/Message/` and `GET /v1/Account/{auth_id}/`."""
        if request.headers.get("authorization") != basic(self.AUTH_ID, self.KEY):
            return ServiceAnswer(status=401, body=b"Could not verify your access level for that URL.")
        match request.method, request.json:
            case "GET", _:
                return ServiceAnswer(json={"auth_id": self.AUTH_ID, "state": "active"})
            case "POST", {"src": str(), "dst": str(to), "text": str()}:
                if to.endswith("0000"):
                    return ServiceAnswer(
                        status=400, json={"api_id": "x", "error": f"{to} is not a valid phone number in dst "}
                    )
                accepted = {"message": "message(s) queued", "message_uuid": [str(uuid.uuid4())], "api_id": "x"}
                return ServiceAnswer(status=202, json=accepted, taken=True)
        return ServiceAnswer(status=400, json={"api_id": "x", "error": "dst parameter not present"})

    def named(self, request: ServiceRequest) -> str:
        """Our id ends the address for its news, where there is one."""
        return str(request.json.get("url", "")).rpartition("/")[2] or super().named(request)

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Sign the URL and a nonce."""
        nonce = "05429567804466091622"
        headers = {
            "x-plivo-signature-v2": signed_base64(self.KEY, (url + nonce).encode()),
            "x-plivo-signature-v2-nonce": nonce,
        }
        form = urlencode(msgspec.json.decode(body, type=dict[str, str]))
        return Webhook(url=url, headers=headers, body=form.encode(), at=at)


class TelnyxService(HttpService):
    """Telnyx: a bearer key, codes in a list, news signed with Ed25519."""

    def __init__(self) -> None:
        super().__init__()
        self._private_key = Ed25519PrivateKey.generate()
        self.public_key = base64.b64encode(self._private_key.public_key().public_bytes_raw()).decode()

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /v2/messages` and `GET /v2/balance`."""
        if request.headers.get("authorization") != f"Bearer {self.KEY}":
            return _telnyx(401, "10009", "Authentication failed", "Could not understand the provided credentials.")
        match request.method, request.json:
            case "GET", _:
                return ServiceAnswer(json={"data": {"balance": "300.00", "currency": "USD"}})
            case "POST", {"to": str(to), "text": str(), "from": str()}:
                if to.endswith("0000"):
                    return _telnyx(422, "40310", "Invalid 'to' address", f"The 'to' address {to} is invalid.")
                return ServiceAnswer(json={"data": {"id": str(uuid.uuid4()), "record_type": "message"}}, taken=True)
        return _telnyx(422, "10004", "Missing required parameter", "The 'to' parameter is required.")

    def named(self, request: ServiceRequest) -> str:
        """Our id ends the address for its news, where there is one."""
        return str(request.json.get("webhook_url", "")).rpartition("/")[2] or super().named(request)

    def webhook(self, body: bytes, *, url: str, at: int) -> Webhook:
        """Sign the time and the body."""
        moment = str(at // 1000)
        signature = base64.b64encode(self._private_key.sign(f"{moment}|".encode() + body)).decode()
        headers = {"telnyx-timestamp": moment, "telnyx-signature-ed25519": signature}
        return Webhook(url=url, headers=headers, body=body, at=at)


def _telnyx(status: int, code: str, title: str, detail: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"errors": [{"code": code, "title": title, "detail": detail}]})
