"""Push notifications through Apple's own service (APNs), over HTTP/2."""

import time
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import jwt
import msgspec

from tidings.channels import Dispatch, PushContent
from tidings.errors import InvalidInput
from tidings.messages import Outcome, Sent
from tidings.providers.base import MASK, Account, Required, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse, part
from tidings.providers.push import PAYLOAD_BYTES_MAX, fitted, notification_of
from tidings.providers.verdict import Verdict

_TOKEN_S = 40 * 60  # Apple wants a new one after 20 to 60 minutes, and refuses more frequent ones
_IDS = uuid.UUID("5b6ff5c4-8f0c-4b7d-9d0f-2b1ae2a0e0c7")
_SANDBOX = "https://api.sandbox.push.apple.com"


class ApnSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find these: Apple Developer → Certificates, Identifiers & Profiles → Keys."""

    private_key: Annotated[
        str,
        msgspec.Meta(max_length=4096, extra={"secret": True, "multiline": True}),
        means("The whole `.p8` file of the key."),
    ]
    key_id: Annotated[Required, means("The ten characters that name the key.")]
    team_id: Annotated[Required, means("The ten characters that name your team.")]
    bundle_id: Annotated[Required, means("The app's bundle id, which is the topic of its notifications.")]
    production: Annotated[bool, means("Off sends to the sandbox, for apps that Xcode installed.")] = True


class Apn(HttpProvider[ApnSettings]):
    """One request for each device, over one connection."""

    key: ClassVar[str] = "apn"
    channel: ClassVar[str] = "push"
    name: ClassVar[str] = "Apple Push Notification service"
    description: ClassVar[str] = "Push notifications to Apple devices through APNs, with a signing key."
    URL: ClassVar[str] = "https://api.push.apple.com"
    HTTP2: ClassVar[bool] = True
    # https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns, 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "BadCollapseId": Verdict.REFUSED,
        "BadDeviceToken": Verdict.BOUNCED,
        "BadExpirationDate": Verdict.REFUSED,
        "BadMessageId": Verdict.REFUSED,
        "BadPath": Verdict.BOUNCED,
        "BadPriority": Verdict.REFUSED,
        "BadTopic": Verdict.ACCOUNT,
        "DeviceTokenNotForTopic": Verdict.BOUNCED,
        "DuplicateHeaders": Verdict.REFUSED,
        "ExpiredProviderToken": Verdict.LATER,
        "ExpiredToken": Verdict.BOUNCED,
        "Forbidden": Verdict.ACCOUNT,
        "IdleTimeout": Verdict.LATER,
        "InternalServerError": Verdict.LATER,
        "InvalidProviderToken": Verdict.ACCOUNT,
        "InvalidPushType": Verdict.REFUSED,
        "MissingDeviceToken": Verdict.BOUNCED,
        "MissingProviderToken": Verdict.ACCOUNT,
        "MissingTopic": Verdict.ACCOUNT,
        "PayloadEmpty": Verdict.REFUSED,
        "PayloadTooLarge": Verdict.REFUSED,
        "ServiceUnavailable": Verdict.LATER,
        "Shutdown": Verdict.LATER,
        "TooManyProviderTokenUpdates": Verdict.LATER,
        "TooManyRequests": Verdict.LATER,
        "TopicDisallowed": Verdict.ACCOUNT,
        "Unregistered": Verdict.BOUNCED,
    }

    def __init__(self, settings: ApnSettings, account: Account) -> None:
        super().__init__(settings, account)
        self.url = settings.base_url.rstrip("/") or (self.URL if settings.production else _SANDBOX)
        self._token = ""
        self._token_made_s = float("-inf")

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /3/device/{token}`."""
        body = fitted(notification_of(dispatch), _payload, PAYLOAD_BYTES_MAX)
        return self._post(dispatch.address, str(uuid.uuid5(_IDS, dispatch.message_id + dispatch.address)), body)

    def as_logged_in(self) -> None:
        """Have a token that opens nothing, for ever."""
        self._token, self._token_made_s = MASK, float("inf")

    def reference(self, response: HttpResponse) -> str | None:
        """200, and no body; the id is a header."""
        return response.headers.get("apns-id", "") if response.status == 200 else None

    def said(self, response: HttpResponse) -> Said:
        """A reason in one word."""
        match response.json:
            case {"reason": str(reason)}:
                return Said(reason, reason)
        return Said(text=response.text)

    def refused(self, response: HttpResponse, dispatch: Dispatch | None = None) -> Outcome:
        """Make a new token after one that is too old; a device that is none proves that the key is good."""
        code = self.said(response).code
        if code == "ExpiredProviderToken":
            self._token_made_s = float("-inf")
        if dispatch is None and code == "BadDeviceToken":
            return Sent()
        return super().refused(response, dispatch)

    def probe(self) -> HttpRequest:
        """Push to a device that is none."""
        return self._post("00", str(uuid.UUID(int=0)), {"aps": {"content-available": 1}})

    def _post(self, token: str, apns_id: str, body: dict[str, Any]) -> HttpRequest:
        headers = {
            "authorization": f"bearer {self._provider_token()}",
            "apns-id": apns_id,
            "apns-topic": self.settings.bundle_id,
            "apns-push-type": "alert",
            "apns-priority": "10",
        }
        return HttpRequest(url=f"{self.url}/3/device/{part(token)}", headers=headers, json=body)

    def _provider_token(self) -> str:
        now = time.monotonic()
        if now - self._token_made_s > _TOKEN_S:
            claims = {"iss": self.settings.team_id, "iat": int(time.time())}
            try:
                self._token = jwt.encode(
                    claims, self.settings.private_key, algorithm="ES256", headers={"kid": self.settings.key_id}
                )
            except (ValueError, TypeError, jwt.PyJWTError):
                raise InvalidInput("private_key is not the content of a .p8 file") from None
            self._token_made_s = now
        return self._token


def _payload(push: PushContent) -> dict[str, Any]:
    alert = {name: text for name, text in (("title", push.title), ("body", push.body)) if text}
    aps: dict[str, Any] = {"alert": alert, "sound": "default"}
    if push.image:
        aps["mutable-content"] = 1  # lets the app fetch the picture
    extra = {"image": push.image, "click_action": push.click_action}
    return {**push.data, **{name: text for name, text in extra.items() if text}, "aps": aps}
