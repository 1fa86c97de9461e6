"""Push notifications through Firebase Cloud Messaging (HTTP v1)."""

import time
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

import jwt
import msgspec

from tidings.channels import Dispatch, PushContent
from tidings.errors import InvalidInput
from tidings.messages import Outcome, Sent
from tidings.providers.base import MASK, Account, Check, means
from tidings.providers.http import HttpProvider, HttpSettings, Said, Steps
from tidings.providers.http_message import HttpRequest, HttpResponse, part
from tidings.providers.push import PAYLOAD_BYTES_MAX, as_texts, fitted, notification_of
from tidings.providers.verdict import Verdict

_GOOGLE = "https://oauth2.googleapis.com/token"
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_TOKEN_S = 3600
_RENEW_S = 300.0  # before it ends


class FirebaseSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find it: Firebase console → Project settings → Service accounts → Generate new private key."""

    service_account_json: Annotated[
        str,
        msgspec.Meta(max_length=16_384, extra={"secret": True, "multiline": True}),
        means("The whole JSON file of the service account's key."),
    ]

    @classmethod
    def respelled(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Also take the file as an object."""
        ours = super().respelled(settings)
        if isinstance(found := ours.get("service_account_json"), Mapping):
            ours["service_account_json"] = msgspec.json.encode(found).decode()
        return ours

    def without_secrets(self) -> Self:
        """Keep of the file what requests name: the project. Its private key is `********`."""
        try:
            account = msgspec.json.decode(self.service_account_json, type=_ServiceAccount)
        except msgspec.DecodeError:
            return super().without_secrets()
        kept = {"project_id": account.project_id, "client_email": account.client_email, "private_key": MASK}
        return msgspec.structs.replace(self, service_account_json=msgspec.json.encode(kept).decode())


class _ServiceAccount(msgspec.Struct, frozen=True):
    project_id: str
    client_email: str
    private_key: str
    token_uri: str = _GOOGLE


class FirebaseFcm(HttpProvider[FirebaseSettings]):
    """One request for each device; logged in as a service account."""

    key: ClassVar[str] = "firebase-fcm"
    channel: ClassVar[str] = "push"
    name: ClassVar[str] = "Firebase Cloud Messaging"
    description: ClassVar[str] = "Push notifications to Android, iOS and browsers through Firebase (FCM v1)."
    URL: ClassVar[str] = "https://fcm.googleapis.com"
    # https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "INTERNAL": Verdict.LATER,
        "INVALID_ARGUMENT": Verdict.REFUSED,
        "PERMISSION_DENIED": Verdict.ACCOUNT,
        "QUOTA_EXCEEDED": Verdict.LATER,
        "SENDER_ID_MISMATCH": Verdict.BOUNCED,  # the device belongs to another project
        "THIRD_PARTY_AUTH_ERROR": Verdict.ACCOUNT,  # the APNs key in Firebase is wrong
        "UNAUTHENTICATED": Verdict.ACCOUNT,
        "UNAVAILABLE": Verdict.LATER,
        "UNREGISTERED": Verdict.BOUNCED,
        "invalid_grant": Verdict.ACCOUNT,  # the service account is gone, or this machine's clock is wrong
    }

    def __init__(self, settings: FirebaseSettings, account: Account) -> None:
        super().__init__(settings, account)
        self._token = ""
        self._token_ends_s = 0.0

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /v1/projects/{project}/messages:send`, with a token."""
        push = notification_of(dispatch)
        message: dict[str, Any] = {"token": dispatch.address, **fitted(push, _payload, PAYLOAD_BYTES_MAX)}
        android = {"click_action": push.click_action, "icon": push.icon}
        if any(android.values()):
            message["android"] = {"notification": {name: text for name, text in android.items() if text}}
        if push.click_action.startswith("https://"):
            message["webpush"] = {"fcm_options": {"link": push.click_action}}
        url = f"{self.url}/v1/projects/{part(self._service_account().project_id)}/messages:send"
        return HttpRequest(url=url, headers={"Authorization": f"Bearer {self._token}"}, json={"message": message})

    def steps(self, dispatch: Dispatch) -> Steps:
        """Log in where that is due; then send, and once more when the token was no longer taken."""
        for _ in range(2):
            if time.monotonic() > self._token_ends_s - _RENEW_S:
                answer = yield self._login()
                if not self._logged_in(answer):
                    return self.refused(answer)
            response = yield self.request(dispatch)
            if response.status != 401:
                return self.sent(response, dispatch)
            self._token_ends_s = 0.0
        return self.refused(response, dispatch)

    def as_logged_in(self) -> None:
        """Have a token that opens nothing, for ever."""
        self._token, self._token_ends_s = MASK, float("inf")

    def reference(self, response: HttpResponse) -> str | None:
        """200 and the message's name."""
        match response.status, response.json:
            case 200, {"name": str(name)}:
                return name
        return None

    def said(self, response: HttpResponse) -> Said:
        """FCM's own code stands among the details; Google's in `status`; a login's in `error`."""
        match response.json:
            case {"error": {"message": str(text), **error}}:
                details = error.get("details")
                codes = (
                    [one.get("errorCode") for one in details if isinstance(one, dict)]
                    if isinstance(details, list)
                    else []
                )
                code = next((code for code in codes if isinstance(code, str)), error.get("status"))
                return Said(str(code or ""), text)
            case {"error": str(code), **rest}:
                return Said(code, str(rest.get("error_description") or ""))
        return Said(text=response.text)

    async def check(self) -> Check:
        """Log in."""
        try:
            outcome = await self._converse(self._check_login(), {})
        except InvalidInput as error:
            return Check(ok=False, detail=error.message)
        if isinstance(outcome, Sent):
            return Check(ok=True, detail=f"{self.name} knows this service account")
        return Check(ok=False, detail=outcome.detail)

    def _check_login(self) -> Steps:
        answer = yield self._login()
        outcome: Outcome = Sent() if self._logged_in(answer) else self.refused(answer)
        return outcome

    def _login(self) -> HttpRequest:
        account = self._service_account()
        now = int(time.time())
        base_url = self.settings.base_url.rstrip("/")
        url = f"{base_url}/token" if base_url else _GOOGLE
        claims = {"iss": account.client_email, "scope": _SCOPE, "aud": _GOOGLE, "iat": now, "exp": now + _TOKEN_S}
        try:
            assertion = jwt.encode(claims, account.private_key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            raise InvalidInput("service_account_json holds no private key that can be read") from None
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        return HttpRequest(url=url, form=form, sends=False)

    def _logged_in(self, answer: HttpResponse) -> bool:
        match answer.status, answer.json:
            case 200, {"access_token": str(token), "expires_in": int(seconds)}:
                self._token, self._token_ends_s = token, time.monotonic() + seconds
                return True
        return False

    def _service_account(self) -> _ServiceAccount:
        try:
            return msgspec.json.decode(self.settings.service_account_json, type=_ServiceAccount)
        except msgspec.DecodeError:
            raise InvalidInput("service_account_json is not the file of a service account") from None


def _payload(push: PushContent) -> dict[str, Any]:
    said = {"title": push.title, "body": push.body, "image": push.image}
    notification = {name: text for name, text in said.items() if text}
    return {"notification": notification, "data": as_texts(push.data)} if push.data else {"notification": notification}
