"""Push notifications to browsers (RFC 8030), encrypted for them alone (RFC 8291) and signed by us (VAPID, RFC 8292)."""

import base64
import os
import time
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlsplit

import http_ece
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from tidings.channels import Dispatch, PushContent
from tidings.errors import InvalidInput
from tidings.messages import Outcome, Reason, Undeliverable
from tidings.providers.base import Account, Check, Line, Secret, means
from tidings.providers.http import HttpProvider, HttpSettings
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.push import fitted, notification_of
from tidings.providers.verdict import Verdict

PLAIN_BYTES_MAX = 3993
"""What fits into one record of 4 096 bytes (RFC 8291 §4)."""
_TOKEN_S = 12 * 3600
_RENEW_S = 3600
_ORIGINS_MAX = 100
_NOBODYS_KEY = "A" * 42 + "E"
"""The number 1 as a private key."""


class WebPushSettings(HttpSettings, frozen=True, kw_only=True):
    """Make a pair of keys once, as any VAPID tool does; the public one is your page's `applicationServerKey`."""

    private_key: Annotated[Secret, means("The private VAPID key: base64url of its 32 bytes, or PEM.")]
    subject: Annotated[
        Line, means("How push services reach you, `mailto:` or `https:`; empty is `TIDINGS_EMAIL_FROM`.")
    ] = ""
    ttl_s: Annotated[int, means("Seconds for which a push service keeps a message for a browser that is away.")] = (
        4 * 7 * 86_400
    )

    def without_secrets(self) -> Self:
        """Have a key that everybody knows."""
        return msgspec.structs.replace(self, private_key=_NOBODYS_KEY)


class WebPush(HttpProvider[WebPushSettings]):
    """One request for each browser, at whatever service its maker runs."""

    key: ClassVar[str] = "web-push"
    channel: ClassVar[str] = "push"
    name: ClassVar[str] = "Web Push"
    description: ClassVar[str] = "Push notifications to browsers, without anybody in between."
    URL: ClassVar[str] = ""
    GUARDED: ClassVar[bool] = True
    # RFC 8030 §7 and §8.4; the services' own words differ
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "400": Verdict.REFUSED,
        "401": Verdict.ACCOUNT,
        "403": Verdict.ACCOUNT,  # the subscription was made with another key
        "404": Verdict.BOUNCED,  # the subscription has ended
        "410": Verdict.BOUNCED,
        "413": Verdict.REFUSED,
        "429": Verdict.LATER,
    }

    def __init__(self, settings: WebPushSettings, account: Account) -> None:
        super().__init__(settings, account)
        self._key: ec.EllipticCurvePrivateKey | None = None
        self._tokens: dict[str, tuple[str, float]] = {}

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST` to the subscription's endpoint."""
        endpoint, p256dh, auth = _subscription(dispatch.address)
        plain = msgspec.json.encode(fitted(notification_of(dispatch), _payload, PLAIN_BYTES_MAX))
        if len(plain) > PLAIN_BYTES_MAX:
            raise InvalidInput(f"a notification for a browser has {PLAIN_BYTES_MAX} bytes at most, as JSON")
        headers = {
            "TTL": str(self.settings.ttl_s),
            "Urgency": "normal",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": self._authorization(endpoint),
        }
        return HttpRequest(url=endpoint, headers=headers, body=_encrypted(plain, p256dh, auth))

    def reference(self, response: HttpResponse) -> str | None:
        """201 and a place; some services say 200 or 202."""
        return response.headers.get("location", "") if response.status in {200, 201, 202} else None

    async def check(self) -> Check:
        """See that the key is one: there is nobody to log in at."""
        try:
            self._private_key()
        except InvalidInput as error:
            return Check(ok=False, detail=error.message)
        return Check(ok=True, detail="the key can be read; its public half is " + self.public_key)

    async def send(self, dispatch: Dispatch) -> Outcome:
        """Hand one message over; a subscription that cannot be encrypted for has no browser behind it."""
        try:
            return await super().send(dispatch)
        except ValueError:
            return Undeliverable(Reason.BOUNCED, "the subscription's keys are not those of a browser")

    @property
    def public_key(self) -> str:
        """The public half: `applicationServerKey` of the page that subscribes."""
        raw = self._private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return _base64url(raw)

    def _authorization(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        token, made_s = self._tokens.get(origin, ("", float("-inf")))
        now = time.monotonic()
        if now - made_s > _TOKEN_S - _RENEW_S:
            subject = self.settings.subject or "mailto:" + self.account.email_from.rpartition("<")[2].rstrip(">")
            claims = {"aud": origin, "exp": int(time.time()) + _TOKEN_S, "sub": subject}
            token = jwt.encode(claims, self._private_key(), algorithm="ES256")
            if len(self._tokens) >= _ORIGINS_MAX:
                self._tokens.clear()
            self._tokens[origin] = (token, now)
        return f"vapid t={token}, k={self.public_key}"

    def _private_key(self) -> ec.EllipticCurvePrivateKey:
        if self._key is None:
            self._key = _read_key(self.settings.private_key)
        return self._key


def _read_key(text: str) -> ec.EllipticCurvePrivateKey:
    try:
        if "BEGIN" in text:
            key = load_pem_private_key(text.encode(), None)
            if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
                return key
        raw = _unbase64url(text)
        if len(raw) == 32:
            return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
    except (ValueError, TypeError):
        pass
    raise InvalidInput("private_key is no P-256 key: give base64url of 32 bytes, or PEM")


def _subscription(address: str) -> tuple[str, bytes, bytes]:
    match msgspec.json.decode(address):
        case {"endpoint": str(endpoint), "keys": {"p256dh": str(p256dh), "auth": str(auth)}}:
            return endpoint, _unbase64url(p256dh), _unbase64url(auth)
    raise InvalidInput("the address is no subscription of a browser")


def _encrypted(plain: bytes, p256dh: bytes, auth: bytes) -> bytes:
    ours = ec.generate_private_key(ec.SECP256R1())
    try:
        sealed: bytes = http_ece.encrypt(
            plain, salt=os.urandom(16), private_key=ours, dh=p256dh, auth_secret=auth, version="aes128gcm"
        )
    except (http_ece.ECEException, ValueError) as error:
        raise ValueError("not a browser's keys") from error
    return sealed


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))


def _payload(push: PushContent) -> dict[str, Any]:
    shown = {"title": push.title, "body": push.body, "icon": push.icon, "image": push.image}
    told: dict[str, Any] = {name: text for name, text in shown.items() if text}
    told |= {"url": push.click_action} if push.click_action else {}
    told |= {"data": push.data} if push.data else {}
    actions = [{"action": one.action_id or one.href, "title": one.content, "url": one.href} for one in push.actions]
    told |= {"actions": actions} if actions else {}
    return told
