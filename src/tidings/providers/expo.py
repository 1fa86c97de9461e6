"""Push notifications through Expo's push service."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from tidings.channels import Dispatch, PushContent
from tidings.providers.base import Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse
from tidings.providers.push import PAYLOAD_BYTES_MAX, fitted, notification_of
from tidings.providers.verdict import Verdict


class ExpoSettings(HttpSettings, frozen=True, kw_only=True):
    """Where to find it: expo.dev → Access tokens. Needed only where enhanced push security is switched on."""

    access_token: Annotated[Secret, means("The access token, where enhanced push security is on; else empty.")] = ""


class Expo(HttpProvider[ExpoSettings]):
    """One request for each device."""

    key: ClassVar[str] = "expo"
    channel: ClassVar[str] = "push"
    name: ClassVar[str] = "Expo"
    description: ClassVar[str] = "Push notifications to apps built with Expo."
    URL: ClassVar[str] = "https://exp.host"
    # https://docs.expo.dev/push-notifications/sending-notifications/#errors, seen 2026-11
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "DeveloperError": Verdict.ACCOUNT,
        "DeviceNotRegistered": Verdict.BOUNCED,
        "InvalidCredentials": Verdict.ACCOUNT,  # the app's own keys, stored at Expo
        "MessageRateExceeded": Verdict.LATER,
        "MessageTooBig": Verdict.REFUSED,
        "MismatchSenderId": Verdict.ACCOUNT,
        "PUSH_TOO_MANY_EXPERIENCE_IDS": Verdict.REFUSED,
        "PUSH_TOO_MANY_NOTIFICATIONS": Verdict.REFUSED,
        "TOO_MANY_REQUESTS": Verdict.LATER,
        "UNAUTHORIZED": Verdict.ACCOUNT,
        "VALIDATION_ERROR": Verdict.REFUSED,
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """`POST /--/api/v2/push/send`, one message."""
        said = fitted(notification_of(dispatch), _payload, PAYLOAD_BYTES_MAX)
        body = {"to": dispatch.address, **said}
        return HttpRequest(url=f"{self.url}/--/api/v2/push/send", headers=self._headers(), json=body)

    def reference(self, response: HttpResponse) -> str | None:
        """200 and a ticket that is ok."""
        match response.status, response.json:
            case 200, {"data": {"status": "ok", **ticket}}:
                return str(ticket.get("id") or "")
        return None

    def said(self, response: HttpResponse) -> Said:
        """A ticket with an error, or a list of errors."""
        match response.json:
            case {"data": {"status": "error", "message": str(text), **ticket}}:
                details = ticket.get("details")
                code = details.get("error") if isinstance(details, Mapping) else None
                return Said(str(code or "DeveloperError"), text)
            case {"errors": [{"code": str(code), "message": str(text)}, *_]}:
                return Said(code, text)
        return Said(text=response.text)

    def probe(self) -> HttpRequest:
        """Ask for the receipt of a message that never was."""
        body = {"ids": ["00000000-0000-0000-0000-000000000000"]}
        return HttpRequest(url=f"{self.url}/--/api/v2/push/getReceipts", headers=self._headers(), json=body)

    def _headers(self) -> dict[str, str]:
        token = self.settings.access_token
        return {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}


def _payload(push: PushContent) -> dict[str, Any]:
    said: dict[str, Any] = {"title": push.title, "body": push.body}
    data = dict(push.data)
    if push.click_action:
        data.setdefault("url", push.click_action)
    if data:
        said["data"] = data
    if push.image:
        said["richContent"] = {"image": push.image}
    return said
