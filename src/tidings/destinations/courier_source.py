"""Courier as a Segment source: what becomes of messages, told as track calls (courier-segment.md §10)."""

from typing import Annotated

import msgspec

from tidings.destinations.destination import COURIER_SOURCE
from tidings.destinations.http import HttpRequest
from tidings.destinations.kind import DestinationSettings, Json, Kind, Secret
from tidings.destinations.segment import tracking_request

HERE = "here"
"""As `base_url`: a source of this installation."""
INSIDE = "inside:"
"""How such addresses begin. No setting can hold one: they never leave the process."""


class CourierSourceSettings(DestinationSettings, frozen=True, kw_only=True):
    """The source that the calls go to."""

    write_key: Annotated[Secret, msgspec.Meta(description="Of the source: at Segment, or one of this installation.")]
    base_url: Annotated[
        str,
        msgspec.Meta(
            max_length=2048,
            pattern=r"^(here|https?://[^\s]+)$",
            description="Calls go to `{base_url}/track`. `here`: to this installation's own source of that write key.",
        ),
    ] = "https://api.segment.io/v1"


class CourierSource(Kind[CourierSourceSettings]):
    """Tells a source what became of messages."""

    key = COURIER_SOURCE
    name = "Courier as a source"
    integration = "Courier as a source"
    description = (
        "Sends Message Sent, Delivered, Opened, Clicked, Undeliverable and Unroutable, and Audience User Matched and "
        "Unmatched, to a source, as Courier does."
    )
    types = frozenset({"track"})
    reads = "messages"
    settings = CourierSourceSettings
    no_erasure = "it was told of messages, as calls to a source: delete the user where that source is"

    def request(self, call: Json, settings: CourierSourceSettings) -> HttpRequest:
        """Post the call. It has happened at its `timestamp`, so no `sentAt` asks to correct it."""
        base_url = f"{INSIDE}/v1" if settings.base_url == HERE else settings.base_url
        return tracking_request(call, write_key=settings.write_key, base_url=base_url)
