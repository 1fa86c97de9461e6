"""Services for push notifications that behave as documented: FCM, APNs, Expo, and a browser's push service.

A device called `gone` does not exist any more.
"""

import base64
import os
import time
import uuid

import http_ece
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tidings.testing.h2_service import Http2Service
from tidings.testing.http_service import HttpService, ServiceAnswer, ServiceRequest


class FirebaseService(HttpService):
    """FCM v1 and Google's login for one service account."""

    PROJECT = "shop-test"
    EMAIL = "firebase-adminsdk@shop-test.iam.gserviceaccount.com"

    def __init__(self) -> None:
        super().__init__()
        self._private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.logins = 0
        self._token = ""

    @property
    def service_account(self) -> str:
        """The file that Firebase's console gives."""
        pem = self._private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        account = {"type": "service_account", "project_id": self.PROJECT, "client_email": self.EMAIL}
        return msgspec.json.encode({**account, "private_key": pem}).decode()

    @staticmethod
    def another_account() -> str:
        """The file of somebody else's account."""
        return FirebaseService().service_account

    def forget_token(self) -> None:
        """Take the token that is out for no good any more."""
        self._token = ""

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /token` and `POST …/messages:send`."""
        if request.path == "/token":
            return self._login(request)
        if not self._token or request.headers.get("authorization") != f"Bearer {self._token}":
            return _google(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        match request.path, request.json:
            case path, {"message": {"token": str(token), "notification": {**_notification}}} if self.PROJECT in path:
                if token.startswith("gone"):
                    detail = {
                        "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
                        "errorCode": "UNREGISTERED",
                    }
                    return _google(404, "NOT_FOUND", "Requested entity was not found.", detail)
                return ServiceAnswer(
                    json={"name": f"projects/{self.PROJECT}/messages/0:{uuid.uuid4().hex}"}, taken=True
                )
        return _google(400, "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token")

    def _login(self, request: ServiceRequest) -> ServiceAnswer:
        try:
            claims = jwt.decode(
                request.form["assertion"],
                self._private_key.public_key(),
                algorithms=["RS256"],
                audience="https://oauth2.googleapis.com/token",
            )
        except jwt.InvalidTokenError:
            claims = {}
        if claims.get("iss") != self.EMAIL:
            text = "Invalid JWT Signature."
            return ServiceAnswer(status=400, json={"error": "invalid_grant", "error_description": text})
        self.logins += 1
        self._token = f"ya29.{os.urandom(8).hex()}"
        return ServiceAnswer(json={"access_token": self._token, "expires_in": 3599, "token_type": "Bearer"})


def _google(status: int, word: str, text: str, *details: dict[str, str]) -> ServiceAnswer:
    error = {"code": status, "message": text, "status": word, "details": list(details)}
    return ServiceAnswer(status=status, json={"error": error})


class ApnService(Http2Service):
    """APNs for one app and one signing key."""

    TEAM, KEY_ID, BUNDLE = "TEAM123456", "KEY1234567", "test.shop.app"

    def __init__(self) -> None:
        super().__init__()
        self._private_key = ec.generate_private_key(ec.SECP256R1())

    @property
    def private_key(self) -> str:
        """The `.p8` file."""
        return self._private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /3/device/{token}`."""
        if refusal := self._unsigned(request):
            return ServiceAnswer(status=403, json={"reason": refusal})
        token = request.path.rpartition("/")[2]
        if request.headers.get("apns-topic") != self.BUNDLE:
            return ServiceAnswer(status=400, json={"reason": "BadTopic"})
        if token == "gone":  # noqa: S105
            return ServiceAnswer(status=410, json={"reason": "Unregistered", "timestamp": 1700000000000})
        if len(token) < 8:
            return ServiceAnswer(status=400, json={"reason": "BadDeviceToken"})
        if not (request.json or {}).get("aps"):
            return ServiceAnswer(status=400, json={"reason": "PayloadEmpty"})
        return ServiceAnswer(headers={"apns-id": request.headers["apns-id"]}, taken=True)

    def _unsigned(self, request: ServiceRequest) -> str:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "bearer":
            return "MissingProviderToken"
        try:
            claims = jwt.decode(token, self._private_key.public_key(), algorithms=["ES256"])
        except jwt.InvalidTokenError:
            return "InvalidProviderToken"
        known = (claims.get("iss"), jwt.get_unverified_header(token).get("kid")) == (self.TEAM, self.KEY_ID)
        if not known:
            return "InvalidProviderToken"
        return "ExpiredProviderToken" if time.time() - claims["iat"] > 3600 else ""

    def named(self, request: ServiceRequest) -> str:
        """The id derives from our message and the device."""
        return request.headers["apns-id"]


class ExpoService(HttpService):
    """Expo's push service, with enhanced security on."""

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST /--/api/v2/push/send` and `…/getReceipts`."""
        if request.headers.get("authorization") != f"Bearer {self.KEY}":
            return _expo(401, "UNAUTHORIZED", "The bearer token is invalid")
        match request.path, request.json:
            case "/--/api/v2/push/getReceipts", {"ids": [*_]}:
                return ServiceAnswer(json={"data": {}})
            case "/--/api/v2/push/send", {"to": str(to), "body": str()}:
                if not to.startswith("ExponentPushToken["):
                    return _expo(400, "VALIDATION_ERROR", "to must be a valid Expo push token")
                if "gone" in to:
                    text = f'"{to}" is not a registered push notification recipient'
                    error = {"status": "error", "message": text, "details": {"error": "DeviceNotRegistered"}}
                    return ServiceAnswer(json={"data": error})
                return ServiceAnswer(json={"data": {"status": "ok", "id": str(uuid.uuid4())}}, taken=True)
        return _expo(400, "VALIDATION_ERROR", "to is required")


def _expo(status: int, code: str, text: str) -> ServiceAnswer:
    return ServiceAnswer(status=status, json={"errors": [{"code": code, "message": text, "isTransient": False}]})


class BrowserService(HttpService):
    """A browser and its maker's push service: it opens what it is sent with the browser's own key."""

    AUTH = b"0123456789abcdef"

    def __init__(self) -> None:
        super().__init__()
        self._browser_key = ec.generate_private_key(ec.SECP256R1())
        self.application_key = ec.generate_private_key(ec.SECP256R1())
        self.opened_messages: list[dict[str, object]] = []

    @property
    def private_key(self) -> str:
        """Our side's key, as a VAPID tool prints it."""
        return _base64url(self.application_key.private_numbers().private_value.to_bytes(32, "big"))

    def subscription(self, name: str = "ann") -> str:
        """What the browser gives its page, as an address."""
        point = self._browser_key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"auth": _base64url(self.AUTH), "p256dh": _base64url(point)}
        return msgspec.json.encode({"endpoint": f"{self.url}/push/{name}", "keys": keys}).decode()

    def answer(self, request: ServiceRequest) -> ServiceAnswer:
        """`POST` to an endpoint."""
        if refusal := self._unsigned(request):
            return ServiceAnswer(status=refusal, body=b"the VAPID credentials do not correspond to the subscription")
        if request.path.endswith("/gone"):
            return ServiceAnswer(status=410, body=b"push subscription has unsubscribed or expired")
        if request.headers.get("content-encoding") != "aes128gcm" or "ttl" not in request.headers:
            return ServiceAnswer(status=400, body=b"missing TTL")
        plain = http_ece.decrypt(
            request.body, private_key=self._browser_key, auth_secret=self.AUTH, version="aes128gcm"
        )
        self.opened_messages.append(msgspec.json.decode(plain))
        place = f"{self.url}/message/{uuid.uuid4().hex}"
        return ServiceAnswer(status=201, headers={"Location": place}, taken=True)

    def _unsigned(self, request: ServiceRequest) -> int:
        token = request.headers.get("authorization", "").removeprefix("vapid t=").partition(",")[0]
        try:
            jwt.decode(token, self.application_key.public_key(), algorithms=["ES256"], audience=self.url)
        except jwt.InvalidTokenError:
            return 403
        return 0


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
