"""Courier's outbound webhooks: what becomes of messages and templates, posted to a URL (courier-semantics.md §21)."""

import hashlib
import hmac
from typing import Annotated

import msgspec

from tidings.destinations.destination import OUTBOUND_WEBHOOK
from tidings.destinations.http import HttpRequest
from tidings.destinations.kind import DestinationSettings, Json, Kind
from tidings.destinations.patience import Patience

SIGNATURE = "courier-signature"


class OutboundWebhookSettings(DestinationSettings, frozen=True, kw_only=True):
    """Where to post, and what proves that it was us."""

    url: Annotated[
        str, msgspec.Meta(max_length=2048, pattern=r"^https?://[^\s]+$", description="Gets a POST for each event.")
    ]
    secret: Annotated[
        str,
        msgspec.Meta(
            max_length=4096,
            extra={"secret": True},
            description="Signs each request: `courier-signature: t=<ms>,signature=<hex HMAC-SHA256 of t.body>`.",
        ),
    ] = ""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=30, description="How long to wait for an answer.")] = 5.0


class OutboundWebhook(Kind[OutboundWebhookSettings]):
    """An endpoint that is told."""

    key = OUTBOUND_WEBHOOK
    name = "Outbound Webhooks"
    integration = "Outbound Webhooks"
    description = (
        "Posts message:updated, notification:submitted, notification:submission_canceled, notification:published and "
        "what becomes of audiences to a URL of yours, as Courier does."
    )
    types = frozenset[str]()
    reads = "messages"
    settings = OutboundWebhookSettings
    no_erasure = "Courier's webhooks have no event for it: delete the user in what listens there"
    patience = Patience(first_ms=5_000, last_ms=900_000, give_up_ms=24 * 3_600_000)
    """Courier's: from five seconds to a quarter of an hour, for a day (courier-semantics.md §8)."""

    def request(self, call: Json, settings: OutboundWebhookSettings) -> HttpRequest:
        """Post the event: its type and its data."""
        body = msgspec.json.encode({"type": call["type"], "data": call["data"]})
        headers = {"Content-Type": "application/json", "User-Agent": "tidings"}
        return HttpRequest(url=settings.url, headers=headers, body=body, timeout_s=settings.timeout_s)

    def sealed(self, request: HttpRequest, settings: OutboundWebhookSettings, *, now: int) -> HttpRequest:
        """Sign the time and the body, when there is a secret."""
        if not settings.secret:
            return request
        proof = hmac.digest(settings.secret.encode(), f"{now}.".encode() + request.body, hashlib.sha256).hex()
        headers = {**request.headers, SIGNATURE: f"t={now},signature={proof}"}
        return msgspec.structs.replace(request, headers=headers)
