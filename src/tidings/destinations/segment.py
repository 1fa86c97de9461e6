"""Another Tracking API: Segment's own, RudderStack's, or another tidings."""

import base64
from typing import Annotated
from urllib.parse import quote

import msgspec

from tidings.destinations.http import HttpRequest
from tidings.destinations.kind import DestinationSettings, Json, Kind, Secret

_OURS = ("receivedAt", "originalTimestamp", "version", "projectId")


class SegmentSettings(DestinationSettings, frozen=True, kw_only=True):
    """A source over there."""

    write_key: Annotated[Secret, msgspec.Meta(description="Of the source over there.")]
    base_url: Annotated[
        str,
        msgspec.Meta(
            max_length=2048,
            pattern=r"^https?://[^\s]+$",
            description="Without the type: calls go to `{base_url}/track` and so on.",
        ),
    ] = "https://api.segment.io/v1"
    ordered: Annotated[bool, msgspec.Meta(description="Send a user's calls one after another.")] = True
    public_api_token: Annotated[
        str,
        msgspec.Meta(
            max_length=4096,
            extra={"secret": True},
            description="Of Segment's Public API, or the API key of another tidings: deletions of users are handed on.",
        ),
    ] = ""
    public_api_url: Annotated[
        str,
        msgspec.Meta(
            max_length=2048,
            pattern=r"^https?://[^\s]+$",
            description="Deletions go to `{public_api_url}/regulations`. In Europe: https://eu1.api.segmentapis.com.",
        ),
    ] = "https://api.segmentapis.com"
    public_api_source: Annotated[
        str,
        msgspec.Meta(
            max_length=200, description="Delete from this source alone, by its id; empty: from the whole workspace."
        ),
    ] = ""


class Segment(Kind[SegmentSettings]):
    """A Tracking API."""

    key = "segment"
    name = "Segment-compatible"
    integration = "Segment"
    description = "Forwards calls to another Tracking API, with the times and ids they came with."
    settings = SegmentSettings
    no_erasure = "set public_api_token: a write key cannot ask for deletions"

    def request(self, call: Json, settings: SegmentSettings) -> HttpRequest:
        """Post the call to the path of its type. Its time is right already, so no `sentAt` asks to correct it."""
        forwarded = {key: value for key, value in call.items() if key not in _OURS and key != "sentAt"}
        return tracking_request(forwarded, write_key=settings.write_key, base_url=settings.base_url)

    def erasure(self, call: Json, settings: SegmentSettings) -> HttpRequest | None:
        """Ask for the same regulation there, as Segment's Public API has it; it hands it on to its destinations."""
        token = settings.public_api_token.strip()
        if not token:
            return None
        source = settings.public_api_source.strip()
        path = f"/regulations/sources/{quote(source, safe='')}" if source else "/regulations"
        body = {"regulationType": call["regulationType"], "subjectType": "USER_ID", "subjectIds": [call["userId"]]}
        return HttpRequest(
            url=f"{settings.public_api_url.rstrip('/')}{path}",
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "User-Agent": "tidings"},
            body=msgspec.json.encode(body),
        )

    def is_ordered(self, settings: SegmentSettings) -> bool:
        """Tell whether a user's calls must arrive in their order."""
        return settings.ordered


def tracking_request(call: Json, *, write_key: str, base_url: str) -> HttpRequest:
    """Ask a Tracking API to take a call, at the path of its type."""
    proof = base64.b64encode(f"{write_key.strip()}:".encode()).decode()
    return HttpRequest(
        url=f"{base_url.rstrip('/')}/{call['type']}",
        headers={"Authorization": f"Basic {proof}", "Content-Type": "application/json", "User-Agent": "tidings"},
        body=msgspec.json.encode(call),
    )
