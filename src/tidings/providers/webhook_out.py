"""Messages to any URL: signed, and repeatable by the message's id (standardwebhooks.com)."""

import base64
import binascii
import time
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from tidings.channels import Dispatch, WebhookContent
from tidings.errors import InvalidInput
from tidings.providers.base import Line, Secret, means
from tidings.providers.http import HttpProvider, HttpSettings, Said
from tidings.providers.http_message import HttpRequest, HttpResponse, basic
from tidings.providers.verdict import Verdict
from tidings.providers.webhook import signed_base64
from tidings.routing import read

_METHODS = frozenset({"POST", "PUT", "PATCH"})
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "webhook-id", "webhook-timestamp"})


class WebhookSettings(HttpSettings, frozen=True, kw_only=True):
    """Where messages go whose profile names no URL of its own, and how they are signed."""

    url: Annotated[
        str,
        msgspec.Meta(max_length=2048, pattern=r"^(https?://[^\s]+)?$"),
        means("Where messages go whose profile names no URL."),
    ] = ""
    method: Annotated[Literal["POST", "PUT", "PATCH"], means("The method of the request.")] = "POST"
    secret: Annotated[Secret, means("Signs each request (`webhook-signature`): `whsec_` and base64, or any text.")] = ""
    auth: Annotated[Literal["none", "basic", "bearer"], means("How to log in at the URL.")] = "none"
    username: Annotated[Line, means("The name, for `basic`.")] = ""
    password: Annotated[Secret, means("The password, for `basic`.")] = ""
    token: Annotated[Secret, means("The token, for `bearer`.")] = ""


class WebhookOut(HttpProvider[WebhookSettings]):
    """A receiver knows a repetition by `webhook-id`, so what nobody knows about is sent again."""

    key: ClassVar[str] = "webhook"
    channel: ClassVar[str] = "webhook"
    name: ClassVar[str] = "Webhook"
    description: ClassVar[str] = "Messages to any URL, signed and repeated until they are taken."
    URL: ClassVar[str] = ""
    GUARDED: ClassVar[bool] = True
    REPEATABLE_S: ClassVar[float] = 24 * 3600
    ANSWERS: ClassVar[Mapping[str, Verdict]] = {
        "404": Verdict.REFUSED,
        "409": Verdict.LATER,
        "410": Verdict.BOUNCED,  # the receiver wants no more
    }

    def request(self, dispatch: Dispatch) -> HttpRequest:
        """Call the URL that the message brings, else the profile's, else the settings' own."""
        content = dispatch.content
        if not isinstance(content, WebhookContent):
            raise InvalidInput("the content is no webhook")
        address = read(dispatch.address)
        if given := dispatch.override.get("url"):  # another place, which is not shown the login of this one
            address = {"authentication": {"mode": "none"}, **address, "url": given}
        url = str(address.get("url") or self.settings.url or self.settings.base_url)
        if not url:
            raise InvalidInput("no URL: set url, or give the profile webhook.url")
        method = str(address.get("method") or self.settings.method).upper()
        if method not in _METHODS:
            raise InvalidInput("profile.webhook.method is POST, PUT or PATCH")
        headers = {
            **_given(address.get("headers")),
            **self._authorization(address),
            "webhook-id": dispatch.message_id,
            "webhook-timestamp": str(int(time.time())),
        }
        return HttpRequest(method=method, url=url, headers=headers, json=content.payload)

    def signed(self, request: HttpRequest) -> HttpRequest:
        """Sign the id, the time and the body."""
        if not self.settings.secret or "webhook-id" not in request.headers:
            return request
        at = request.headers["webhook-timestamp"]
        text = f"{request.headers['webhook-id']}.{at}.".encode() + request.body
        signature = "v1," + signed_base64(_key(self.settings.secret), text)
        return msgspec.structs.replace(request, headers={**request.headers, "webhook-signature": signature})

    def reference(self, response: HttpResponse) -> str | None:
        """Any 2xx, whatever it says."""
        return "" if 200 <= response.status < 300 else None

    def said(self, response: HttpResponse) -> Said:
        """Whoever answers may say anything: only its status is told."""
        return Said(str(response.status))

    def private(self, dispatch: Dispatch) -> tuple[str, ...]:
        """Keep the URL and what is in it to ourselves."""
        return (dispatch.address, str(read(dispatch.address).get("url") or ""))

    def _authorization(self, address: Mapping[str, Any]) -> dict[str, str]:
        settings = self.settings
        match address.get("authentication"):
            case {"mode": "basic", "username": str(user), "password": str(password)}:
                return {"Authorization": basic(user, password)}
            case {"mode": "bearer", "token": str(token)}:
                return {"Authorization": f"Bearer {token}"}
        if address.get("url"):  # the settings' login is for the settings' URL alone
            return {}
        if settings.auth == "basic":
            return {"Authorization": basic(settings.username, settings.password)}
        return {"Authorization": f"Bearer {settings.token}"} if settings.auth == "bearer" else {}


def _given(headers: Any) -> dict[str, str]:
    if not isinstance(headers, Mapping):
        return {}
    items = [(str(name), str(value)) for name, value in list(headers.items())[:50]]
    return {name[:100]: value[:2000] for name, value in items if name.lower() not in _OURS}


def _key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except (ValueError, binascii.Error):
            pass
    return secret.encode()
