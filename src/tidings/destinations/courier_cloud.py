"""The real Courier: what Segment's own destination of that name sends it (courier-segment.md §1)."""

import base64
from typing import Annotated, Literal
from urllib.parse import quote

import msgspec

from tidings.destinations.http import HttpAnswer, HttpFault, HttpRequest
from tidings.destinations.kind import DestinationSettings, Json, Kind, Secret
from tidings.destinations.outcome import Delivered, Outcome
from tidings.filters import COURIER

_HOSTS = {"US": "https://api.courier.com", "EU": "https://api.eu.courier.com"}


class CourierCloudSettings(DestinationSettings, frozen=True, kw_only=True):
    """One environment of one workspace at Courier."""

    api_key: Annotated[Secret, msgspec.Meta(description="In Courier: Settings, API Keys. Shown there as Auth Token.")]
    region: Annotated[Literal["US", "EU"], msgspec.Meta(description="Where the workspace lives.")] = "US"
    authentication: Annotated[
        Literal["bearer", "basic"],
        msgspec.Meta(description="`bearer` as Segment's newer destination, `basic` as the classic one."),
    ] = "bearer"
    base_url: Annotated[
        str,
        msgspec.Meta(
            max_length=2048, pattern=r"^(https?://[^\s]+)?$", description="Instead of the region's own address."
        ),
    ] = ""


class CourierCloud(Kind[CourierCloudSettings]):
    """Courier's service."""

    key = "courier_cloud"
    name = "Courier Cloud"
    integration = COURIER
    description = "Courier's own service, fed as Segment feeds it: keep Courier and put tidings in between."
    types = frozenset({"identify", "track", "group"})
    partner_owned = "Courier runs this service; support@courier.com answers questions about it."
    settings = CourierCloudSettings

    def request(self, call: Json, settings: CourierCloudSettings) -> HttpRequest:
        """Post the whole call."""
        return _request(settings, "/inbound/segment", msgspec.json.encode(call))

    def erasure(self, call: Json, settings: CourierCloudSettings) -> HttpRequest | None:
        """Delete the profile, as Courier's API has it (courier-api.md, `profiles.delete`)."""
        return _request(settings, f"/profiles/{quote(str(call['userId']), safe='')}", b"", method="DELETE")

    def erased(self, answer: HttpAnswer | HttpFault) -> Outcome:
        """Read an answer: a profile that is not there needs no deleting."""
        match answer:
            case HttpAnswer(status=404):
                return Delivered(404)
            case _:
                return self.outcome(answer)

    def probe(self, settings: CourierCloudSettings) -> HttpRequest | None:
        """Try the key as Segment does."""
        return _request(settings, "/debug", b"{}")


def _request(settings: CourierCloudSettings, path: str, body: bytes, *, method: str = "POST") -> HttpRequest:
    host = settings.base_url.rstrip("/") or _HOSTS[settings.region]
    key = settings.api_key.strip()  # pasted keys bring blanks along (segment.md §6 R4)
    proof = f"Bearer {key}"
    if settings.authentication == "basic":
        proof = f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"
    headers = {"Authorization": proof, "Content-Type": "application/json", "User-Agent": "tidings"}
    return HttpRequest(url=f"{host}{path}", method=method, headers=headers, body=body)
