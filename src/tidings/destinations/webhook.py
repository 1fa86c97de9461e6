"""Any HTTP endpoint: one signed request for each call."""

import hashlib
import hmac
from typing import Annotated

import msgspec

from tidings.destinations.http import HttpRequest
from tidings.destinations.kind import DestinationSettings, Json, Kind

_RESERVED = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection", "x-signature"})

_HeaderName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")]
_HeaderValue = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=2048)]


class WebhookSettings(DestinationSettings, frozen=True, kw_only=True):
    """Where to post, and what proves that it was us."""

    url: Annotated[
        str, msgspec.Meta(max_length=2048, pattern=r"^https?://[^\s]+$", description="Gets a POST for each call.")
    ]
    shared_secret: Annotated[
        str,
        msgspec.Meta(
            max_length=4096,
            extra={"secret": True},
            description="Signs each body: `X-Signature` is hex HMAC-SHA1, as Segment's webhooks have it; "
            "`X-Signature-256` is hex HMAC-SHA256.",
        ),
    ] = ""
    headers: Annotated[
        dict[_HeaderName, _HeaderValue],
        msgspec.Meta(max_length=30, extra={"secret": True}, description="Headers to add, such as Authorization."),
    ] = msgspec.field(default_factory=dict)
    ordered: Annotated[
        bool, msgspec.Meta(description="Send a user's calls one after another: one that fails holds up the next.")
    ] = False
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=30, description="How long to wait for an answer.")] = 5.0


class Webhook(Kind[WebhookSettings]):
    """A webhook."""

    key = "webhook"
    name = "Webhooks"
    integration = "Webhooks"
    description = "Posts every call as JSON to a URL of yours, signed."
    settings = WebhookSettings

    def request(self, call: Json, settings: WebhookSettings) -> HttpRequest:
        """Post the call, signed when there is a secret."""
        body = msgspec.json.encode(call)
        headers = {name: value for name, value in settings.headers.items() if name.lower() not in _RESERVED}
        secret = frozenset({name.lower() for name in headers} | {"authorization"})
        headers |= {"Content-Type": "application/json", "User-Agent": headers.get("User-Agent", "tidings")}
        if settings.shared_secret:
            key = settings.shared_secret.encode()
            headers["X-Signature"] = hmac.new(key, body, hashlib.sha1).hexdigest()  # Segment's own choice
            headers["X-Signature-256"] = hmac.new(key, body, hashlib.sha256).hexdigest()
        return HttpRequest(
            url=settings.url, headers=headers, body=body, timeout_s=settings.timeout_s, secret_headers=secret
        )

    def erasure(self, call: Json, settings: WebhookSettings) -> HttpRequest | None:
        """Post it like any other call: its type is `delete`."""
        return self.request(call, settings)

    def is_ordered(self, settings: WebhookSettings) -> bool:
        """Tell whether a user's calls must arrive in their order."""
        return settings.ordered
